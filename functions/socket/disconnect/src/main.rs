fn main() -> std::process::ExitCode {
    lambda::start(disconnect::function)
}
