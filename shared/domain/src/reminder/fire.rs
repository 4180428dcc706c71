//! From what is planned to the event that tells of it.

use jiff::tz::TimeZone;
use serde_json::json;

use super::plan::Anchor;
use super::rule::{Late, Once, TimedRule, timed_rules};
use super::{Reminder, StepStatus};
use crate::automation::Event;
use crate::digest;
use crate::ids::EventId;
use crate::time::Timestamp;

/// A reminder after its time has come, and the event that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Fired {
    pub reminder: Reminder,
    /// None where it is too late for all of it.
    pub event: Option<Event>,
}

/// What is to be done now; nothing if nothing is due. Of several thresholds that
/// have come, only the nearest to the date is told of.
pub fn fire(reminder: &Reminder, now: Timestamp) -> Option<Fired> {
    let rule = timed_rules().iter().find(|rule| rule.id == reminder.rule);
    let due = |step: &super::Step| step.is_waiting() && step.due_at <= now;
    let nearest = reminder
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| due(step))
        .max_by_key(|(_, step)| step.due_at)
        .map(|(position, _)| position)?;
    let mut after = reminder.clone();
    for step in after.steps.iter_mut().filter(|step| due(step)) {
        step.status = StepStatus::Passed;
    }
    after.updated_at = now;
    after.version += 1;
    // A rule that is no longer there tells nobody.
    let event = rule.and_then(|rule| event_of(rule, reminder, nearest, now));
    if let Some(event) = &event {
        let step = &mut after.steps[nearest];
        step.status = StepStatus::Fired;
        step.event_id = Some(event.event_id.clone());
    }
    Some(Fired {
        reminder: after,
        event,
    })
}

/// The event of a threshold. Its id is always the same, so that it notifies once.
fn event_of(
    rule: &TimedRule,
    reminder: &Reminder,
    nearest: usize,
    now: Timestamp,
) -> Option<Event> {
    let zone = TimeZone::get(&reminder.zone).ok()?;
    let anchor = Anchor::read(&reminder.at)?;
    if rule.late == Late::Drop && anchor.has_passed(&zone, now) {
        return None;
    }
    let today = now.to_zoned(zone.clone()).date();
    let left = today.until(anchor.day(&zone)).ok()?.get_days();
    let mut data = reminder.said();
    data.insert("days_left".to_owned(), json!(left));
    Some(Event {
        event_id: event_id(rule, reminder, nearest)?,
        r#type: rule.emits.clone(),
        source: Some("campanile.reminders".to_owned()),
        time: Some(now),
        data,
    })
}

fn event_id(rule: &TimedRule, reminder: &Reminder, nearest: usize) -> Option<EventId> {
    let date = match rule.once {
        Once::Date => reminder.at.as_str(),
        Once::Subject => "",
    };
    let parts = [
        reminder.id.as_str(),
        &reminder.steps.get(nearest)?.before,
        date,
    ];
    let mark = digest::fingerprint(&parts, 26);
    format!("{}:{mark}", reminder.rule).parse().ok()
}
