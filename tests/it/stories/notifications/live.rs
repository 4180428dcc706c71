//! NTF-7: pushed to every open connection.

use serde_json::json;

use super::school;

#[tokio::test]
async fn every_open_socket_of_a_person_gets_the_push() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let (mut phone, mut laptop, mut bens) = (mia.live().await, mia.live().await, ben.live().await);
    head.notify("user:mia", "Just for Mia").await;
    world.settle().await;
    let item = mia.get("/v1/notifications").await.ok()["items"][0].clone();
    for socket in [&mut phone, &mut laptop] {
        let frame = socket.next().await;
        assert_eq!(frame["type"], "notification.created");
        for field in [
            "id",
            "title",
            "body",
            "level",
            "type",
            "priority",
            "actor",
            "created_at",
        ] {
            assert_eq!(frame["notification"][field], item[field], "{field}");
        }
        assert_eq!(frame["unread_count"], 1);
        assert!(frame["cursor"].is_string(), "{frame}");
    }
    assert!(bens.drain().await.is_empty(), "nobody else is told");
}

#[tokio::test]
async fn the_count_in_a_push_is_that_of_its_person() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    head.notify("user:mia", "first").await;
    world.settle().await;
    let (mut mias, mut bens) = (mia.live().await, ben.live().await);
    head.notify("role:student", "second").await;
    world.settle().await;
    assert_eq!(
        mias.next_of("notification.created").await["unread_count"],
        2
    );
    assert_eq!(
        bens.next_of("notification.created").await["unread_count"],
        1
    );
}

#[tokio::test]
async fn the_cursor_of_a_push_goes_on_from_it() {
    let (world, head, mia) = school().await;
    let mut socket = mia.live().await;
    head.notify("all", "seen").await;
    world.settle().await;
    let cursor = socket.next_of("notification.created").await["cursor"]
        .as_str()
        .expect("a cursor")
        .to_owned();
    socket.close().await;
    world.later(300).await;
    head.notify("all", "missed").await;
    world.settle().await;
    let mut socket = mia.live().await;
    socket
        .send(json!({"action": "resume", "id": "1", "since": cursor}))
        .await;
    let frame = socket.next_of("resumed").await;
    let missed = super::titles(&frame["items"]);
    assert!(missed.contains(&"missed".to_owned()), "{frame}");
}

#[tokio::test]
async fn whoever_has_no_socket_costs_no_post() {
    let (world, head, mia) = school().await;
    head.notify("all", "quiet").await;
    world.settle().await;
    let usages = world.meter().snapshot();
    assert!(
        !usages.keys().any(|name| name.starts_with("connections.")),
        "{usages:?}"
    );
    assert_eq!(mia.feed().await, ["quiet"]);
}
