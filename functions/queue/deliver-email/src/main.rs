fn main() -> std::process::ExitCode {
    lambda::start(deliver_email::function)
}
