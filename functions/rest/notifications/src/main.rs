fn main() -> std::process::ExitCode {
    lambda::start(notifications::function)
}
