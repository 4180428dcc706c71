//! The local stack's command; `cargo dev` runs it.

use std::process::ExitCode;

use clap::Parser;
use local::cli::{Args, run};

#[tokio::main]
async fn main() -> ExitCode {
    run(Args::parse()).await
}
