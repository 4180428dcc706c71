fn main() -> std::process::ExitCode {
    lambda::start(deliver_sms::function)
}
