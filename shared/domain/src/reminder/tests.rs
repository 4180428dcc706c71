use serde_json::json;

use super::*;
use crate::automation::Event;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn event(kind: &str, id: &str, time: &str, data: Value) -> Event {
    Event {
        event_id: id.parse().unwrap(),
        r#type: kind.to_owned(),
        source: None,
        time: Some(at(time)),
        data: data.as_object().unwrap().clone(),
    }
}

fn trip(id: &str, time: &str, date: &str) -> Event {
    let data = json!({"event": {"id": "e-7", "title": "Trip", "date": date}, "audience": ["all"]});
    event("event.scheduled", id, time, data)
}

fn planned(event: &Event, before: Option<&Reminder>, now: &str) -> Result<Planned, String> {
    let tenant = "school".parse().unwrap();
    let about = rules_of(&event.r#type).next().unwrap();
    plan(
        about,
        (&tenant, "Europe/London"),
        event,
        false,
        before,
        at(now),
    )
}

fn changed(event: &Event, before: Option<&Reminder>, now: &str) -> Reminder {
    match planned(event, before, now) {
        Ok(Planned::Changed(reminder)) => *reminder,
        other => panic!("{other:?}"),
    }
}

fn dues(reminder: &Reminder) -> Vec<(String, String)> {
    let steps = reminder.steps.iter();
    steps
        .map(|step| (step.before.clone(), step.due_at.to_string()))
        .collect()
}

#[test]
fn eight_o_clock_stays_eight_o_clock_when_the_clocks_change() {
    // British clocks go forward on 29 March 2026.
    let reminder = changed(
        &trip("e1", "2026-03-01T00:00:00Z", "2026-04-01"),
        None,
        "2026-03-01T00:00:00Z",
    );
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        dues(&reminder),
        [
            pair("7 days", "2026-03-25T08:00:00Z"),
            pair("1 day", "2026-03-31T07:00:00Z")
        ]
    );
    let mut there = trip("e2", "2026-03-02T00:00:00Z", "2026-04-01");
    there.data["event"]["time_zone"] = json!("America/New_York");
    let reminder = changed(&there, None, "2026-03-02T00:00:00Z");
    assert_eq!(reminder.steps[0].due_at, at("2026-03-25T12:00:00Z"));
}

