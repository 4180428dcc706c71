fn main() -> std::process::ExitCode {
    lambda::start(carry_out_privacy::function)
}
