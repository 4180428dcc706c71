fn main() -> std::process::ExitCode {
    lambda::start(approvals::function)
}
