//! Every built-in rule, by an example event through each of the three doors.

use std::collections::{BTreeMap, BTreeSet};

use it::World;
use local::demo::{api_key, organisations};
use serde_json::Value;

use super::{by_api, by_bus, by_queue, demonstration, example, kinds, outcome, sends, text};

/// Who has it in the feed, and who has it by e-mail too.
const EXPECTED: [(&str, &[&str], &[&str]); 27] = [
    ("ai_report.generated", &["agent-owner"], &[]),
    (
        "appointment.booked",
        &["trainee-1", "tutor-1"],
        &["trainee-1", "tutor-1"],
    ),
    ("approval.approved", &["trainee-1"], &["trainee-1"]),
    ("approval.rejected", &["trainee-1"], &["trainee-1"]),
    (
        "approval.submitted",
        &["director", "trainee-1"],
        &["director", "trainee-1"],
    ),
    ("assignment.created", &["10", "12", "13"], &[]),
    ("chat.invited", &["l2"], &[]),
    ("chat.message", &["l2"], &["l2"]),
    ("event.upcoming", &["10", "11", "20", "21", "4"], &[]),
    ("grade.posted", &["10", "20", "21"], &[]),
    ("live_session.ended", &["p1", "p2"], &[]),
    (
        "live_session.started",
        &["host", "p1", "p2", "p3", "p4", "p5"],
        &[],
    ),
    (
        "mdt.scheduled",
        &["coord-1", "tutor-1"],
        &["coord-1", "tutor-1"],
    ),
    ("message.received", &["trainee-1"], &["trainee-1"]),
    ("password.reset", &["trainee-1"], &["trainee-1"]),
    (
        "pbl.patient_added",
        &["patient-1", "tutor-1"],
        &["patient-1", "tutor-1"],
    ),
    ("permission.denied", &["cio", "head"], &[]),
    ("post.approved", &["l1"], &[]),
    ("post.rejected", &["l2"], &[]),
    ("post.replied", &["l1"], &["l1"]),
    (
        "recording.published",
        &["host", "p1", "p2", "p3", "p4", "p5"],
        &[],
    ),
    ("registration.approved", &["p1"], &[]),
    (
        "rtt.breach_risk",
        &["coord-1", "coord-2"],
        &["coord-1", "coord-2"],
    ),
    (
        "staff_account.created",
        &["coord-2", "director"],
        &["coord-2", "director"],
    ),
    (
        "system.message",
        &["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"],
        &[],
    ),
    ("user.role_changed", &["buyer-1"], &[]),
    (
        "webinar.upcoming",
        &["host", "p1", "p2", "p3", "p4", "p5"],
        &[],
    ),
];

/// The people by type of event.
type People = BTreeMap<String, Vec<String>>;

/// Who has which type of event in the feed, over all tenants.
async fn feeds(world: &World) -> People {
    let mut found = People::new();
    for organisation in organisations().expect("the demonstration") {
        let people = organisation.people.iter().map(|person| person.id.as_str());
        let people: BTreeSet<&str> = people.chain(["head"]).collect();
        for person in people {
            let who = world.actor(organisation.id.as_str(), person);
            for item in who.all("/v1/notifications").await {
                let people = found.entry(text(&item, "type")).or_default();
                people.push(who.id.clone());
            }
        }
    }
    for people in found.values_mut() {
        people.sort();
    }
    found
}

/// Asserts that each event reached exactly those whom its rule names, each once.
async fn assert_everybody_heard(world: &World) {
    let feeds = feeds(world).await;
    let mut mails = 0;
    for (kind, feed, mailed) in EXPECTED {
        let event = example(kind);
        let tenant = text(&event, "tenant");
        let admin = world.actor(&tenant, "head");
        assert_eq!(
            feeds.get(kind).map(Vec::as_slice).unwrap_or_default(),
            feed,
            "{kind}"
        );
        let outcome = outcome(&admin, &event).await;
        assert_eq!(outcome["status"], "applied", "{outcome}");
        assert_eq!(outcome["rules"][0]["result"], "sent", "{outcome}");
        let mut written: Vec<String> = Vec::new();
        for send in sends(&outcome) {
            let rows = admin.all(&format!("/v1/sends/{send}/deliveries")).await;
            assert!(
                rows.iter()
                    .all(|row| row["status"] == "sent" || row["status"] == "delivered"),
                "{rows:?}"
            );
            written.extend(rows.iter().map(|row: &Value| text(row, "user_id")));
        }
        written.sort();
        assert_eq!(written, mailed, "{kind} by e-mail");
        mails += mailed.len() as u64;
    }
    assert_eq!(world.mailbox().counts().emails, mails, "and nobody else");
}

#[test]
fn every_built_in_rule_has_its_example_and_its_row_here() {
    let rows: Vec<&str> = EXPECTED.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(kinds(), rows);
    let rules = domain::automation::builtin().iter();
    let rules: Vec<&str> = rules.map(|rule| rule.id.as_str()).collect();
    assert_eq!(rules, rows);
}

#[tokio::test]
async fn every_event_that_the_api_takes_reaches_whom_its_rule_names() {
    let world = demonstration().await;
    for (kind, ..) in EXPECTED {
        let event = example(kind);
        let tenant = text(&event, "tenant").parse().expect("a tenant");
        let staff = [domain::Role::parse("staff").expect("a role")];
        let service = "svc_erp".parse().expect("a service");
        let key = api_key(world.parts(), &tenant, &service, &staff, true).await;
        let publisher = world.bearer(key.expect("a key"));
        assert_eq!(by_api(&publisher, &event).await, "accepted");
    }
    world.settle().await;
    assert_everybody_heard(&world).await;
}

#[tokio::test]
async fn every_event_on_the_queue_reaches_whom_its_rule_names() {
    let world = demonstration().await;
    for (kind, ..) in EXPECTED {
        by_queue(&world, &example(kind));
    }
    world.settle().await;
    assert_everybody_heard(&world).await;
}

#[tokio::test]
async fn every_event_on_the_bus_reaches_whom_its_rule_names() {
    let world = demonstration().await;
    for (kind, ..) in EXPECTED {
        let answer = by_bus(&world, &example(kind)).await;
        assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
    }
    world.settle().await;
    assert_everybody_heard(&world).await;
}
