fn main() -> std::process::ExitCode {
    lambda::start(privacy::function)
}
