fn main() -> std::process::ExitCode {
    lambda::start(events::function)
}
