//! A crash between what was promised and what was queued.

use local::aws::{Effect, When, wire::Service};
use serde_json::json;

use super::{mails, rule, school_of, to_all};

#[tokio::test]
async fn what_was_committed_but_never_queued_goes_after_a_minute() {
    let (world, head, template) = school_of(5).await;
    // The SDK tries three times; then the function lives on without the queue.
    let dropped = world.faults().add(rule(
        Service::Sqs,
        "SendMessage",
        Effect::DropRequest,
        When::First { n: 3 },
    ));
    let send = to_all(&head, &template).await;
    assert_eq!(world.faults().fired(dropped), 3);
    world.settle().await;
    assert_eq!(mails(&world), 0);
    world.sweep().await.expect("the sweep runs");
    world.settle().await;
    assert_eq!(mails(&world), 0, "a young row may be on its way");
    world.later(61).await;
    world.sweep().await.expect("the sweep runs");
    world.settle().await;
    assert_eq!(mails(&world), 5);
    world.later(120).await;
    world.settle().await;
    assert_eq!(mails(&world), 5, "the row is gone");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_queued_task_whose_row_stayed_in_the_outbox_goes_once() {
    let (world, head, template) = school_of(5).await;
    let kept = world.faults().add(rule(
        Service::DynamoDb,
        "DeleteItem",
        Effect::DropRequest,
        When::First { n: 3 },
    ));
    let send = to_all(&head, &template).await;
    assert_eq!(world.faults().fired(kept), 3);
    world.settle().await;
    assert_eq!(mails(&world), 5);
    world.later(61).await;
    world.sweep().await.expect("the sweep runs");
    world.settle().await;
    assert_eq!(mails(&world), 5);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_publication_that_was_never_queued_reaches_everybody_once() {
    let (world, head, _) = school_of(3).await;
    let body =
        json!({"title": "Snow", "body": "Closed.", "audience": "students", "channels": ["email"]});
    let announcement = head.post("/v1/announcements", body).await.created();
    let path = format!(
        "/v1/announcements/{}/publish",
        announcement["id"].as_str().expect("an id")
    );
    world.faults().add(rule(
        Service::Sqs,
        "SendMessage",
        Effect::DropRequest,
        When::First { n: 3 },
    ));
    let published = head.post(&path, json!({})).await.accepted();
    let again = head.post(&path, json!({})).await.accepted();
    assert_eq!(published["send_id"], again["send_id"]);
    world.settle().await;
    assert_eq!(mails(&world), 0);
    world.later(61).await;
    world.sweep().await.expect("the sweep runs");
    world.settle().await;
    assert_eq!(mails(&world), 3);
    for user in ["p0", "p1", "p2"] {
        assert_eq!(
            world
                .actor("school", user)
                .all("/v1/notifications")
                .await
                .len(),
            1
        );
    }
    world
        .assert_consistent(&head, published["send_id"].as_str().expect("a send"))
        .await;
}
