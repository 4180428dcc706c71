//! The table refuses, forgets to answer, and does things by halves.

use it::{Actor, World};
use local::aws::{Effect, FaultRule, When, wire::Service};
use serde_json::json;

use super::{mails, rule, school_of, to_all};
use crate::sends::{deliveries, with_status};

const HOUR: i64 = 3_600;

fn table(action: &str, effect: Effect, when: When, contains: &str) -> FaultRule {
    FaultRule {
        contains: Some(contains.to_owned()),
        ..rule(Service::DynamoDb, action, effect, when)
    }
}

async fn publish(head: &Actor) -> String {
    let body =
        json!({"title": "Snow", "body": "Closed.", "audience": "students", "channels": ["email"]});
    let announcement = head.post("/v1/announcements", body).await.created();
    let path = format!(
        "/v1/announcements/{}/publish",
        announcement["id"].as_str().expect("an id")
    );
    let published = head.post(&path, json!({})).await.accepted();
    published["send_id"].as_str().expect("a send").to_owned()
}

async fn assert_one_in_each_feed(world: &World, count: usize) {
    for number in 0..count {
        let feed = world
            .actor("school", &format!("p{number}"))
            .all("/v1/notifications")
            .await;
        assert_eq!(feed.len(), 1, "p{number}: {feed:?}");
    }
}

#[tokio::test]
async fn rows_that_a_batch_left_behind_are_written() {
    let (world, head, _) = school_of(60).await;
    let left = world.faults().add(rule(
        Service::DynamoDb,
        "BatchWriteItem",
        Effect::Unprocessed { k: 10 },
        When::Probability { p: 0.5, seed: 1 },
    ));
    let read = world.faults().add(rule(
        Service::DynamoDb,
        "BatchGetItem",
        Effect::Unprocessed { k: 10 },
        When::Probability { p: 0.5, seed: 2 },
    ));
    let send = publish(&head).await;
    world.settle_for(HOUR).await;
    assert!(world.faults().fired(left) >= 3 && world.faults().fired(read) >= 3);
    world.faults().clear();
    world.settle_for(HOUR).await;
    assert_one_in_each_feed(&world, 60).await;
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn conflicting_transactions_are_tried_again() {
    let (world, head, template) = school_of(60).await;
    let conflicts = world.faults().add(rule(
        Service::DynamoDb,
        "TransactWriteItems",
        Effect::CancelTransaction {
            reason: "TransactionConflict".to_owned(),
        },
        When::First { n: 4 },
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert!(world.faults().fired(conflicts) >= 3);
    world.faults().clear();
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_claim_that_the_table_refuses_is_no_send() {
    let (world, head, template) = school_of(3).await;
    let refused = world.faults().add(table(
        "PutItem",
        Effect::Throttle,
        When::First { n: 8 },
        "in_flight",
    ));
    let send = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(mails(&world), 0);
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(refused), 8);
    assert_eq!(mails(&world), 3);
    let rows = deliveries(&head, &send).await;
    assert!(
        rows.iter().all(|row| row["resent_ambiguous"] == false),
        "{rows:?}"
    );
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_claim_whose_reply_was_lost_is_ours() {
    let (world, head, template) = school_of(3).await;
    let lost = world.faults().add(table(
        "PutItem",
        Effect::DropResponse,
        When::OneShot,
        "in_flight",
    ));
    let send = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(world.faults().fired(lost), 1);
    assert_eq!(mails(&world), 3, "nobody waits for a lease");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_settling_whose_reply_was_lost_counts_once() {
    let (world, head, template) = school_of(60).await;
    let lost = world.faults().add(table(
        "TransactWriteItems",
        Effect::DropResponse,
        When::First { n: 3 },
        "settled",
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(lost), 3);
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_settling_that_fails_is_made_up_for_without_a_second_copy() {
    let (world, head, template) = school_of(60).await;
    let broken = world.faults().add(table(
        "TransactWriteItems",
        Effect::Error500,
        When::First { n: 6 },
        "in_flight",
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert!(world.faults().fired(broken) >= 3);
    world.faults().clear();
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60);
    assert!(rows.iter().all(|row| row["resent_ambiguous"] == false));
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_written_later_without_a_second_copy() {
    let (world, head, template) = school_of(60).await;
    let broken = world.faults().add(table(
        "BatchWriteItem",
        Effect::DropRequest,
        When::First { n: 12 },
        "dlv_",
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert!(world.faults().fired(broken) >= 3);
    world.faults().clear();
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60);
    world.assert_consistent(&head, &send).await;
}
