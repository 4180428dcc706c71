//! Timed rules: what is announced long before is told of in time, once.

use domain::Timestamp;
use it::{Actor, World};
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use serde_json::{Value, json};

use super::{by_api, by_bus, by_queue, demonstration, outcome, text};

const DAY: i64 = 86_400;

/// An example of an event that plans something, as a message of the queue.
fn plan(kind: &str, id: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/plans");
    let path = format!("{root}/{kind}.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut event: Value = serde_json::from_str(&text).expect("JSON");
    event["event_id"] = json!(id);
    event.as_object_mut().expect("an object").remove("time");
    event
}

fn head(world: &World, tenant: &str) -> Actor {
    world.actor_for(tenant, "head", 400 * DAY)
}

/// Moves the clock to an instant at once: the sweeper runs once, then.
async fn until(world: &World, at: Timestamp) {
    let wait = at.duration_since(world.now()) + SignedDuration::from_secs(61);
    world.later(wait.as_secs()).await;
    world.settle().await;
}

/// Types of what somebody was told, oldest first.
async fn told(world: &World, tenant: &str, user: &str) -> Vec<String> {
    let items = world.actor(tenant, user).all("/v1/notifications").await;
    let mut types: Vec<String> = items.iter().map(|item| text(item, "type")).collect();
    types.reverse();
    types
}

/// The date so many days from now in a zone, and an instant of such a day.
fn in_days(world: &World, days: i64, zone: &str) -> jiff::civil::Date {
    let zone = TimeZone::get(zone).expect("a zone");
    world.now().to_zoned(zone).date() + days.days()
}

fn clock(day: jiff::civil::Date, hour: i8, zone: &str) -> Timestamp {
    let zone = TimeZone::get(zone).expect("a zone");
    day.at(hour, 0, 0, 0)
        .to_zoned(zone)
        .expect("a time")
        .timestamp()
}

async fn reminder(head: &Actor, subject: &str) -> Value {
    let all = head.all("/v1/reminders").await;
    let found = all.into_iter().find(|one| one["subject"] == subject);
    found.unwrap_or_else(|| panic!("no reminder of {subject}"))
}

fn statuses(reminder: &Value) -> Vec<&str> {
    let steps = reminder["thresholds"].as_array().expect("thresholds");
    steps
        .iter()
        .map(|step| step["status"].as_str().expect("a status"))
        .collect()
}

#[tokio::test]
async fn a_calendar_event_reminds_a_week_and_a_day_before_at_eight() {
    let world = demonstration().await;
    let head = head(&world, "hillside");
    let zone = "Europe/London";
    let day = in_days(&world, 20, zone);
    let mut event = plan("event.scheduled", "plan-1");
    event["data"]["event"]["date"] = json!(day.to_string());
    by_queue(&world, &event);
    world.settle().await;
    let made = outcome(&head, &event).await;
    let rule = &made["rules"][0];
    assert_eq!(
        (&rule["result"], &rule["waiting"]),
        (&json!("planned"), &json!(2)),
        "{made}"
    );
    assert!(told(&world, "hillside", "10").await.is_empty());
    let before = told(&world, "hillside", "20").await.len();
    until(&world, clock(day - 7.days(), 8, zone)).await;
    assert_eq!(told(&world, "hillside", "10").await, ["event.upcoming"]);
    assert_eq!(
        told(&world, "hillside", "20").await.len(),
        before + 1,
        "the guardian hears too"
    );
    until(&world, clock(day - 1.day(), 8, zone)).await;
    assert_eq!(told(&world, "hillside", "10").await.len(), 2);
    let planned = reminder(&head, "e-7").await;
    assert_eq!(statuses(&planned), ["fired", "fired"]);
    assert_eq!(planned.get("next_at"), None);
    // The events that were made are events like any other.
    let id = planned["thresholds"][1]["event_id"]
        .as_str()
        .expect("an event");
    let event = head.get(&format!("/v1/events/{id}")).await.ok();
    assert_eq!(
        (&event["type"], &event["status"]),
        (&json!("event.upcoming"), &json!("applied"))
    );
    world.later(3 * DAY).await;
    world.settle().await;
    assert_eq!(told(&world, "hillside", "10").await.len(), 2);
}

#[tokio::test]
async fn a_missed_run_catches_up_once_with_the_nearest_threshold() {
    let world = demonstration().await;
    let head = head(&world, "hillside");
    let zone = "Europe/London";
    let day = in_days(&world, 20, zone);
    let mut event = plan("event.scheduled", "plan-1");
    event["data"]["event"]["date"] = json!(day.to_string());
    assert_eq!(by_api(&head, &event).await, "accepted");
    world.settle().await;
    // Nobody swept for three weeks, until after both thresholds.
    until(&world, clock(day - 1.day(), 12, zone)).await;
    assert_eq!(told(&world, "hillside", "10").await, ["event.upcoming"]);
    assert_eq!(statuses(&reminder(&head, "e-7").await), ["passed", "fired"]);
}

#[tokio::test]
async fn what_is_moved_is_told_of_at_its_new_date_and_what_is_cancelled_is_not() {
    let world = demonstration().await;
    let head = head(&world, "beacon");
    let start = world.now() + SignedDuration::from_hours(10 * 24);
    let moved = start + SignedDuration::from_hours(48);
    let at = |start: Timestamp, id: &str| {
        let mut event = plan("webinar.scheduled", id);
        event["data"]["session_start"] = json!(start.to_string());
        event
    };
    let before = told(&world, "beacon", "p1").await.len();
    by_bus(&world, &at(start, "web-1")).await;
    world.settle().await;
    by_queue(&world, &at(moved, "web-2"));
    world.settle().await;
    until(&world, start).await;
    assert_eq!(
        told(&world, "beacon", "p1").await.len(),
        before,
        "not at the old date"
    );
    until(&world, moved - SignedDuration::from_hours(2)).await;
    until(&world, moved - SignedDuration::from_hours(1)).await;
    let heard = told(&world, "beacon", "p1").await;
    assert_eq!(
        heard.len(),
        before + 2,
        "a day and an hour before: {heard:?}"
    );
    by_queue(
        &world,
        &at(moved + SignedDuration::from_hours(240), "web-3"),
    );
    world.settle().await;
    by_queue(&world, &plan("webinar.cancelled", "web-4"));
    world.settle().await;
    assert_eq!(
        statuses(&reminder(&head, "launch").await),
        ["cancelled", "cancelled"]
    );
    world.later(12 * DAY).await;
    world.settle().await;
    assert_eq!(told(&world, "beacon", "p1").await.len(), before + 2);
}

#[tokio::test]
async fn a_breach_is_told_of_once_for_each_patient_and_threshold() {
    let world = demonstration().await;
    let head = head(&world, "mercy");
    let zone = "Europe/London";
    let mut event = plan("pathway.updated", "path-1");
    let breach = in_days(&world, 30, zone);
    event["data"]["breach_date"] = json!(breach.to_string());
    by_queue(&world, &event);
    world.settle().await;
    let own = |types: Vec<String>| {
        types
            .into_iter()
            .filter(|one| one == "rtt.breach_risk")
            .count()
    };
    until(&world, clock(breach - 14.days(), 12, zone)).await;
    assert_eq!(
        own(told(&world, "mercy", "coord-1").await),
        0,
        "14 days are not under 14"
    );
    until(&world, clock(breach - 13.days(), 7, zone)).await;
    assert_eq!(own(told(&world, "mercy", "coord-1").await), 1);
    let item = &world
        .actor("mercy", "coord-1")
        .get("/v1/notifications")
        .await
        .ok()["items"][0];
    assert_eq!(
        (&item["priority"], &item["popup"]),
        (&json!(4), &json!(true)),
        "{item}"
    );
    assert!(text(item, "title").contains("13 days"), "{item}");
    // The same pathway again with a new date: the threshold is not told of again.
    let mut again = event.clone();
    again["event_id"] = json!("path-2");
    again["data"]["breach_date"] = json!((breach + 1.day()).to_string());
    by_queue(&world, &again);
    world.settle().await;
    world.later(DAY).await;
    world.settle().await;
    assert_eq!(own(told(&world, "mercy", "coord-1").await), 1);
    until(&world, clock(breach - 6.days(), 7, zone)).await;
    assert_eq!(own(told(&world, "mercy", "coord-1").await), 2);
    by_queue(&world, &plan("pathway.closed", "path-3"));
    world.settle().await;
    world.later(20 * DAY).await;
    world.settle().await;
    assert_eq!(own(told(&world, "mercy", "coord-1").await), 2);
    assert_eq!(
        statuses(&reminder(&head, "w-4").await),
        ["fired", "fired", "cancelled", "cancelled"]
    );
}

#[tokio::test]
async fn what_cannot_be_planned_says_why_and_changes_nothing() {
    let world = demonstration().await;
    let head = head(&world, "hillside");
    for (id, date, words) in [
        ("bad-1", json!("next week"), "must be a date"),
        ("bad-2", json!("2020-01-01"), "has passed"),
        ("bad-3", Value::Null, "is missing"),
    ] {
        let mut event = plan("event.scheduled", id);
        event["data"]["event"]["date"] = date;
        by_queue(&world, &event);
        world.settle().await;
        let made = outcome(&head, &event).await;
        let rule = &made["rules"][0];
        assert_eq!(rule["result"], "skipped", "{made}");
        assert!(text(rule, "reason").contains(words), "{made}");
    }
    assert!(head.all("/v1/reminders").await.is_empty());
}

#[tokio::test]
async fn staff_see_reminders_and_cancel_them() {
    let world = demonstration().await;
    let head = head(&world, "hillside");
    let mut event = plan("event.scheduled", "plan-1");
    event["data"]["event"]["date"] = json!(in_days(&world, 20, "Europe/London").to_string());
    by_queue(&world, &event);
    world.settle().await;
    let planned = reminder(&head, "e-7").await;
    let path = format!("/v1/reminders/{}", text(&planned, "id"));
    assert_eq!(head.get(&path).await.ok(), planned);
    for (query, count) in [
        ("rule=event", 1),
        ("rule=webinar", 0),
        ("waiting=true", 1),
        ("waiting=false", 0),
    ] {
        let found = head.all(&format!("/v1/reminders?{query}")).await;
        assert_eq!(found.len(), count, "{query}");
    }
    let pupil = world.actor("hillside", "10");
    pupil.get("/v1/reminders").await.problem(403, "forbidden");
    pupil.delete(&path).await.problem(403, "forbidden");
    let rival = world.actor("lumen", "head");
    rival.get(&path).await.problem(404, "not_found");
    rival.delete(&path).await.problem(404, "not_found");
    head.delete(&path).await.gone();
    head.delete(&path).await.problem(409, "conflict");
    world.later(25 * DAY).await;
    world.settle().await;
    assert!(told(&world, "hillside", "10").await.is_empty());
    let trail = head.all("/v1/audit").await;
    assert!(
        trail
            .iter()
            .any(|entry| entry["act"] == "reminder.cancelled"),
        "{trail:?}"
    );
}

#[tokio::test]
async fn more_than_a_page_of_them_may_be_due_at_once() {
    let world = demonstration().await;
    let head = head(&world, "hillside");
    let day = in_days(&world, 20, "Europe/London").to_string();
    for n in 0..205 {
        let mut event = plan("event.scheduled", &format!("many-{n}"));
        event["data"]["event"]["id"] = json!(format!("e-{n}"));
        event["data"]["event"]["date"] = json!(day);
        event["data"]["audience"] = json!([]);
        event["data"]["guardians_of"] = json!([]);
        by_queue(&world, &event);
    }
    world.settle().await;
    assert_eq!(
        head.all("/v1/reminders?waiting=true&page_size=100")
            .await
            .len(),
        205
    );
    world.later(15 * DAY).await;
    world.settle().await;
    let all = head.all("/v1/reminders?page_size=100").await;
    assert!(
        all.iter().all(|one| statuses(one) == ["fired", "waiting"]),
        "one run fires them all"
    );
}

/// British clocks go forward on 29 March 2026 and back on 25 October.
#[test]
fn the_stories_count_days_as_calendars_do() {
    assert_eq!(
        clock(date(2026, 3, 28), 8, "Europe/London").to_string(),
        "2026-03-28T08:00:00Z"
    );
    assert_eq!(
        clock(date(2026, 3, 29), 8, "Europe/London").to_string(),
        "2026-03-29T07:00:00Z"
    );
}
