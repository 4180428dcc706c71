//! Messages that nobody can work on, among messages that somebody can.

use local::aws::sqs::NewMessage;
use serde_json::json;

use super::{mails, school_of, to_all};

#[tokio::test]
async fn a_malformed_task_is_set_aside_with_its_reason_and_its_mates_go_on() {
    let (world, head, template) = school_of(60).await;
    world.expects_dead_letters();
    let missing = "snd_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let poison = [
        "not json".to_owned(),
        "{}".to_owned(),
        json!({"v": 1, "tenant": "school", "task": "deliver_email"}).to_string(),
        json!({"v": 0, "tenant": "school", "task": "plan_send", "send": missing}).to_string(),
        json!({"v": 1, "tenant": "school", "task": "plan_send", "send": missing}).to_string(),
        json!({"v": 1, "tenant": "school", "task": "deliver_email", "send": missing, "chunk": "c", "channel": "email", "recipients": ["p0"]}).to_string(),
        "x".repeat(1_000_000),
    ];
    let send = to_all(&head, &template).await;
    for queue in [
        "PlanSendQueue",
        "DeliverEmailQueue",
        "DeliverSmsQueue",
        "DeliverInAppQueue",
    ] {
        for body in &poison {
            world
                .sqs()
                .send(queue, NewMessage::text(body.clone()))
                .expect("the queue takes it");
        }
    }
    world.settle().await;
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
    for function in ["PlanSend", "DeliverEmail", "DeliverSms", "DeliverInApp"] {
        let dead = world.dead_letters(function).expect("a dead-letter queue");
        assert_eq!(dead.len(), poison.len(), "{function}");
        for message in &dead {
            let reason = message
                .attributes
                .get("reason")
                .and_then(|reason| reason.string_value.clone());
            assert!(
                reason.is_some_and(|reason| !reason.is_empty()),
                "{function}: {} has no reason",
                message.body
            );
        }
    }
}

#[tokio::test]
async fn a_task_of_a_newer_release_stays_in_its_queue() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    let newer =
        json!({"v": 2, "tenant": "school", "task": "deliver_email", "what": "nobody knows yet"})
            .to_string();
    world
        .sqs()
        .send("DeliverEmailQueue", NewMessage::text(newer))
        .expect("the queue takes it");
    let send = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(mails(&world), 3, "its mates go on");
    let depth = world.queue_depths()["DeliverEmailQueue"];
    assert_eq!(depth.total(), 1, "it waits for the release that knows it");
    assert!(
        world
            .dead_letters("DeliverEmail")
            .expect("a dead-letter queue")
            .is_empty()
    );
    world
        .sqs()
        .purge("DeliverEmailQueue")
        .expect("the queue is emptied");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_task_that_was_set_aside_can_be_given_back() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    use local::runner::FunctionFaults;
    world.runner().set_faults(
        "DeliverEmail",
        FunctionFaults {
            crash_before: 5,
            ..FunctionFaults::default()
        },
    );
    let send = to_all(&head, &template).await;
    world.settle_for(3_600).await;
    assert_eq!(mails(&world), 0);
    let dead = world
        .dead_letters("DeliverEmail")
        .expect("a dead-letter queue");
    assert_eq!(dead.len(), 1);
    // Fourteen days later somebody gives it back.
    world.later(13 * 86_400).await;
    world
        .sqs()
        .send("DeliverEmailQueue", NewMessage::text(dead[0].body.clone()))
        .expect("the queue takes it");
    world
        .sqs()
        .send("DeliverEmailQueue", NewMessage::text(dead[0].body.clone()))
        .expect("twice, by mistake");
    world.settle_for(600).await;
    assert_eq!(mails(&world), 3);
    world.assert_consistent(&head, &send).await;
}
