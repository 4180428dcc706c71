fn main() -> std::process::ExitCode {
    lambda::start(health::function)
}
