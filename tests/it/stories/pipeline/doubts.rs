//! Windows in which a crash or a provider's answer leaves a doubt, and windows
//! in which it does not.

use local::aws::{Effect, FaultRule, When, wire::Service};
use serde_json::json;

use super::ambiguous::lose_events;
use super::{mails, rule, school_of, ses, to_all};
use crate::sends::{deliveries, pupils, send_with, sms_template, with_status};

const HOUR: i64 = 3_600;

fn flagged(rows: &[serde_json::Value]) -> usize {
    rows.iter()
        .filter(|row| row["resent_ambiguous"] == true)
        .count()
}

#[tokio::test]
async fn a_doubt_outlives_that_the_provider_could_not_take_it_the_next_time() {
    let (world, head, template) = school_of(3).await;
    lose_events(&world);
    world.faults().add(ses(Effect::DropResponse, When::OneShot));
    // No answer, then not now, then no answer again: two are as many as there
    // may ever be.
    world
        .faults()
        .add(ses(Effect::PartialBatch { k: 50 }, When::Nth { n: 2 }));
    world
        .faults()
        .add(ses(Effect::DropResponse, When::Nth { n: 3 }));
    let send = to_all(&head, &template).await;
    world.settle_for(2 * HOUR).await;
    assert_eq!(mails(&world), 6);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "unknown"), 3, "{rows:?}");
    assert_eq!(flagged(&rows), 3, "{rows:?}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn two_urgent_texts_in_doubt_are_each_sent_once_more() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 5).await;
    let template = sms_template(&head, "Hello").await;
    for n in [2, 5] {
        world.faults().add(rule(
            Service::Sns,
            "Publish",
            Effect::DropResponse,
            When::Nth { n },
        ));
    }
    let body = json!({"recipients": ["role:student"], "priority": "urgent"});
    let send = send_with(&head, &template, body).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.mailbox().counts().texts, 7);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "sent"), 5, "{rows:?}");
    assert_eq!(flagged(&rows), 2, "{rows:?}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn an_answer_that_the_call_was_not_taken_is_no_doubt() {
    for (code, status) in [
        ("ExpiredTokenException", 403),
        ("UnrecognizedClientException", 400),
        ("SomethingNew", 429),
    ] {
        let (world, head, template) = school_of(3).await;
        lose_events(&world);
        let refused = Effect::Fail {
            code: code.to_owned(),
            status,
        };
        let fired = world.faults().add(ses(refused, When::First { n: 3 }));
        let send = to_all(&head, &template).await;
        world.settle_for(2 * HOUR).await;
        assert_eq!(world.faults().fired(fired), 3, "{code}");
        assert_eq!(mails(&world), 3, "{code}");
        let rows = deliveries(&head, &send).await;
        assert_eq!(with_status(&rows, "sent"), 3, "{code}: {rows:?}");
        assert_eq!(flagged(&rows), 0, "{code}");
        world.assert_consistent(&head, &send).await;
    }
}

#[tokio::test]
async fn a_crash_between_claim_and_call_sends_once() {
    let (world, head, template) = school_of(60).await;
    let killed = world.faults().add(ses(
        Effect::Kill {
            function: "DeliverEmail".to_owned(),
            after: false,
        },
        When::OneShot,
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(killed), 1);
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_crash_after_the_call_is_settled_by_the_reports() {
    let (world, head, template) = school_of(60).await;
    let killed = world.faults().add(ses(
        Effect::Kill {
            function: "DeliverEmail".to_owned(),
            after: true,
        },
        When::OneShot,
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(killed), 1);
    assert_eq!(mails(&world), 60);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60, "{:?}", rows.first());
    assert_eq!(flagged(&rows), 0);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_page_that_is_cut_again_after_somebody_left_reaches_everybody_else() {
    let (world, head, template) = school_of(60).await;
    // The planner dies when all chunks are on their queue.
    let killed = world.faults().add(FaultRule {
        contains: Some("chunks".to_owned()),
        ..rule(
            Service::DynamoDb,
            "TransactWriteItems",
            Effect::Kill {
                function: "PlanSend".to_owned(),
                after: false,
            },
            When::OneShot,
        )
    });
    let send = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(world.faults().fired(killed), 1);
    head.patch("/v1/users/p7", json!({"roles": ["staff"]}))
        .await
        .ok();
    world.settle_for(HOUR).await;
    let rows = deliveries(&head, &send).await;
    for number in (0..60).filter(|number| *number != 7) {
        let address = format!("p{number}@school.example");
        assert_eq!(world.emails_to(&address).len(), 1, "{address}");
    }
    assert!(world.emails_to("p7@school.example").len() <= 1);
    assert_eq!(with_status(&rows, "delivered") as u64, mails(&world));
}

#[tokio::test]
async fn a_request_that_died_after_its_effect_is_taken_over_with_the_same_send() {
    let (world, head, template) = school_of(3).await;
    let killed = world.faults().add(rule(
        Service::DynamoDb,
        "TransactWriteItems",
        Effect::Kill {
            function: "Sends".to_owned(),
            after: true,
        },
        When::OneShot,
    ));
    let keyed = head.with("idempotency-key", "term-report");
    let path = format!("/v1/templates/{template}/send");
    let body = json!({"recipients": ["role:student"]});
    // The harness takes no 500 for an answer, and here there is none.
    let (first, at, with) = (keyed.clone(), path.clone(), body.clone());
    let died = tokio::spawn(async move { first.post(&at, with).await.status });
    assert!(died.await.is_err());
    assert_eq!(world.faults().fired(killed), 1);
    let made = head.all("/v1/sends").await;
    assert_eq!(made.len(), 1);
    world.later(61).await;
    let again = keyed.post(&path, body).await.accepted();
    assert_eq!(again["id"], made[0]["id"]);
    world.settle_for(HOUR).await;
    assert_eq!(head.all("/v1/sends").await.len(), 1);
    assert_eq!(mails(&world), 3);
    let send = again["id"].as_str().expect("an id");
    world.assert_consistent(&head, send).await;
}

#[tokio::test]
async fn a_send_that_is_moved_while_the_sweeper_starts_it_goes_once() {
    let (world, head, template) = school_of(3).await;
    let in_seconds = |seconds| {
        let span = jiff::SignedDuration::from_secs(seconds);
        world.now().checked_add(span).expect("a time").to_string()
    };
    let body = json!({"recipients": ["role:student"], "send_at": in_seconds(60)});
    let send = send_with(&head, &template, body).await;
    let path = format!("/v1/sends/{send}");
    let later = json!({"send_at": in_seconds(7_200)});
    let moves = (0..10).map(|_| head.patch(&path, later.clone()));
    let moved = futures::future::join_all(moves);
    let (answers, ()) = futures::join!(moved, world.later(61));
    for answer in answers {
        assert!([200, 409].contains(&answer.status), "{}", answer.text);
    }
    world.settle().await;
    let body = head.get(&path).await.ok();
    let waits = body["status"] == "scheduled";
    assert_eq!(mails(&world), if waits { 0 } else { 3 }, "{body}");
    world.later(7_300).await;
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 3);
    world.assert_consistent(&head, &send).await;
}
