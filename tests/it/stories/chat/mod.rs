//! People talking: invitations, blocks, rooms, live messages.

mod away;
mod blocks;
mod conversation;
mod course;
mod hidden;
mod invitations;
mod live;
mod policy;
mod presence;
mod rest;
mod settings;
mod sync;
mod writing;

use it::{Actor, Socket, World};
use local::demo::api_key;
use serde_json::{Value, json};

/// A school with its head, the teacher Tom and the student Mia.
pub(crate) async fn school() -> (World, Actor, Actor, Actor) {
    let (world, head) = World::school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let mia = world.add(&head, "mia", &["student"]).await;
    (world, head, tom, mia)
}

/// Invites somebody and tells the invitation's id.
pub(crate) async fn invite(who: &Actor, user: &str) -> String {
    let made = who
        .post("/v1/chat/invitations", json!({"user": user}))
        .await;
    made.created()["id"].as_str().expect("an id").to_owned()
}

/// Brings two people into contact and tells their room.
pub(crate) async fn contact(from: &Actor, to: &Actor) -> String {
    let path = format!("/v1/chat/invitations/{}/accept", invite(from, &to.id).await);
    let accepted = to.post(&path, json!({})).await.ok();
    accepted["room"].as_str().expect("a room").to_owned()
}

/// The one invitation that waits for somebody.
async fn pending(who: &Actor) -> String {
    let open = who.all("/v1/chat/invitations?status=pending").await;
    assert_eq!(open.len(), 1, "{open:?}");
    open[0]["id"].as_str().expect("an id").to_owned()
}

/// The one invitation that somebody has made.
async fn made(who: &Actor) -> String {
    let made = who
        .all("/v1/chat/invitations?direction=outgoing&status=pending")
        .await;
    assert_eq!(made.len(), 1, "{made:?}");
    made[0]["id"].as_str().expect("an id").to_owned()
}

/// A service with the rights of staff.
async fn service(world: &World) -> Actor {
    let (tenant, name) = ("school", "svc_erp");
    let staff = domain::Role::parse("staff").expect("a role");
    let secret = api_key(
        world.parts(),
        &tenant.parse().expect("a tenant id"),
        &name.parse().expect("a service's id"),
        &[staff],
        true,
    )
    .await;
    world.bearer(secret.expect("a key"))
}

/// Writes over a socket; the answer.
pub(crate) async fn write(socket: &mut Socket, room: &str, name: &str, text: &str) -> Value {
    let frame = json!({"action": "message.send", "id": name, "room": room, "client_msg_id": name, "text": text});
    socket.send(frame).await;
    loop {
        let frame = socket.next().await;
        if frame["id"] == name {
            return frame;
        }
    }
}

/// Goes into a room over a socket; what is there behind a place.
pub(crate) async fn entered(socket: &mut Socket, room: &str, after_seq: Option<u64>) -> Value {
    socket
        .send(json!({"action": "room.sync", "id": "sync", "room": room, "after_seq": after_seq}))
        .await;
    loop {
        let frame = socket.next().await;
        if frame["id"] == "sync" {
            return frame;
        }
    }
}
