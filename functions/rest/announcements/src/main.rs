fn main() -> std::process::ExitCode {
    lambda::start(announcements::function)
}
