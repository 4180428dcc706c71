fn main() -> std::process::ExitCode {
    lambda::start(preferences::function)
}
