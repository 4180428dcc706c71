//! Notifications of messages: for those who have no socket open, once for each
//! run of unread messages.

use local::gateway::SocketFaults;
use serde_json::json;

use super::{contact, school, write};

#[tokio::test]
async fn somebody_who_is_away_is_notified_once_for_an_unread_run() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut toms = tom.live().await;
    for (name, text) in [("t-1", "One"), ("t-2", "Two")] {
        write(&mut toms, &room, name, text).await;
        world.settle().await;
    }
    let path = format!("/v1/chat/rooms/{room}/messages");
    tom.post(&path, json!({"text": "Three"})).await.created();
    world.settle().await;
    let items = mia.all("/v1/notifications").await;
    let told: Vec<_> = items
        .iter()
        .filter(|item| item["type"] == "chat.message")
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0]["title"], &told[0]["body"]),
        (&json!("Name of tom"), &json!("One"))
    );
    assert_eq!(told[0]["redirect_url"], format!("/chat/{room}"));
    assert_eq!(told[0]["actor"], "tom");
    mia.post(&format!("/v1/chat/rooms/{room}/read"), json!({"seq": 3}))
        .await
        .gone();
    write(&mut toms, &room, "t-4", "Four").await;
    world.settle().await;
    let feed = mia.feed().await;
    let told = feed.iter().filter(|title| *title == "Name of tom").count();
    assert_eq!(told, 2, "a new run is told anew");
}

#[tokio::test]
async fn somebody_who_is_there_is_not_notified() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let (mut toms, mut mias) = (tom.live().await, mia.live().await);
    write(&mut toms, &room, "t-1", "One").await;
    mias.next_of("message.created").await;
    world.settle().await;
    assert_eq!(mia.feed().await.len(), 1, "the invitation");
}

#[tokio::test]
async fn somebody_who_vanished_is_notified_by_the_first_push_that_fails() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let _vanishes = mia.live().await;
    world.sockets().set_faults(SocketFaults {
        no_disconnect: true,
        ..SocketFaults::default()
    });
    world.sockets().cut(None);
    assert!(world.sockets().wait_for(0).await);
    let mut toms = tom.live().await;
    world.later(6).await;
    write(&mut toms, &room, "t-1", "Anybody there?").await;
    toms.drain().await;
    world.settle().await;
    assert!(mia.feed().await.contains(&"Name of tom".to_owned()));
}
