fn main() -> std::process::ExitCode {
    lambda::start(message::function)
}
