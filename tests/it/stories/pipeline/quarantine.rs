//! Messages that end the process which works on them, again and again: they are
//! set aside after three deliveries, and what they asked for has an end.

use it::{Actor, World};
use local::aws::{Effect, FaultRule, When, wire::Service};
use local::runner::FunctionFaults;
use reqwest::Method;
use serde_json::{Value, json};

use super::{give_back, mails, reasons, rule, school_of, to_all};
use crate::sends::{deliveries, pupils, send, sms_template, with_status};

const HOUR: i64 = 3_600;
/// Longer than the visibility timeout of a queue.
const RETURNED: i64 = 200;

/// Kills a function at a call whose body has a text, so many times.
fn kills(world: &World, function: &str, action: &str, text: &str, times: u64) -> u64 {
    let effect = Effect::Kill {
        function: function.to_owned(),
        after: false,
    };
    world.faults().add(FaultRule {
        contains: Some(text.to_owned()),
        ..rule(Service::DynamoDb, action, effect, When::First { n: times })
    })
}

/// What stands in the keys of a send's log rows.
fn mark(send: &str) -> String {
    format!("dlv_{}", send.trim_start_matches("snd_"))
}

fn assert_quarantined(world: &World, function: &str) {
    let reasons = reasons(world, function);
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(reasons[0].contains("ended its process"), "{reasons:?}");
}

async fn status(head: &Actor, send: &str) -> Value {
    head.get(&format!("/v1/sends/{send}")).await.ok()
}

#[tokio::test]
async fn a_message_that_kills_its_process_is_set_aside_and_its_nine_mates_go_once() {
    let (world, head, template) = school_of(10).await;
    world.expects_dead_letters();
    // All ten wait in one queue, and come back together.
    let crashes = FunctionFaults {
        crash_before: 100,
        ..FunctionFaults::default()
    };
    world.runner().set_faults("DeliverEmail", crashes);
    let mut sends = Vec::new();
    for number in 0..10 {
        sends.push(send(&head, &template, &[&format!("user:p{number}")]).await);
    }
    world.settle().await;
    world
        .runner()
        .set_faults("DeliverEmail", FunctionFaults::default());
    let killed = kills(&world, "DeliverEmail", "BatchGetItem", &mark(&sends[4]), 2);
    world.later(RETURNED).await;
    world.settle().await;
    assert_eq!(world.faults().fired(killed), 1);
    world.settle_for(HOUR).await;
    assert_eq!(
        world.faults().fired(killed),
        2,
        "with the first, three deliveries"
    );
    assert_quarantined(&world, "DeliverEmail");
    assert_eq!(mails(&world), 9);
    for (number, send) in sends.iter().enumerate() {
        let rows = deliveries(&head, send).await;
        if number == 4 {
            assert_eq!(with_status(&rows, "failed"), 1, "{rows:?}");
            assert_eq!(rows[0]["reason"], "given_up");
        } else {
            assert_eq!(with_status(&rows, "delivered"), 1, "{rows:?}");
            assert_eq!(rows[0]["resent_ambiguous"], false);
        }
        world.assert_consistent(&head, send).await;
    }
}

#[tokio::test]
async fn two_messages_that_kill_are_both_set_aside_and_nobody_with_them() {
    let (world, head, template) = school_of(6).await;
    world.expects_dead_letters();
    let crashes = FunctionFaults {
        crash_before: 100,
        ..FunctionFaults::default()
    };
    world.runner().set_faults("DeliverEmail", crashes);
    let mut sends = Vec::new();
    for number in 0..6 {
        sends.push(send(&head, &template, &[&format!("user:p{number}")]).await);
    }
    world.settle().await;
    world
        .runner()
        .set_faults("DeliverEmail", FunctionFaults::default());
    for deadly in [1, 3] {
        kills(
            &world,
            "DeliverEmail",
            "BatchGetItem",
            &mark(&sends[deadly]),
            2,
        );
    }
    world.later(RETURNED).await;
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 4);
    let dead = world.dead_letters("DeliverEmail").expect("a queue");
    let theirs = |send: &str| dead.iter().filter(|one| one.body.contains(send)).count();
    let counts: Vec<usize> = sends.iter().map(|send| theirs(send)).collect();
    assert_eq!(counts, [0, 1, 0, 1, 0, 0]);
}

