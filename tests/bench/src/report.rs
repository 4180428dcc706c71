//! The table.

use std::fmt::Write;

use local::aws::meter::Usage;

use crate::job::Job;

/// Everything as Markdown.
pub fn write(people: usize, sockets: usize, jobs: &[&Job]) -> String {
    let mut text = format!(
        "# One announcement to {people} people\n\nCounted at the local AWS endpoint; times are of this machine and of the whole process.\n"
    );
    for job in jobs {
        section(&mut text, people, job).expect("a text grows");
    }
    goals(&mut text, people, sockets, jobs).expect("a text grows");
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
    let mut total = Usage::default();
    for (operation, usage) in &job.usages {
        row(text, operation, usage, &each)?;
        total.calls += usage.calls;
        total.items += usage.items;
        total.write_units += usage.write_units;
        total.read_units += usage.read_units;
    }
    row(text, "**all**", &total, &each)?;
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

/// The figures that have a goal.
fn goals(text: &mut String, people: usize, sockets: usize, jobs: &[&Job]) -> std::fmt::Result {
    let find = |name: &str| jobs.iter().find(|job| job.name == name);
    let (Some(in_app), Some(live), Some(email)) =
        (find("in-app"), find("in-app and live"), find("e-mail"))
    else {
        return Ok(());
    };
    let people = people as f64;
    let calls = |job: &Job| {
        job.usages
            .values()
            .map(|usage| usage.calls as f64)
            .sum::<f64>()
    };
    let writes = |job: &Job| {
        job.usages
            .values()
            .map(|usage| usage.write_units)
            .sum::<f64>()
    };
    let of = |job: &Job, operation: &str| job.usages.get(operation).cloned().unwrap_or_default();
    let bulk = of(email, "ses.SendBulkEmail");
    let posts = of(live, "connections.PostToConnection");
    writeln!(
        text,
        "\n## Against the goals\n\n| figure | reached | goal |\n|---|---|---|"
    )?;
    writeln!(
        text,
        "| AWS calls per recipient, in-app | {:.4} | ≤ 0.0410 |",
        calls(in_app) / people
    )?;
    writeln!(
        text,
        "| write units per recipient, in-app | {:.4} | ≤ 1.002 |",
        writes(in_app) / people
    )?;
    writeln!(
        text,
        "| recipients per bulk e-mail call | {:.2} | ≥ 49.9 |",
        bulk.items as f64 / bulk.calls.max(1) as f64
    )?;
    writeln!(
        text,
        "| posts per open connection | {:.3} | 1.000 |",
        posts.calls as f64 / sockets.max(1) as f64
    )?;
    writeln!(
        text,
        "| calls that presence and pushing add, per recipient | {:.4} | |",
        (calls(live) - calls(in_app)) / people
    )
}