#[test]
fn of_what_was_missed_only_the_nearest_is_told_of_and_nothing_of_the_past() {
    let reminder = changed(
        &trip("e1", "2026-03-01T00:00:00Z", "2026-04-01"),
        None,
        "2026-03-01T00:00:00Z",
    );
    assert_eq!(fire(&reminder, at("2026-03-25T07:59:59Z")), None);
    let late = fire(&reminder, at("2026-03-31T12:00:00Z")).unwrap();
    let statuses = |reminder: &Reminder| {
        reminder
            .steps
            .iter()
            .map(|step| step.status)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        statuses(&late.reminder),
        [StepStatus::Passed, StepStatus::Fired]
    );
    let event = late.event.unwrap();
    assert_eq!(
        (event.r#type.as_str(), &event.data["days_left"]),
        ("event.upcoming", &json!(1))
    );
    assert_eq!(fire(&late.reminder, at("2026-03-31T12:00:00Z")), None);
    let after = fire(&reminder, at("2026-04-02T00:00:00Z")).unwrap();
    assert_eq!(
        (after.event, statuses(&after.reminder)),
        (None, vec![StepStatus::Passed; 2])
    );
}

#[test]
fn a_new_date_is_told_of_anew_and_the_same_event_changes_nothing() {
    let first = changed(
        &trip("e1", "2026-03-01T00:00:00Z", "2026-04-01"),
        None,
        "2026-03-01T00:00:00Z",
    );
    let fired = fire(&first, at("2026-03-25T08:00:00Z")).unwrap();
    let same = planned(
        &trip("e1", "2026-03-01T00:00:00Z", "2026-04-01"),
        Some(&fired.reminder),
        "2026-03-25T09:00:00Z",
    );
    assert_eq!(same, Ok(Planned::Same));
    let again = changed(
        &trip("e2", "2026-03-25T09:00:00Z", "2026-04-01"),
        Some(&fired.reminder),
        "2026-03-25T09:00:00Z",
    );
    assert_eq!(again.steps[0].status, StepStatus::Fired);
    let moved = changed(
        &trip("e3", "2026-03-25T10:00:00Z", "2026-05-01"),
        Some(&again),
        "2026-03-25T10:00:00Z",
    );
    assert!(moved.steps.iter().all(Step::is_waiting));
    assert_eq!((moved.version, &moved.id), (again.version + 1, &first.id));
    let told = fire(&moved, at("2026-04-24T07:00:00Z"))
        .unwrap()
        .event
        .unwrap();
    assert_ne!(Some(told.event_id), fired.event.map(|event| event.event_id));
    // What happened earlier and comes later decides nothing.
    let late = planned(
        &trip("e4", "2026-03-24T00:00:00Z", "2026-04-01"),
        Some(&moved),
        "2026-03-26T00:00:00Z",
    );
    assert_eq!(late, Ok(Planned::Same));
}

#[test]
fn a_pathway_is_told_of_once_for_each_threshold_wherever_its_date_moves() {
    let pathway = |id: &str, date: &str| {
        let data = json!({"pathway_id": "w-4", "patient_id": "p", "breach_date": date});
        event("pathway.updated", id, "2026-03-01T00:00:00Z", data)
    };
    let first = changed(&pathway("p1", "2026-03-11"), None, "2026-03-01T00:00:00Z");
    let now = "2026-03-01T00:01:00Z";
    let fired = fire(&first, at(now)).unwrap();
    assert_eq!(fired.event.as_ref().unwrap().data["days_left"], 10);
    let moved = changed(&pathway("p2", "2026-03-13"), Some(&fired.reminder), now);
    assert_eq!(moved.steps[0].status, StepStatus::Fired);
    assert_eq!(fire(&moved, at(now)), None);
    // Nobody looked for a month: the breach is told of all the same.
    let late = fire(&moved, at("2026-04-13T00:00:00Z")).unwrap();
    assert_eq!(late.event.unwrap().data["days_left"], -31);
}

#[test]
fn what_is_taken_back_is_not_told_of() {
    let first = changed(
        &trip("e1", "2026-03-01T00:00:00Z", "2026-04-01"),
        None,
        "2026-03-01T00:00:00Z",
    );
    let cancel = event(
        "event.cancelled",
        "e2",
        "2026-03-02T00:00:00Z",
        json!({"event": {"id": "e-7"}}),
    );
    let over = changed(&cancel, Some(&first), "2026-03-02T00:00:00Z");
    assert_eq!(
        (over.next_due(), fire(&over, at("2026-03-31T12:00:00Z"))),
        (None, None)
    );
    assert_eq!(
        planned(&cancel, None, "2026-03-02T00:00:00Z"),
        Ok(Planned::Same)
    );
}

#[test]
fn what_cannot_be_planned_says_why() {
    let complaint = |date: Value, zone: Value| {
        let data = json!({"event": {"id": "e-7", "date": date, "time_zone": zone}});
        let event = event("event.scheduled", "e1", "2026-03-01T00:00:00Z", data);
        planned(&event, None, "2026-03-10T12:00:00Z").unwrap_err()
    };
    let here = json!("Europe/London");
    assert!(complaint(json!("soon"), here.clone()).starts_with("event.date: must be a date"));
    assert!(complaint(json!("2026-05-01T10:00:00"), here.clone()).contains("must be a date"));
    assert!(complaint(Value::Null, here.clone()).contains("is missing"));
    assert!(complaint(json!("2026-03-09"), here).contains("has passed"));
    assert!(complaint(json!("2026-05-01"), json!("Mars/Base")).contains("not a time zone"));
    let nameless = event(
        "event.scheduled",
        "e1",
        "2026-03-01T00:00:00Z",
        json!({"event": {}}),
    );
    assert!(
        planned(&nameless, None, "2026-03-01T00:00:00Z")
            .unwrap_err()
            .contains("event.id")
    );
}
