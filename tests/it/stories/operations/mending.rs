//! Health in sentences, tasks that were left behind, sends that do not end.

use local::aws::{Effect, When, wire::Service};

use super::{about, operate, refused, well};
use crate::pipeline::{mails, rule, school_of, to_all};

#[tokio::test]
async fn health_tells_each_part_in_a_sentence() {
    let (world, head, template) = school_of(1).await;
    world.later(60).await;
    let told = well(&world, &["health"]).await;
    assert_eq!(about(&told, "api"), ("It answers.", true));
    assert_eq!(about(&told, "table"), ("It answers.", true));

    // A task that never reached its queue, not even by the sweeper.
    world.faults().add(rule(
        Service::Sqs,
        "SendMessage",
        Effect::DropRequest,
        When::Always,
    ));
    to_all(&head, &template).await;
    world.later(181).await;
    let (told, all_well) = operate(&world, &["health"]).await.expect("an answer");
    assert!(!all_well);
    let (sentence, outbox_well) = about(&told, "outbox");
    assert!(!outbox_well && sentence.contains("sweeper"), "{sentence}");
}

#[tokio::test]
async fn a_task_that_was_left_behind_is_put_on_its_queue() {
    let (world, head, template) = school_of(2).await;
    world.faults().add(rule(
        Service::Sqs,
        "SendMessage",
        Effect::DropRequest,
        When::First { n: 3 },
    ));
    let send = to_all(&head, &template).await;
    let replay = ["outbox", "replay", "--older-than", "0"];
    world.later(1).await;
    let would = well(&world, &replay).await;
    assert_eq!(would["tasks"].as_array().map(Vec::len), Some(1), "{would}");
    world.settle().await;
    assert_eq!(mails(&world), 0, "a dry run");
    well(&world, &[&replay[..], &["--apply"]].concat()).await;
    world.settle().await;
    assert_eq!(mails(&world), 2);
    assert_eq!(well(&world, &replay).await["tasks"], serde_json::json!([]));
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_send_whose_task_was_lost_is_planned_again() {
    let (world, head, template) = school_of(2).await;
    let send = to_all(&head, &template).await;
    let reconcile = ["send", "reconcile", "school", &send];
    let purged = world.sqs().purge("PlanSendQueue");
    purged.expect("the queue is emptied");
    world.settle().await;
    assert_eq!(mails(&world), 0);
    let (told, all_well) = operate(&world, &reconcile).await.expect("an answer");
    assert!(!all_well);
    assert_eq!(told["remedy"], "plan", "{told}");
    well(&world, &[&reconcile[..], &["--apply"]].concat()).await;
    world.settle().await;
    assert_eq!(mails(&world), 2);
    let told = well(&world, &reconcile).await;
    assert_eq!(told["channels"][0]["not_begun"], 0, "{told}");
    // Planning it once more writes to nobody again.
    world.assert_consistent(&head, &send).await;

    let said = refused(
        &world,
        &[
            "send",
            "reconcile",
            "school",
            "snd_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        ],
    )
    .await;
    assert!(said.contains("no send"), "{said}");
}
