fn main() -> std::process::ExitCode {
    lambda::start(directory::function)
}
