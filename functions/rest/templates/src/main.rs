fn main() -> std::process::ExitCode {
    lambda::start(templates::function)
}
