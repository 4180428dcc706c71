//! The figures that have a goal.

use std::fmt::Write;

use local::aws::meter::Usage;

use crate::alone::Pushes;
use crate::job::Job;
use crate::talk::{Latencies, Room};

/// A log row and its index entry, written in a transaction: what a report
/// costs at least.
const ROW_OF_A_REPORT: f64 = 3.0;

/// What the goals are read from.
#[derive(Debug)]
pub struct Figures<'a> {
    pub people: usize,
    pub sockets: usize,
    pub in_app: &'a Job,
    pub fan_out: &'a Job,
    pub live: &'a Job,
    pub pushes: &'a Pushes,
    pub email: &'a Job,
    pub silent: &'a Job,
    pub sms: &'a Job,
    pub echo: &'a Latencies,
    pub room: &'a Room,
    pub pair: &'a Latencies,
}

/// What a figure should be, and from where on it fails.
#[derive(Debug, Clone, Copy)]
enum Goal {
    AtMost(f64, f64),
    AtLeast(f64, f64),
    None,
}

impl Goal {
    fn verdict(self, reached: f64) -> &'static str {
        let (met, failed) = match self {
            Self::AtMost(goal, fail) => (reached <= goal, reached > fail),
            Self::AtLeast(goal, fail) => (reached >= goal, reached < fail),
            Self::None => return "",
        };
        match (met, failed) {
            (true, _) => "met",
            (false, false) => "between goal and limit",
            (false, true) => "missed",
        }
    }

    fn told(self) -> (String, String) {
        match self {
            Self::AtMost(goal, fail) => (format!("≤ {goal}"), format!("> {fail}")),
            Self::AtLeast(goal, fail) => (format!("≥ {goal}"), format!("< {fail}")),
            Self::None => Default::default(),
        }
    }
}

impl Figures<'_> {
    /// The table.
    pub fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "\n## Against the goals\n\n| figure | reached | goal | fails | |\n|---|---|---|---|---|"
        )?;
        for (name, reached, goal) in self.rows() {
            let (wanted, fails) = goal.told();
            let verdict = goal.verdict(reached);
            writeln!(
                text,
                "| {name} | {reached:.4} | {wanted} | {fails} | {verdict} |"
            )?;
        }
        Ok(())
    }

    fn rows(&self) -> Vec<(&'static str, f64, Goal)> {
        let people = self.people.max(1) as f64;
        let sockets = self.sockets.max(1) as f64;
        let bulk = self.email.of("ses.SendBulkEmail");
        let posts = self.live.of("connections.PostToConnection");
        let presence = self.fan_out.of("dynamodb.Query");
        // What is written for e-mails besides the log rows.
        let claims = self.silent.of("dynamodb.PutItem").write_units
            + self.silent.of("dynamodb.TransactWriteItems").write_units;
        let reports = self.email.total().write_units - self.silent.total().write_units;
        let micros = |job: &Job| job.cpu.as_secs_f64() * 1e6 / people;
        let seconds = |job: &Job| job.wall.as_secs_f64();
        use Goal::{AtLeast, AtMost, None};
        vec![
            (
                "P1 AWS calls per recipient, in-app",
                self.in_app.total().calls as f64 / people,
                AtMost(0.0410, 0.045),
            ),
            (
                "P2 write units per recipient, in-app",
                self.in_app.total().write_units / people,
                AtMost(1.002, 1.05),
            ),
            (
                "P3 recipients per bulk e-mail call",
                bulk.items as f64 / bulk.calls.max(1) as f64,
                AtLeast(49.9, 45.0),
            ),
            (
                "P3 claim and ledger units per e-mail",
                claims / people,
                AtMost(0.10, 0.25),
            ),
            (
                "– units of a report beyond its row",
                reports / people - ROW_OF_A_REPORT,
                None,
            ),
            (
                "– write units per e-mail, all of it",
                self.email.total().write_units / people,
                None,
            ),
            (
                "P4 posts per open socket",
                posts.calls as f64 / sockets,
                AtMost(1.0, 1.01),
            ),
            (
                "P4 presence calls per recipient",
                presence.calls as f64 / people,
                AtMost(0.0101, 0.02),
            ),
            (
                "P5 AWS calls per delivery, chat to all open sockets",
                self.room.job.total().calls as f64 / self.room.deliveries.max(1) as f64,
                AtMost(1.004, 1.02),
            ),
            (
                "P7 CPU µs per recipient, `deliver-in-app` alone",
                micros(self.fan_out),
                AtMost(2.5, 5.0),
            ),
            (
                "P9 CPU µs per push",
                self.pushes.cpu_each(),
                AtMost(40.0, 60.0),
            ),
            (
                "– ms of a push to all open sockets",
                self.pushes.wall.as_secs_f64() * 1e3 * sockets / self.pushes.count.max(1) as f64,
                None,
            ),
            (
                "– ms of a chat message to all open sockets, p50",
                self.room.latencies.percentile(50),
                None,
            ),
            (
                "– ms of a chat message to all open sockets, p99",
                self.room.latencies.percentile(99),
                None,
            ),
            (
                "– ms of a chat message to one person, p50",
                self.pair.percentile(50),
                None,
            ),
            (
                "– ms of a chat message to one person, p99",
                self.pair.percentile(99),
                None,
            ),
            (
                "– ms from `ping` to `pong`, p50",
                self.echo.percentile(50),
                None,
            ),
            (
                "– ms from `ping` to `pong`, p99",
                self.echo.percentile(99),
                None,
            ),
            (
                "– CPU µs per recipient, whole process, in-app",
                micros(self.in_app),
                None,
            ),
            (
                "– CPU µs per recipient, whole process, e-mail",
                micros(self.email),
                None,
            ),
            ("– seconds, in-app", seconds(self.in_app), None),
            ("– seconds, with e-mail", seconds(self.email), None),
            ("– seconds, with e-mail and SMS", seconds(self.sms), None),
        ]
    }
}

impl Job {
    /// One operation's usage.
    pub fn of(&self, operation: &str) -> Usage {
        self.usages.get(operation).cloned().unwrap_or_default()
    }

    /// All operations together.
    pub fn total(&self) -> Usage {
        let mut total = Usage::default();
        for usage in self.usages.values() {
            total.calls += usage.calls;
            total.items += usage.items;
            total.write_units += usage.write_units;
            total.read_units += usage.read_units;
        }
        total
    }
}
