//! Broadcasts whose delivery is repeated, dies, or meets a failing table: each
//! person has the message once, and what they did to it stays.

use it::{Actor, World};
use local::aws::{Effect, QueueFaults, When, wire::Service};
use local::runner::FunctionFaults;
use serde_json::json;

use super::{subjects, unread};
use crate::pipeline::rule;
use crate::sends::pupils;

const HOUR: i64 = 3_600;
const PEOPLE: usize = 60;

async fn school() -> (World, Actor) {
    let (world, head) = World::school().await;
    pupils(&world, &head, PEOPLE).await;
    (world, head)
}

async fn announce(head: &Actor) -> (String, String) {
    let body = json!({"audience": "students", "subject": "Snow", "body": "Closed."});
    let accepted = head.post("/v1/messages/broadcast", body).await.accepted();
    let text = |field: &str| accepted[field].as_str().expect(field).to_owned();
    (format!("/v1/messages/{}", text("message")), text("send"))
}

async fn assert_everybody_has_it_once(world: &World, head: &Actor, send: &str) {
    for number in 0..PEOPLE {
        let person = world.actor("school", &format!("p{number}"));
        assert_eq!(subjects(&person, "").await, ["Snow"], "{}", person.id);
        assert_eq!(person.feed().await, ["Snow"], "{}", person.id);
        assert_eq!(unread(&person).await, 1, "{}", person.id);
    }
    let progress = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(progress["status"], "completed", "{progress}");
    assert_eq!(
        progress["progress"]["by_channel"]["in_app"]["delivered"], PEOPLE,
        "{progress}"
    );
}

#[tokio::test]
async fn a_chunk_that_comes_again_brings_nothing_back_and_makes_nothing_unread() {
    let (world, head) = school().await;
    let faults = QueueFaults {
        duplicate: 1.0,
        duplicate_after_ms: HOUR * 1_000,
        ..QueueFaults::default()
    };
    for source in world.sources() {
        let queue = &source.mapping().queue;
        world
            .sqs()
            .set_faults(queue, faults.clone())
            .expect("a queue");
    }
    let (path, send) = announce(&head).await;
    world.settle_for(600).await;
    let reader = world.actor("school", "p0");
    reader.post(&format!("{path}/read"), json!({})).await.gone();
    let deleter = world.actor("school", "p1");
    deleter.delete(&path).await.gone();
    world.settle_for(3 * HOUR).await;
    assert_eq!(unread(&reader).await, 0);
    assert_eq!(reader.get(&path).await.ok()["read"], true);
    assert!(subjects(&deleter, "").await.is_empty());
    reader
        .post(&format!("{path}/unread"), json!({}))
        .await
        .gone();
    assert_eq!(subjects(&reader, "").await, ["Snow"]);
    let progress = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(
        progress["progress"]["by_channel"]["in_app"]["delivered"],
        PEOPLE
    );
}

#[tokio::test]
async fn functions_that_die_lose_and_repeat_nothing() {
    let (world, head) = school().await;
    for function in ["PlanSend", "DeliverInApp"] {
        let faults = FunctionFaults {
            crash_before: 1,
            crash_after: 2,
            ..FunctionFaults::default()
        };
        assert!(world.runner().set_faults(function, faults), "{function}");
    }
    let (_, send) = announce(&head).await;
    world.settle_for(2 * HOUR).await;
    assert_everybody_has_it_once(&world, &head, &send).await;
}

#[tokio::test]
async fn a_table_that_fails_in_the_middle_of_the_inboxes_is_tried_again() {
    let (world, head) = school().await;
    for (effect, seed) in [(Effect::DropResponse, 7), (Effect::Error500, 11)] {
        world.faults().add(rule(
            Service::DynamoDb,
            "PutItem",
            effect,
            When::Probability { p: 0.1, seed },
        ));
    }
    let (_, send) = announce(&head).await;
    world.settle_for(2 * HOUR).await;
    assert_everybody_has_it_once(&world, &head, &send).await;
}

#[tokio::test]
async fn a_function_cut_off_between_inbox_and_feed_finishes_both() {
    let (world, head) = school().await;
    let hangs = world.faults().add(local::aws::FaultRule {
        contains: Some("FEED#".to_owned()),
        ..rule(
            Service::DynamoDb,
            "BatchWriteItem",
            Effect::Delay { ms: 8_000 },
            When::OneShot,
        )
    });
    let faults = FunctionFaults {
        time_out: 1,
        cut_off_ms: 4_000,
        ..FunctionFaults::default()
    };
    world.runner().set_faults("DeliverInApp", faults);
    let (_, send) = announce(&head).await;
    world.settle_for(2 * HOUR).await;
    assert_eq!(world.faults().fired(hangs), 1);
    assert_everybody_has_it_once(&world, &head, &send).await;
}

#[tokio::test]
async fn a_cancelled_broadcast_reaches_nobody_more() {
    let (world, head) = school().await;
    let (_, send) = announce(&head).await;
    let cancel = format!("/v1/sends/{send}/cancel");
    let answer = head.post(&cancel, json!({})).await;
    assert!(answer.status < 300, "{}", answer.text);
    world.settle().await;
    let person = world.actor("school", "p0");
    assert!(subjects(&person, "").await.is_empty());
    assert!(person.feed().await.is_empty());
}
