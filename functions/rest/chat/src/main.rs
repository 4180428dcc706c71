fn main() -> std::process::ExitCode {
    lambda::start(chat::function)
}
