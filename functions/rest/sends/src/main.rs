fn main() -> std::process::ExitCode {
    lambda::start(sends::function)
}
