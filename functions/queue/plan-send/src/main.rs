fn main() -> std::process::ExitCode {
    lambda::start(plan_send::function)
}
