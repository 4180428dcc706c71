//! How the main job fares while everything goes wrong (F36): calls of every AWS
//! service fail or lose their answers, functions are killed, queues repeat and
//! reorder, the provider's reports get lost. By seed, at more than one rate.
//!
//! The truth is what the provider accepted, never the log; a run whose log,
//! ledger or statistics say something else has not survived.

mod job;
mod trouble;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::Parser;
use futures::FutureExt;

use crate::job::Outcome;

/// Publishes to a school while things go wrong, and prints the score.
#[derive(Debug, Parser)]
struct Args {
    /// People, each of whom is reached in the feed, by e-mail and by text.
    #[arg(long, default_value_t = 200)]
    people: usize,
    /// Runs at each rate.
    #[arg(long, default_value_t = 10)]
    seeds: u64,
    /// The seed of the first run; the next ones follow.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// The probability of each fault at each step.
    #[arg(long, value_delimiter = ',', default_values_t = [0.01, 0.05])]
    rates: Vec<f64>,
    /// Where the table is written to as well.
    #[arg(long, default_value = "target/faults.md")]
    out: std::path::PathBuf,
}

/// What the runs at one rate came to.
#[derive(Debug, Default)]
struct Score {
    survived: u64,
    total: Outcome,
    fired: BTreeMap<String, u64>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let mut table = String::from(
        "| rate | runs survived | deliveries | lost | duplicated | unknown | failed | set aside | faults |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut failed = false;
    let mut quiet = Vec::new();
    for rate in &args.rates {
        let score = soak(&args, *rate).await;
        failed |= score.survived < args.seeds || score.total.lost > 0;
        table.push_str(&score.row(*rate, args.seeds));
        let few = score.fired.iter().filter(|(_, count)| **count < 3);
        quiet.extend(few.map(|(name, count)| format!("{rate}: {name} ({count})")));
    }
    println!("{table}");
    if !quiet.is_empty() {
        println!(
            "Not exercised, because it fired less than three times: {}.",
            quiet.join(", ")
        );
    }
    if let Some(folder) = args.out.parent() {
        let _made = tokio::fs::create_dir_all(folder).await;
    }
    tokio::fs::write(&args.out, &table)
        .await
        .expect("the table is written");
    match failed {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

async fn soak(args: &Args, rate: f64) -> Score {
    let mut score = Score::default();
    for seed in args.from..args.from + args.seeds {
        // A run that does not hold what must hold panics, and the others go on.
        let run = AssertUnwindSafe(job::run(args.people, rate, seed));
        match run.catch_unwind().await {
            Ok(outcome) => score.add(outcome),
            Err(_) => println!("rate {rate}, seed {seed}: what must hold did not; see above"),
        }
    }
    score
}

impl Score {
    fn add(&mut self, outcome: Outcome) {
        self.survived += 1;
        self.total.deliveries += outcome.deliveries;
        self.total.duplicated += outcome.duplicated;
        self.total.unknown += outcome.unknown;
        self.total.lost += outcome.lost;
        self.total.failed += outcome.failed;
        self.total.set_aside += outcome.set_aside;
        for (name, count) in outcome.fired {
            *self.fired.entry(name).or_default() += count;
        }
    }

    fn row(&self, rate: f64, runs: u64) -> String {
        let Outcome {
            deliveries,
            duplicated,
            unknown,
            failed,
            lost,
            set_aside,
            ..
        } = &self.total;
        let ppm = |count: &usize| 1e6 * *count as f64 / (*deliveries).max(1) as f64;
        format!(
            "| {} % | {}/{runs} | {deliveries} | {lost} | {duplicated} ({:.0} ppm) | {unknown} ({:.0} ppm) | {failed} | {set_aside} | {} |\n",
            rate * 100.0,
            self.survived,
            ppm(duplicated),
            ppm(unknown),
            self.fired.values().sum::<u64>(),
        )
    }
}
