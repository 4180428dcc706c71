//! The table.

use std::fmt::Write;

use local::aws::meter::Usage;

use crate::goals::Figures;
use crate::job::Job;

/// Everything as Markdown.
pub fn write(people: usize, sockets: usize, jobs: &[&Job], figures: &Figures<'_>) -> String {
    let mut text = format!(
        "# One announcement to {people} people, {sockets} open sockets\n\nCounted at the local AWS endpoint; times are of this machine.\n"
    );
    for job in jobs {
        section(&mut text, people, job).expect("a text grows");
    }
    figures.write(&mut text).expect("a text grows");
    text
}

fn section(text: &mut String, people: usize, job: &Job) -> std::fmt::Result {
    let each = |number: f64| number / people as f64;
    writeln!(text, "\n## {}\n", job.name)?;
    writeln!(
        text,
        "| operation | calls | calls per recipient | items per call | write units per recipient | read units per recipient |"
    )?;
    writeln!(text, "|---|---|---|---|---|---|")?;
    for (operation, usage) in &job.usages {
        row(text, operation, usage, &each)?;
    }
    row(text, "**all**", &job.total(), &each)?;
    writeln!(
        text,
        "\nCPU {:.1} µs per recipient, wall time {:.2} s.",
        each(job.cpu.as_secs_f64() * 1e6),
        job.wall.as_secs_f64()
    )
}

fn row(
    text: &mut String,
    operation: &str,
    usage: &Usage,
    each: &impl Fn(f64) -> f64,
) -> std::fmt::Result {
    writeln!(
        text,
        "| {operation} | {} | {:.5} | {:.1} | {:.4} | {:.4} |",
        usage.calls,
        each(usage.calls as f64),
        usage.items as f64 / usage.calls.max(1) as f64,
        each(usage.write_units),
        each(usage.read_units),
    )
}
