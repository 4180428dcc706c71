//! `cargo dev`: the command line of the local stack.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use tracing_subscriber::EnvFilter;

use crate::demo;
use crate::issuer::PASSWORD;
use crate::stack::{Mappings, Parts, Stack, StackError, StackOptions};

/// Runs the whole of Campanile on this machine.
#[derive(Debug, Parser)]
#[command(name = "cargo dev", version, about)]
pub struct Args {
    /// Port of the gateway; the AWS endpoint takes the next one. 0 takes free ports.
    #[arg(long, default_value_t = 4700, value_name = "N")]
    pub port: u16,
    /// Keeps everything in this folder between runs; without it nothing is kept.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Runs the real function binaries instead of the functions in this process.
    #[arg(long)]
    pub processes: bool,
    /// Leaves messages in their queues and lets no clock fire: for whoever invokes
    /// functions by hand. `POST /_local/settle` works on what waits.
    #[arg(long)]
    pub by_hand: bool,
    /// Starts without the demonstration tenants.
    #[arg(long)]
    pub no_demo: bool,
    /// Prints nothing but errors.
    #[arg(long)]
    pub quiet: bool,
    /// Another value of a parameter of the template; may be given several times.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
    /// Another template than infra/template.yaml.
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Runs until Ctrl-C. A stack that does not start is one sentence and exit
/// code 2.
pub async fn run(args: Args) -> ExitCode {
    logs(args.quiet);
    match serve(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut stderr = std::io::stderr();
            // There is no better place to tell that this one is closed.
            let _ = writeln!(stderr, "{error}");
            ExitCode::from(2)
        }
    }
}

fn logs(quiet: bool) {
    let default = if quiet { "error" } else { "warn" };
    let filter =
        EnvFilter::try_from_env("CAMPANILE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // A second subscriber in one process keeps the first.
    let _already_set = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}

async fn serve(args: &Args) -> Result<(), StackError> {
    let stack = Stack::start(StackOptions {
        template: args.template.clone(),
        parameters: args.parameters.iter().cloned().collect(),
        port: args.port,
        data: args.data.clone(),
        processes: args.processes,
        demo: !args.no_demo,
        mappings: if args.by_hand {
            Mappings::Manual
        } else {
            Mappings::Auto
        },
        ..StackOptions::default()
    })
    .await?;
    if !args.no_demo {
        seed(&stack, args.quiet).await?;
    }
    // So that the first minute's health is not that nothing is known yet.
    if let Err(error) = stack.sweep().await {
        tracing::warn!(%error, "the sweeper did not run");
    }
    if args.by_hand {
        stack.settle().await;
    }
    if !args.quiet {
        say(&welcome(&stack, args));
    }
    ended().await;
    if !args.quiet {
        say("\nStopping …");
    }
    stack.stop().await;
    Ok(())
}

async fn seed(parts: &Parts, quiet: bool) -> Result<(), StackError> {
    if !demo::is_empty(parts).await? {
        return Ok(());
    }
    let bar = if quiet {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    let style = ProgressStyle::with_template("Writing the demonstration {bar:32} {pos}/{len}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let seeded = demo::seed(parts, |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    let seeded = seeded.await;
    bar.finish_and_clear();
    Ok(seeded?)
}

fn welcome(stack: &Stack, args: &Args) -> String {
    let base = format!("http://localhost:{}", stack.http_port());
    let mut text = format!(
        "Campanile is running.\n\n\
         \x20 Web       {base}/\n\
         \x20 API       {base}/v1\n\
         \x20 Sockets   ws://localhost:{}/live\n\
         \x20 Login     {base}/login\n\
         \x20 Mailbox   {base}/mailbox\n\
         \x20 Docs      {base}/docs\n\
         \x20 Side door {base}/_local\n\
         \x20 Settings  {base}/_local/settings\n\
         \x20 AWS       {}\n",
        stack.http_port(),
        stack.aws_url(),
    );
    let kept = args
        .data
        .as_ref()
        .map(|folder| folder.display().to_string());
    text.push_str(&format!(
        "  Data      {}\n",
        kept.as_deref().unwrap_or("in memory, gone at the end")
    ));
    if args.processes {
        text.push_str("  Functions as processes, through the Runtime API\n");
    }
    if args.by_hand {
        text.push_str("  Messages wait in their queues until somebody works on them\n");
    }
    if !args.no_demo {
        text.push_str(&logins());
    }
    text.push_str("\nCtrl-C stops it.");
    text
}

/// One administrator and one other person of each tenant.
fn logins() -> String {
    let mut text = format!("\nDemonstration logins, all with the password `{PASSWORD}`:\n\n");
    for organisation in demo::organisations().unwrap_or_default() {
        let admin = organisation.people.first();
        let other = organisation
            .people
            .iter()
            .rev()
            .find(|person| person.roles.len() == 1);
        let named: Vec<String> = admin
            .into_iter()
            .chain(other)
            .map(|person| {
                let roles: Vec<&str> = person.roles.iter().map(domain::Role::as_str).collect();
                format!("{} ({})", person.id, roles.join(", "))
            })
            .collect();
        text.push_str(&format!(
            "  {:<10} {:<26} {}\n",
            organisation.id.as_str(),
            organisation.name,
            named.join(" · ")
        ));
    }
    text
}

async fn ended() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without signals there is nothing to wait for but the end of the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn say(text: &str) {
    // A closed terminal is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{text}");
}
