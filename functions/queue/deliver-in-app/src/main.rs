fn main() -> std::process::ExitCode {
    lambda::start(deliver_in_app::function)
}
