fn main() -> std::process::ExitCode {
    lambda::start(apply_event::function)
}
