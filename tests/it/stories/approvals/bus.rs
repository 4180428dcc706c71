//! APR-3: an event goes out on the bus for other systems, whatever fails.

use it::World;
use local::aws::bus::Rule;
use local::aws::sqs::QueueOptions;
use local::aws::wire::Service;
use local::aws::{Effect, FaultRule, When};
use local::demo::api_key;
use serde_json::{Value, json};

use super::{account, approve, ask, custom, id, module, reject, school};
use crate::pipeline::give_back;

/// Another system, with a rule of its own on the bus.
pub(crate) fn listen(world: &World) {
    world
        .sqs()
        .create(QueueOptions::named("Billing"))
        .expect("a queue");
    world.aws().bus().add_rule(Rule {
        name: "Billing".to_owned(),
        bus: "EventBus".to_owned(),
        pattern: json!({"source": ["campanile"], "detail": {"tenant": ["school"]}}),
        queue: "Billing".to_owned(),
    });
}

/// What it has heard of these types, in the order of the bus.
pub(crate) fn heard(world: &World, kinds: &[&str]) -> Vec<Value> {
    let messages = world.sqs().peek("Billing", 1000).expect("the queue");
    let events = messages
        .iter()
        .map(|message| serde_json::from_str::<Value>(&message.body).expect("an event"));
    let wanted = |event: &Value| kinds.iter().any(|kind| event["detail-type"] == *kind);
    events.filter(wanted).collect()
}

/// Every call of a service fails until the rule is removed.
pub(crate) fn away(world: &World, service: Service, effect: Effect) -> u64 {
    world.faults().add(FaultRule {
        service: Some(service),
        action: None,
        effect,
        when: When::Always,
        contains: None,
    })
}

#[tokio::test]
async fn another_system_hears_what_was_decided_and_what_changed() {
    let s = school().await;
    listen(&s.world);
    let yes = ask(&s.mia, module("ecg")).await;
    let no = ask(&s.leo, module("mri")).await;
    let ann = ask(&s.sue, account("ann", &["teacher"])).await;
    let roles = ask(&s.sue, account("leo", &["librarian"])).await;
    for path in [&yes, &ann, &roles] {
        approve(&s.head, path).await.ok();
    }
    reject(&s.head, &no, "No.").await.ok();
    s.world.settle().await;
    assert_eq!(heard(&s.world, &["approval.submitted"]).len(), 4);
    let approved = heard(&s.world, &["approval.approved"]);
    let of = |path: &str| {
        let mut found = approved.iter();
        let found = found.find(|event| event["detail"]["data"]["approval_id"] == id(path));
        found.expect("the event").clone()
    };
    let event = of(&yes);
    assert_eq!(
        (&event["source"], &event["detail"]["tenant"]),
        (&json!("campanile"), &json!("school"))
    );
    let data = &event["detail"]["data"];
    assert_eq!(
        (
            &data["type"],
            &data["requester_id"],
            &data["approver_id"],
            &data["details"]
        ),
        (
            &json!("module_access"),
            &json!("mia"),
            &json!("head"),
            &json!({"module": "ecg"})
        )
    );
    let rejected = heard(&s.world, &["approval.rejected"]);
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0]["detail"]["data"]["reason"], "No.");
    let made = heard(&s.world, &["staff_account.created"]);
    assert_eq!(
        made[0]["detail"]["data"],
        json!({"user_id": "ann", "admin_id": "head", "roles": ["teacher"]})
    );
    let changed = heard(&s.world, &["user.role_changed"]);
    assert_eq!(changed[0]["detail"]["data"]["role"], "librarian, student");
    // What leaves names people by id.
    let messages = s.world.sqs().peek("Billing", 1000).expect("the queue");
    assert!(
        messages
            .iter()
            .all(|message| !message.body.contains("@school.example"))
    );
    // Every event tells what became of it here, under the id that went out.
    let sent = format!("/v1/events/{}", super::text(&event["detail"], "event_id"));
    let told = s.head.get(&sent).await.ok();
    assert_eq!(
        (&told["status"], &told["bus"]["status"]),
        (&json!("applied"), &json!("published"))
    );
    assert!(told["bus"]["bus_id"].is_string(), "{told}");
}

#[tokio::test]
async fn the_event_on_the_bus_and_at_the_rules_notifies_once() {
    let s = school().await;
    listen(&s.world);
    let path = ask(&s.mia, custom("x")).await;
    approve(&s.head, &path).await.ok();
    s.world.settle().await;
    let before = s.mia.feed().await;
    assert_eq!(before.len(), 2);
    // Some other rule of the operator's brings the same event back.
    for event in heard(&s.world, &["approval.submitted", "approval.approved"]) {
        let message = local::aws::sqs::NewMessage::text(event.to_string());
        s.world
            .sqs()
            .send("ApplyEventQueue", message)
            .expect("the queue takes it");
    }
    s.world.settle().await;
    assert_eq!(s.mia.feed().await, before);
    assert_eq!(s.world.emails_to("mia@school.example").len(), 2);
}

