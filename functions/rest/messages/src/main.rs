fn main() -> std::process::ExitCode {
    lambda::start(messages::function)
}
