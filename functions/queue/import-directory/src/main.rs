fn main() -> std::process::ExitCode {
    lambda::start(import_directory::function)
}