#[tokio::test]
async fn texts_whose_message_kills_are_told_apart_by_what_may_have_gone() {
    let (world, head) = crate::sends::school().await;
    world.expects_dead_letters();
    pupils(&world, &head, 3).await;
    let template = sms_template(&head, "Hello").await;
    // A text's chunk is claimed before its people are looked up.
    let killed = kills(&world, "DeliverSms", "BatchGetItem", "dlv_", 3);
    let send = send(&head, &template, &["role:student"]).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(killed), 3);
    assert_quarantined(&world, "DeliverSms");
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "unknown"), 1, "{rows:?}");
    assert_eq!(with_status(&rows, "failed"), 2);
    world.assert_consistent(&head, &send).await;
    give_back(&world, "DeliverSms");
    world.settle_for(HOUR).await;
    assert_eq!(
        world.mailbox().counts().texts,
        2,
        "never whoever is in doubt"
    );
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "unknown"), 1, "{rows:?}");
    assert_eq!(with_status(&rows, "sent"), 2);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_feed_chunk_that_kills_is_told_as_failed_and_can_be_given_back() {
    let (world, head, _) = school_of(2).await;
    world.expects_dead_letters();
    let killed = kills(&world, "DeliverInApp", "BatchWriteItem", "FEED#p0", 3);
    let body = json!({"audience": "role:student", "title": "Snow"});
    head.post("/v1/notifications", body).await.accepted();
    let sends = head.all("/v1/sends").await;
    let send = sends[0]["id"].as_str().expect("a send").to_owned();
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(killed), 3);
    assert_quarantined(&world, "DeliverInApp");
    let body = status(&head, &send).await;
    assert_eq!(body["status"], "completed", "{body}");
    assert_eq!(
        body["progress"]["by_channel"]["in_app"]["failed"], 2,
        "{body}"
    );
    give_back(&world, "DeliverInApp");
    world.settle_for(HOUR).await;
    let body = status(&head, &send).await;
    let told = &body["progress"]["by_channel"]["in_app"];
    assert_eq!(told["delivered"], 2, "{body}");
    assert!(told.get("failed").is_none(), "{body}");
    for user in ["p0", "p1"] {
        let feed = world.actor("school", user).all("/v1/notifications").await;
        assert_eq!(feed.len(), 1, "{user}");
    }
}

#[tokio::test]
async fn a_plan_that_kills_makes_its_send_fail_visibly_and_can_be_given_back() {
    let (world, head, template) = school_of(60).await;
    world.expects_dead_letters();
    let killed = kills(&world, "PlanSend", "Query", "AUD#role:student", 3);
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(killed), 3);
    assert_quarantined(&world, "PlanSend");
    let body = status(&head, &send).await;
    assert_eq!(body["status"], "failed", "{body}");
    assert_eq!(body["reason"], "planning_given_up");
    let failed = head.all("/v1/sends?status=failed").await;
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(mails(&world), 0);
    world.later(13 * 86_400).await;
    give_back(&world, "PlanSend");
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    let body = status(&head, &send).await;
    assert_eq!(body["status"], "completed", "{body}");
    assert!(body.get("reason").is_none(), "{body}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_failed_send_that_is_cancelled_is_not_taken_up_again() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    kills(&world, "PlanSend", "Query", "AUD#role:student", 3);
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(status(&head, &send).await["status"], "failed");
    head.post(&format!("/v1/sends/{send}/cancel"), json!({}))
        .await
        .ok();
    give_back(&world, "PlanSend");
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 0);
    assert_eq!(status(&head, &send).await["status"], "cancelled");
}

#[tokio::test]
async fn an_import_that_kills_ends_with_its_reason() {
    let (world, head) = crate::sends::school().await;
    world.expects_dead_letters();
    let rows = "id,name,email,roles\nmia,Mia,mia@school.example,student\n";
    let killed = kills(
        &world,
        "ImportDirectory",
        "TransactWriteItems",
        "USER#mia",
        3,
    );
    let import = head
        .raw(Method::POST, "/v1/directory/imports", "text/csv", rows)
        .await
        .accepted();
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(killed), 3);
    assert_quarantined(&world, "ImportDirectory");
    let id = import["id"].as_str().expect("an id");
    let ended = head.get(&format!("/v1/directory/imports/{id}")).await.ok();
    assert_eq!(ended["status"], "failed", "{ended}");
    let reason = ended["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("ended its process"), "{ended}");
}
