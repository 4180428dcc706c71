fn main() -> std::process::ExitCode {
    lambda::start(web::function)
}
