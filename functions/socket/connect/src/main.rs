fn main() -> std::process::ExitCode {
    lambda::start(connect::function)
}
