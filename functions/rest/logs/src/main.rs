fn main() -> std::process::ExitCode {
    lambda::start(logs::function)
}
