//! `dedupe_by_address`: children who share their parents' address get one
//! message together, however they fall into pages and chunks.

use std::collections::BTreeMap;

use it::{Actor, World};
use local::aws::{Effect, QueueFaults, When};
use local::runner::SourceFaults;
use reqwest::Method;
use serde_json::{Value, json};

use super::{deliveries, email_template, of_user, send, send_with, sms_template, with_status};
use crate::pipeline::{mails, ses};

const HOUR: i64 = 3_600;

/// Adds `count` students of whom each has one of `homes` addresses and numbers.
async fn families(world: &World, head: &Actor, count: usize, homes: usize) {
    let mut rows = String::from("id,name,email,phone,roles\n");
    for number in 0..count {
        let home = number % homes;
        rows += &format!(
            "p{number},Child {number},home{home}@school.example,+44770099{home:04},student\n"
        );
    }
    head.raw(Method::POST, "/v1/directory/imports", "text/csv", rows)
        .await
        .accepted();
    world.settle().await;
}

fn once_each(recipient: &str) -> Value {
    json!({"recipients": [recipient], "dedupe_by_address": true})
}

/// Expects one message for each of `homes` addresses, and the log to say so.
async fn assert_one_for_each(
    world: &World,
    head: &Actor,
    send: &str,
    (count, homes): (usize, usize),
) {
    let rows = deliveries(head, send).await;
    assert_eq!(rows.len(), count);
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        let recipient = row["recipient"].as_str().expect("an address");
        match row["status"].as_str() {
            Some("sent" | "delivered") => *reached.entry(recipient).or_default() += 1,
            _ => assert_eq!(
                (&row["status"], &row["reason"]),
                (&json!("skipped"), &json!("duplicate_address")),
                "{row}"
            ),
        }
    }
    assert_eq!(reached.len(), homes);
    assert!(reached.values().all(|copies| *copies == 1), "{reached:?}");
    world.assert_consistent(head, send).await;
}

#[tokio::test]
async fn people_with_the_same_address_get_one_message_together() {
    let (world, head) = crate::sends::school().await;
    families(&world, &head, 130, 40).await;
    let mail = email_template(&head, "Hello", "Hello").await;
    let by_mail = send_with(&head, &mail, once_each("role:student")).await;
    let text = sms_template(&head, "Hello").await;
    let by_text = send_with(&head, &text, once_each("role:student")).await;
    world.settle().await;
    for send in [&by_mail, &by_text] {
        assert_one_for_each(&world, &head, send, (130, 40)).await;
        let body = head.get(&format!("/v1/sends/{send}")).await.ok();
        assert_eq!(body["dedupe_by_address"], true);
    }
    assert_eq!(mails(&world), 40);
    assert_eq!(world.mailbox().counts().texts, 40);

    let each = send(&head, &mail, &["role:student"]).await;
    world.settle().await;
    let rows = deliveries(&head, &each).await;
    assert_eq!(with_status(&rows, "delivered"), 130, "nobody asked for it");
}

#[tokio::test]
async fn a_named_address_is_one_with_the_people_who_have_it() {
    let (world, head) = crate::sends::school().await;
    families(&world, &head, 2, 1).await;
    let mail = email_template(&head, "Hello", "Hello").await;
    let body = json!({
        "recipients": ["home0@school.example", "role:student"], "dedupe_by_address": true,
    });
    let send = send_with(&head, &mail, body).await;
    world.settle().await;
    assert_eq!(world.emails_to("home0@school.example").len(), 1);
    assert_eq!(deliveries(&head, &send).await.len(), 3);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn each_gets_one_while_queues_repeat_themselves_and_the_provider_falters() {
    let (world, head) = crate::sends::school().await;
    families(&world, &head, 120, 35).await;
    let queue = QueueFaults {
        duplicate: 1.0,
        reorder: true,
        late_ms: 1_000,
        duplicate_after_ms: HOUR * 1_000,
        ..QueueFaults::default()
    };
    for source in world.sources() {
        source.set_faults(SourceFaults {
            concurrent: 1.0,
            ..SourceFaults::default()
        });
        let set = world
            .sqs()
            .set_faults(&source.mapping().queue, queue.clone());
        set.expect("a queue");
    }
    for (effect, n) in [
        (Effect::Throttle, 2),
        (Effect::PartialBatch { k: 9 }, 4),
        (Effect::DropRequest, 6),
    ] {
        world.faults().add(ses(effect, When::Nth { n }));
    }
    let mail = email_template(&head, "Hello", "Hello").await;
    let by_mail = send_with(&head, &mail, once_each("role:student")).await;
    world.settle_for(6 * HOUR).await;
    assert_one_for_each(&world, &head, &by_mail, (120, 35)).await;
    assert_eq!(mails(&world), 35);
}

#[tokio::test]
async fn whoever_gets_nothing_leaves_the_address_to_the_others() {
    let (world, head) = crate::sends::school().await;
    for (id, attributes) in [("ann", json!({})), ("ben", json!({"roll": "7"}))] {
        let body = json!({
            "id": id, "name": id, "email": "home@school.example", "roles": ["student"],
            "attributes": attributes,
        });
        world.add_as(&head, body).await;
    }
    let mail = email_template(&head, "Roll {{ student_roll }}", "Hello").await;
    let send = send_with(&head, &mail, once_each("role:student")).await;
    world.settle().await;
    let rows = deliveries(&head, &send).await;
    assert_eq!(of_user(&rows, "ann")["status"], "failed");
    assert_eq!(of_user(&rows, "ben")["status"], "delivered");
}

#[tokio::test]
async fn a_dry_run_tells_how_many_would_be_left_out() {
    let (world, head) = crate::sends::school().await;
    families(&world, &head, 10, 4).await;
    let mail = email_template(&head, "Hello", "Hello").await;
    for (once, reachable) in [(false, 10), (true, 4)] {
        let plan = json!({
            "recipients": ["role:student"], "templates": [mail], "dedupe_by_address": once,
        });
        let run = head.post("/v1/sends/dry-run", plan).await.ok();
        assert_eq!(run["channels"]["email"]["reachable"], reachable, "{run}");
        assert_eq!(run["channels"]["email"]["duplicates"], 6, "{run}");
    }
}

#[tokio::test]
async fn an_announcement_reaches_each_address_once_and_everybody_in_the_feed() {
    let (world, head) = crate::sends::school().await;
    families(&world, &head, 6, 2).await;
    let body = json!({
        "title": "Snow", "body": "No school.", "audience": "students",
        "channels": ["email"], "dedupe_by_address": true,
    });
    let made = head.post("/v1/announcements", body).await.created();
    assert_eq!(made["dedupe_by_address"], true);
    let path = format!(
        "/v1/announcements/{}/publish",
        made["id"].as_str().expect("an id")
    );
    let out = head.post(&path, json!({})).await.accepted();
    world.settle().await;
    assert_eq!(mails(&world), 2);
    for child in ["p0", "p5"] {
        let feed = world.actor("school", child).all("/v1/notifications").await;
        assert_eq!(feed.len(), 1, "{child}");
    }
    let send = out["send_id"].as_str().expect("a send");
    assert_one_for_each(&world, &head, send, (6, 2)).await;
}
