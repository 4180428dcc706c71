use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use domain::Clock;
use operate::{Args, Reporter, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = Args::parse();
    let mut out = std::io::stdout();
    let mut reporter = Reporter::new(&mut out, args.json).with_progress();
    match run(&args, Clock::system(), &mut reporter).await {
        Ok(true) => ExitCode::SUCCESS,
        // What was asked for was told, and it is not well.
        Ok(false) => ExitCode::from(1),
        Err(trouble) => {
            // There is no better place to tell that this one is closed.
            let _ = writeln!(std::io::stderr(), "{trouble}");
            ExitCode::from(2)
        }
    }
}
