//! Timed rules: what other systems announce long before, people hear of in
//! time. An event plans something with a date; at each of its thresholds another
//! event is made of it, and the automations tell whom it concerns.
//!
//! Days are days of the organisation's own calendar, or of the zone that the
//! event names, so that eight o'clock is eight o'clock on both sides of a change
//! of the clocks. What was missed is made up for once: of several thresholds
//! that have passed, the nearest to the date is told of, and no other.

mod fire;
mod plan;
mod rule;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use fire::{Fired, fire};
pub use plan::{Planned, plan};
pub use rule::{Before, Late, Once, TimedRule, rules_of, timed_rules};

use crate::digest;
use crate::ids::{EventId, ReminderId, TenantId};
use crate::time::{Timestamp, plus_seconds};

/// Days for which a reminder is remembered after its last threshold: so long
/// nothing is told twice.
pub const KEPT_DAYS: i64 = 400;

/// What is planned for one subject by one timed rule.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Reminder {
    pub id: ReminderId,
    /// Name of the timed rule, such as `event`.
    pub rule: String,
    /// What it is about, as the other system calls it.
    pub subject: String,
    /// The date or instant, as the event had it.
    pub at: String,
    /// The zone in which days are counted.
    pub zone: String,
    /// What the event that planned it says, as JSON.
    pub data: String,
    /// The event that planned it last.
    pub event: EventId,
    /// When that event happened, as its publisher says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_time: Option<Timestamp>,
    #[serde(default)]
    pub test: bool,
    pub steps: Vec<Step>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: u64,
}

impl std::fmt::Debug for Reminder {
    // The data are about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reminder")
            .field("id", &self.id)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

/// One threshold and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Step {
    /// Such as `7 days` or `1 hour`.
    pub before: String,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    pub status: StepStatus,
    /// The event that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    Waiting,
    /// Its event was made.
    Fired,
    /// Too late: a nearer threshold or the date itself had come.
    Passed,
    Cancelled,
}

impl Reminder {
    /// The same subject of a rule always has the same id.
    pub fn id_of(tenant: &TenantId, rule: &str, subject: &str, test: bool) -> ReminderId {
        let test = if test { "test" } else { "live" };
        let parts = ["reminder", tenant.as_str(), rule, subject, test];
        ReminderId::of(&digest::fingerprint(&parts, 26))
    }

    /// When something is to be done next.
    pub fn next_due(&self) -> Option<Timestamp> {
        let waiting = self.steps.iter().filter(|step| step.is_waiting());
        waiting.map(|step| step.due_at).min()
    }

    /// Until when it is remembered, in epoch seconds.
    pub fn kept_until(&self) -> i64 {
        let last = self.steps.iter().map(|step| step.due_at).max();
        let last = last.unwrap_or(self.updated_at).max(self.updated_at);
        plus_seconds(last, KEPT_DAYS * 86_400).as_second()
    }

    /// Takes back what still waits.
    pub fn cancelled(&self, now: Timestamp) -> Self {
        let mut after = self.clone();
        for step in after.steps.iter_mut().filter(|step| step.is_waiting()) {
            step.status = StepStatus::Cancelled;
        }
        after.updated_at = now;
        after.version += 1;
        after
    }

    /// What the event that planned it says.
    pub fn said(&self) -> Map<String, Value> {
        serde_json::from_str(&self.data).unwrap_or_default()
    }
}

impl Step {
    pub fn is_waiting(&self) -> bool {
        self.status == StepStatus::Waiting
    }
}
