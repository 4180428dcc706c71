fn main() -> std::process::ExitCode {
    lambda::start(deliver_live::function)
}
