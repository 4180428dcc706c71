fn main() -> std::process::ExitCode {
    lambda::start(realtime::function)
}
