fn main() -> std::process::ExitCode {
    lambda::start(unsubscribe::function)
}
