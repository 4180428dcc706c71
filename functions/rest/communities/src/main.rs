fn main() -> std::process::ExitCode {
    lambda::start(communities::function)
}
