//! Figures of the main job: AWS calls and billed units for each recipient,
//! counted at the local AWS endpoint, and the CPU and wall time of the local
//! run. Counts repeat to the digit; times are those of this machine, of the
//! whole process: functions, gateway, queues and the embedded database.

mod job;
mod report;

use clap::Parser;
use it::World;

use crate::job::Job;

/// Measures one announcement to many people.
#[derive(Debug, Parser)]
struct Args {
    /// People in the school.
    #[arg(long, default_value_t = 10_000)]
    people: usize,
    /// Open sockets during the live run.
    #[arg(long, default_value_t = 100)]
    sockets: usize,
    /// Where the table is written to as well.
    #[arg(long, default_value = "target/bench.md")]
    out: std::path::PathBuf,
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let (world, head) = World::school().await;
    let imported = job::import(&world, &head, args.people).await;
    let in_app = job::announce(&world, &head, "in-app", &[]).await;
    let sockets = job::sockets(&world, args.sockets).await;
    let live = job::announce(&world, &head, "in-app and live", &[]).await;
    drop(sockets);
    let email = job::announce(&world, &head, "e-mail", &["email"]).await;
    let sms = job::announce(&world, &head, "e-mail and SMS", &["email", "sms"]).await;
    let jobs: [&Job; 5] = [&imported, &in_app, &live, &email, &sms];
    let text = report::write(args.people, args.sockets, &jobs);
    println!("{text}");
    if let Err(error) = tokio::fs::write(&args.out, &text).await {
        eprintln!("{} could not be written: {error}", args.out.display());
    }
}
