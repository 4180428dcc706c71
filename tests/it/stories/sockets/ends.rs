//! W4, F25: how long a socket lives, and what ends it early.

use it::{Actor, Socket, World};
use serde_json::json;

use super::{posts, school};

async fn socket_of(who: &Actor) -> Socket {
    Socket::open(&format!("{}?token={}", who.socket_url(), who.token()))
        .await
        .expect("the socket opens")
}

/// Asserts that a socket was told that its credential has ended, and closed.
async fn is_ended(world: &World, mut socket: Socket) {
    let frames = socket.until_closed().await;
    let last = frames.last().expect("a last word");
    assert_eq!(last["type"], "auth_expired", "{frames:?}");
    assert!(last["at"].is_string());
    assert!(world.sockets().wait_for(0).await);
    world.settle().await;
    world.meter().reset();
}

#[tokio::test]
async fn a_socket_ends_with_its_credential() {
    let (world, head, _mia) = school().await;
    let brief = world.actor_for("school", "mia", 300);
    let socket = socket_of(&brief).await;
    world.later(240).await;
    assert_eq!(world.sockets().count(), 1);
    world.later(120).await;
    is_ended(&world, socket).await;
    head.notify("all", "unheard").await;
    world.settle().await;
    assert_eq!(posts(&world), 0);
}

#[tokio::test]
async fn a_socket_by_ticket_ends_with_the_credential_behind_it() {
    let (world, _head, _mia) = school().await;
    let socket = world.actor_for("school", "mia", 300).live().await;
    world.later(361).await;
    is_ended(&world, socket).await;
}

#[tokio::test]
async fn a_suspended_person_loses_the_socket_within_a_minute() {
    let (world, head, mia) = school().await;
    let socket = mia.live().await;
    world.later(2).await;
    head.patch("/v1/users/mia", json!({"status": "suspended"}))
        .await
        .ok();
    world.later(60).await;
    is_ended(&world, socket).await;
}

#[tokio::test]
async fn a_person_who_is_removed_loses_the_socket_within_a_minute() {
    let (world, head, mia) = school().await;
    let socket = mia.live().await;
    world.later(2).await;
    head.delete("/v1/users/mia").await.gone();
    world.later(60).await;
    is_ended(&world, socket).await;
}

#[tokio::test]
async fn a_person_who_loses_a_role_opens_the_socket_anew() {
    let (world, head, _mia) = school().await;
    let tom = world.add(&head, "tom", &["teacher", "staff"]).await;
    let socket = tom.live().await;
    world.later(2).await;
    head.patch("/v1/users/tom", json!({"roles": ["teacher"]}))
        .await
        .ok();
    world.later(60).await;
    is_ended(&world, socket).await;
    let mut again = world.actor("school", "tom").live().await;
    again.send(json!({"action": "ping"})).await;
    assert_eq!(again.next().await["type"], "pong");
}

#[tokio::test]
async fn a_change_that_takes_nothing_away_ends_no_socket() {
    let (world, head, mia) = school().await;
    let mut socket = mia.live().await;
    world.later(2).await;
    head.patch(
        "/v1/users/mia",
        json!({"roles": ["student", "prefect"], "name": "Mia M."}),
    )
    .await
    .ok();
    world.later(120).await;
    assert!(socket.drain().await.is_empty());
}

#[tokio::test]
async fn a_heartbeat_keeps_a_socket_open() {
    let (world, _head, mia) = school().await;
    let mut beats = mia.live().await;
    let mut idle = mia.live().await;
    for _ in 0..3 {
        world.later(299).await;
        assert!(beats.drain().await.is_empty());
    }
    assert!(idle.until_closed().await.is_empty());
    assert!(world.sockets().wait_for(1).await);
    world.later(601).await;
    assert!(beats.until_closed().await.is_empty());
    assert!(world.sockets().wait_for(0).await);
}

#[tokio::test]
async fn no_socket_lives_longer_than_two_hours() {
    let (world, _head, _mia) = school().await;
    let mut socket = socket_of(&world.actor_for("school", "mia", 4 * 3_600)).await;
    for _ in 0..12 {
        world.later(590).await;
        assert!(socket.drain().await.is_empty());
    }
    world.later(121).await;
    assert!(socket.until_closed().await.is_empty());
    let mut again = socket_of(&world.actor_for("school", "mia", 600)).await;
    assert!(again.drain().await.is_empty());
}
