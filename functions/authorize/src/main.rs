fn main() -> std::process::ExitCode {
    lambda::start(authorize::function)
}
