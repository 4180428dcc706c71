fn main() -> std::process::ExitCode {
    lambda::start(sweep::function)
}
