//! The main job: one announcement reaches a whole school.

use it::World;
use serde_json::json;

#[tokio::test]
async fn an_announcement_reaches_feed_socket_mailbox_and_log() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    world.add(&head, "tom", &["teacher"]).await;
    let mut socket = mia.live().await;

    let announcement = head
        .post(
            "/v1/announcements",
            json!({"title": "Snow", "body": "School is closed today.", "type": "urgent", "audience": "all", "channels": ["email", "sms"]}),
        )
        .await
        .created();
    let id = announcement["id"].as_str().expect("an id");
    head.post(&format!("/v1/announcements/{id}/publish"), json!({}))
        .await
        .accepted();
    world.settle().await;

    let feed = mia.get("/v1/notifications").await.ok();
    assert_eq!(feed["items"].as_array().map(Vec::len), Some(1), "{feed}");
    assert_eq!(feed["items"][0]["title"], "Snow");
    let frame = socket.next_of("notification.created").await;
    assert_eq!(frame["notification"]["id"], feed["items"][0]["id"]);
    assert_eq!(frame["unread_count"], 1);

    assert_eq!(world.emails_to("mia@school.example").len(), 1);
    assert_eq!(world.emails_to("tom@school.example").len(), 1);
    assert!(
        world.emails_to("head@school.example").is_empty(),
        "the publisher is not told"
    );

    let log = head.all("/v1/communication-logs").await;
    assert_eq!(log.len(), 4, "two e-mails and two texts: {log:?}");
    let statistics = head.get("/v1/communication-logs/statistics").await.ok();
    assert_eq!(statistics["overall"]["total_sent"], 4, "{statistics}");
}
