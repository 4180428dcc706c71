//! From an event to what is planned.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use serde_json::{Map, Value};

use super::rule::{Before, Once, TimedRule};
use super::{Reminder, Step, StepStatus};
use crate::automation::Event;
use crate::ids::TenantId;
use crate::time::Timestamp;

/// Characters of a subject's name, at most.
const MAX_SUBJECT: usize = 128;

/// What an event changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Planned {
    /// What is planned from now on.
    Changed(Box<Reminder>),
    /// It stands so already, or a newer event has decided.
    Same,
}

/// The date that something is about.
#[derive(Debug, Clone)]
pub(super) enum Anchor {
    Day(Date),
    Instant(Timestamp),
}

impl Anchor {
    pub(super) fn read(text: &str) -> Option<Self> {
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Self::Instant(at));
        }
        // A date only: a civil time without a zone would be read as one too.
        let day = (text.len() == 10).then(|| text.parse::<Date>().ok());
        day.flatten().map(Self::Day)
    }

    /// The day in a zone.
    pub(super) fn day(&self, zone: &TimeZone) -> Date {
        match self {
            Self::Day(day) => *day,
            Self::Instant(at) => at.to_zoned(zone.clone()).date(),
        }
    }

    /// Whether it is over.
    pub(super) fn has_passed(&self, zone: &TimeZone, now: Timestamp) -> bool {
        match self {
            Self::Day(day) => now.to_zoned(zone.clone()).date() > *day,
            Self::Instant(at) => now > *at,
        }
    }

    /// When a threshold before it comes; none where it has no such threshold.
    fn due(&self, before: &Before, zone: &TimeZone) -> Option<Timestamp> {
        match (before, self) {
            (Before::Days { days, at }, _) => {
                let day = self.day(zone).checked_sub(days.days()).ok()?;
                // A time that a change of the clocks skips is the one after it.
                let zoned = day.to_datetime(*at).to_zoned(zone.clone()).ok()?;
                Some(zoned.timestamp())
            }
            (Before::Hours { hours }, Self::Instant(at)) => {
                at.checked_sub(SignedDuration::from_hours(*hours)).ok()
            }
            (Before::Hours { .. }, Self::Day(_)) => None,
        }
    }
}

/// What a timed rule makes of an event, given what stands so far; or why the
/// event cannot be planned.
pub fn plan(
    rule: &TimedRule,
    tenant: (&TenantId, &str),
    event: &Event,
    test: bool,
    before: Option<&Reminder>,
    now: Timestamp,
) -> Result<Planned, String> {
    let (tenant, tenant_zone) = tenant;
    if before.is_some_and(|before| is_newer(before, event)) {
        return Ok(Planned::Same);
    }
    if event.r#type == rule.cancel {
        return Ok(match before.filter(|before| before.next_due().is_some()) {
            Some(before) => Planned::Changed(Box::new(before.cancelled(now))),
            None => Planned::Same,
        });
    }
    let subject = subject_of(rule, &event.data)?;
    let named = text_at(&event.data, &rule.zone);
    let zone_name = named.unwrap_or_else(|| tenant_zone.to_owned());
    let zone = TimeZone::get(&zone_name).map_err(|_| format!("{}: not a time zone", rule.zone))?;
    let at = text_at(&event.data, &rule.at).ok_or_else(|| format!("{}: is missing", rule.at))?;
    let anchor = Anchor::read(&at).ok_or_else(|| {
        format!(
            "{}: must be a date such as 2026-05-01 or an instant such as 2026-05-01T09:00:00Z",
            rule.at
        )
    })?;
    if anchor.has_passed(&zone, now) && rule.late == super::Late::Drop {
        return Err(format!("{}: the date has passed", rule.at));
    }
    let kept = before.filter(|before| rule.once == Once::Subject || before.at == at);
    let steps = rule.before.iter().filter_map(|threshold| {
        let spoken = threshold.spoken();
        let done = kept.and_then(|before| done(before, &spoken));
        done.or_else(|| {
            Some(Step {
                due_at: anchor.due(threshold, &zone)?,
                before: spoken,
                status: StepStatus::Waiting,
                event_id: None,
            })
        })
    });
    Ok(Planned::Changed(Box::new(Reminder {
        id: Reminder::id_of(tenant, &rule.id, &subject, test),
        rule: rule.id.clone(),
        subject,
        at,
        zone: zone_name,
        data: serde_json::to_string(&event.data).unwrap_or_default(),
        event: event.event_id.clone(),
        event_time: event.time,
        test,
        steps: steps.collect(),
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
        version: before.map_or(0, |before| before.version) + 1,
    })))
}

/// What an event is about.
pub(super) fn subject_of(rule: &TimedRule, data: &Map<String, Value>) -> Result<String, String> {
    text_at(data, &rule.subject)
        .filter(|text| !text.is_empty() && text.chars().count() <= MAX_SUBJECT)
        .ok_or_else(|| format!("{}: must name what it is about", rule.subject))
}

impl Reminder {
    /// The id of what an event is about.
    pub fn named_by(
        rule: &TimedRule,
        tenant: &TenantId,
        event: &Event,
        test: bool,
    ) -> Result<crate::ids::ReminderId, String> {
        let subject = subject_of(rule, &event.data)?;
        Ok(Self::id_of(tenant, &rule.id, &subject, test))
    }
}

/// Events may come out of order: what happened earlier decides nothing. The
/// event that decided last decides nothing again.
fn is_newer(before: &Reminder, event: &Event) -> bool {
    before.event == event.event_id
        || matches!((before.event_time, event.time), (Some(known), Some(told)) if known > told)
}

/// A threshold that needs no more telling.
fn done(before: &Reminder, spoken: &str) -> Option<Step> {
    let told = |step: &&Step| {
        step.before == spoken && matches!(step.status, StepStatus::Fired | StepStatus::Passed)
    };
    before.steps.iter().find(told).cloned()
}

/// A text or number at a path.
pub(super) fn text_at(data: &Map<String, Value>, path: &str) -> Option<String> {
    let mut parts = path.split('.');
    let mut value = data.get(parts.next()?)?;
    for part in parts {
        value = value.get(part)?;
    }
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
