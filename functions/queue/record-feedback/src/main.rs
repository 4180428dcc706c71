fn main() -> std::process::ExitCode {
    lambda::start(record_feedback::function)
}
