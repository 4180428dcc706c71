fn main() -> std::process::ExitCode {
    lambda::start(publish_event::function)
}
