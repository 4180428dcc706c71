//! Timed rules as they are written: a file in `rules/`, named after what they
//! are about. `build.rs` lists the files.

use std::sync::LazyLock;

use serde::Deserialize;

include!(concat!(env!("OUT_DIR"), "/reminder_rules.rs"));

/// Which event plans reminders of what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimedRule {
    /// The file's name.
    #[serde(skip)]
    pub id: String,
    pub name: String,
    pub description: String,
    /// The type of event that plans, or moves what is planned.
    pub plan: String,
    /// The type of event that takes it back.
    pub cancel: String,
    /// The type of event that is made at each threshold.
    pub emits: String,
    /// Where the event names its subject: a path such as `event.id`.
    pub subject: String,
    /// Where it has its date (`YYYY-MM-DD`) or instant (RFC 3339).
    pub at: String,
    /// Where it may name another zone than the organisation's.
    pub zone: String,
    #[serde(default)]
    pub once: Once,
    #[serde(default)]
    pub late: Late,
    /// The thresholds, farthest first.
    pub before: Vec<Before>,
}

/// How often a threshold is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Once {
    /// Once for each date that the subject is moved to.
    #[default]
    Date,
    /// Once for the subject, wherever it is moved.
    Subject,
}

/// What happens when the date itself has passed before anybody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    /// Nobody is reminded of the past.
    #[default]
    Drop,
    /// It is told of all the same.
    Fire,
}

/// A threshold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Before {
    /// So many days of the calendar before, at this time of the day (`HH:MM`).
    Days { days: i32, at: jiff::civil::Time },
    /// So many hours before an instant; a date alone has no hours.
    Hours { hours: i64 },
}

impl Before {
    /// As people say it; also what tells thresholds of one rule apart.
    pub fn spoken(&self) -> String {
        let (count, unit) = match self {
            Self::Days { days, .. } => (i64::from(*days), "day"),
            Self::Hours { hours } => (*hours, "hour"),
        };
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural}")
    }
}

/// All timed rules in the order of their ids.
pub fn timed_rules() -> &'static [TimedRule] {
    // A test reads every file, so that none is left out here.
    static RULES: LazyLock<Vec<TimedRule>> = LazyLock::new(|| {
        REMINDERS
            .iter()
            .filter_map(|file| read(file).ok())
            .collect()
    });
    &RULES
}

/// The timed rules that an event of this type plans or takes back.
pub fn rules_of(kind: &str) -> impl Iterator<Item = &'static TimedRule> {
    let about = move |rule: &&TimedRule| rule.plan == kind || rule.cancel == kind;
    timed_rules().iter().filter(about)
}

pub(super) fn read((name, text): &(&str, &str)) -> Result<TimedRule, String> {
    let rule: TimedRule = serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
    Ok(TimedRule {
        id: (*name).to_owned(),
        ..rule
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::builtin;

    #[test]
    fn every_file_is_a_rule_that_makes_an_event_somebody_listens_to() {
        assert!(REMINDERS.len() >= 3);
        for file in REMINDERS {
            let rule = read(file).unwrap();
            assert!(
                builtin().iter().any(|one| one.rule.event == rule.emits),
                "{}",
                rule.emits
            );
            assert!(!rule.before.is_empty(), "{}", rule.id);
        }
        assert_eq!(timed_rules().len(), REMINDERS.len());
    }
}
