//! W8: too many frames, too many sockets.

use serde_json::json;

use super::{posts, school};
use crate::chat::{contact, school as talking, write};

const PING: &str = "{\"action\":\"ping\"}";

#[tokio::test]
async fn a_flood_is_warned_and_then_ended() {
    let (world, _head, mia) = school().await;
    let mut socket = mia.live().await;
    let mut warnings = 0;
    let mut rounds = 0;
    'open: loop {
        rounds += 1;
        assert!(rounds <= 20, "it is ended at last");
        for _ in 0..60 {
            if !socket.try_text(PING).await {
                break 'open;
            }
        }
        // The overrun of a window is told once, however many frames follow.
        loop {
            match socket.event().await {
                Some(frame) if frame["type"] == "error" => {
                    assert_eq!(frame["problem"]["code"], "rate_limited");
                    warnings += 1;
                    break;
                }
                Some(frame) => assert_eq!(frame["type"], "pong"),
                None => break 'open,
            }
        }
        world.later(2).await;
    }
    assert!(warnings >= 2, "warned {warnings} times");
    assert!(world.sockets().wait_for(0).await);
    world.later(60).await;
    let mut again = mia.live().await;
    again.text(PING).await;
    assert_eq!(again.next().await["type"], "pong");
}

#[tokio::test]
async fn a_flood_of_one_person_is_nobody_elses_trouble() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let (mut mias, mut bens) = (mia.live().await, ben.live().await);
    for _ in 0..100 {
        mias.try_text(PING).await;
    }
    bens.text(PING).await;
    assert_eq!(bens.next().await["type"], "pong");
    mias.next_of("error").await;
}

#[tokio::test]
async fn a_flood_of_messages_ends_and_leaves_other_rooms_alone() {
    let (world, head, tom, mia) = talking().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let (flooded, quiet) = (contact(&tom, &mia).await, contact(&tom, &ben).await);
    let (mut mias, mut bens, mut toms) = (mia.live().await, ben.live().await, tom.live().await);
    for n in 0..1_000 {
        let frame = json!({"action": "message.send", "room": flooded, "client_msg_id": format!("m-{n}"), "text": "Flood"});
        if !mias.try_text(&frame.to_string()).await {
            break;
        }
    }
    assert_eq!(write(&mut bens, &quiet, "b-1", "Hello").await["seq"], 1);
    while toms.next_of("message.created").await["room"] != json!(quiet) {}
    let warned = mias.next_of("error").await;
    assert_eq!(warned["problem"]["code"], "rate_limited");
    let history = format!("/v1/chat/rooms/{flooded}/messages");
    let kept = tom.all(&history).await.len();
    assert!((1..100).contains(&kept), "{kept} messages are kept");
}

#[tokio::test]
async fn the_sixth_socket_closes_the_oldest() {
    let (world, head, mia) = school().await;
    let mut sockets = Vec::new();
    for _ in 0..6 {
        sockets.push(mia.live().await);
        world.later(1).await;
    }
    assert!(sockets[0].until_closed().await.is_empty());
    assert!(world.sockets().wait_for(5).await);
    world.settle().await;
    world.meter().reset();
    head.notify("user:mia", "five").await;
    world.settle().await;
    assert_eq!(posts(&world), 5);
    for socket in &mut sockets[1..] {
        assert_eq!(socket.next().await["notification"]["title"], "five");
    }
}

#[tokio::test]
async fn five_sockets_are_for_each_person() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let mut sockets = Vec::new();
    for who in [&mia, &ben] {
        for _ in 0..5 {
            sockets.push(who.live().await);
        }
    }
    assert_eq!(world.sockets().count(), 10);
    for socket in &mut sockets {
        socket.send(json!({"action": "ping"})).await;
        assert_eq!(socket.next().await["type"], "pong");
    }
}