#[tokio::test]
async fn entries_that_the_bus_left_behind_are_sent_again_and_no_others() {
    let s = school().await;
    listen(&s.world);
    let mut paths = Vec::new();
    for n in 0..6 {
        paths.push(ask(&s.mia, custom(&format!("Number {n}"))).await);
    }
    let rule = s.world.faults().add(FaultRule {
        service: Some(Service::Events),
        action: Some("PutEvents".to_owned()),
        effect: Effect::PartialBatch { k: 2 },
        when: When::First { n: 2 },
        contains: None,
    });
    s.world.settle().await;
    assert!(s.world.faults().fired(rule) > 0);
    let mut ids: Vec<String> = heard(&s.world, &["approval.submitted"])
        .iter()
        .map(|event| super::text(&event["detail"]["data"], "approval_id"))
        .collect();
    assert_eq!(ids.len(), 6, "each once: {ids:?}");
    ids.sort();
    let mut asked: Vec<&str> = paths.iter().map(|path| id(path)).collect();
    asked.sort_unstable();
    assert_eq!(ids, asked);
}

#[tokio::test]
async fn people_are_told_while_the_bus_is_away_and_other_systems_once_it_is_back() {
    let s = school().await;
    listen(&s.world);
    let rule = away(&s.world, Service::Events, Effect::Error500);
    let path = ask(&s.mia, custom("x")).await;
    approve(&s.head, &path).await.ok();
    s.world.settle().await;
    assert_eq!(s.mia.feed().await.len(), 2);
    assert!(heard(&s.world, &["approval.approved"]).is_empty());
    s.world.faults().remove(rule);
    s.world.settle_for(600).await;
    assert_eq!(heard(&s.world, &["approval.approved"]).len(), 1);
    assert_eq!(heard(&s.world, &["approval.submitted"]).len(), 1);
}

#[tokio::test]
async fn an_event_that_the_bus_refuses_is_set_aside_and_goes_out_once_given_back() {
    let s = school().await;
    listen(&s.world);
    let rule = away(
        &s.world,
        Service::Events,
        Effect::Fail {
            code: "AccessDeniedException".to_owned(),
            status: 400,
        },
    );
    ask(&s.mia, custom("x")).await;
    s.world.settle().await;
    let dead = s.world.dead_letters("PublishEvent").expect("the queue");
    assert_eq!(dead.len(), 1);
    let reason = dead[0].attributes["reason"].string_value.clone();
    assert_eq!(
        reason.as_deref(),
        Some("the bus refused the event: AccessDeniedException")
    );
    assert_eq!(s.mia.feed().await.len(), 1, "people are told all the same");
    let body: Value = serde_json::from_str(&dead[0].body).expect("a task");
    let path = format!("/v1/events/{}", super::text(&body, "event"));
    assert_eq!(s.head.get(&path).await.ok()["bus"]["status"], "failed");
    s.world.faults().remove(rule);
    give_back(&s.world, "PublishEvent");
    s.world.settle().await;
    assert_eq!(heard(&s.world, &["approval.submitted"]).len(), 1);
    assert_eq!(s.head.get(&path).await.ok()["bus"]["status"], "published");
}

#[tokio::test]
async fn an_event_whose_task_was_lost_is_published_by_the_sweeper() {
    let s = school().await;
    listen(&s.world);
    let rule = away(&s.world, Service::Sqs, Effect::Error500);
    let path = ask(&s.mia, custom("x")).await;
    approve(&s.head, &path).await.ok();
    s.world.faults().remove(rule);
    s.world.settle().await;
    assert!(s.mia.feed().await.is_empty());
    s.world.later(61).await;
    s.world.sweep().await.expect("the sweep runs");
    s.world.settle().await;
    assert_eq!(s.mia.feed().await.len(), 2);
    assert_eq!(heard(&s.world, &["approval.approved"]).len(), 1);
}

#[tokio::test]
async fn with_a_test_key_nothing_leaves() {
    let s = school().await;
    listen(&s.world);
    let roles = [domain::Role::parse("admin").expect("a role")];
    let (tenant, service) = (
        "school".parse().expect("a tenant"),
        "tia".parse().expect("an id"),
    );
    s.world.add(&s.head, "tia", &["admin"]).await;
    let key = api_key(s.world.parts(), &tenant, &service, &roles, false).await;
    let test = s.world.bearer(key.expect("a key"));
    let path = ask(&test, custom("Trial")).await;
    approve(&s.head, &path).await.ok();
    s.world.settle().await;
    let all = ["approval.submitted", "approval.approved"];
    assert!(heard(&s.world, &all).is_empty());
    assert!(s.head.feed().await.is_empty());
    assert_eq!(s.world.mailbox().counts().emails, 0);
}
