//! COM-6: the live chat of a community. B10, F25: a right that ends while a
//! socket is open.

use it::{Actor, Socket, World};
use serde_json::{Value, json};

use super::{entered, write};

/// A course with a community, of which these students are members; the world,
/// its head, the teacher, the students and the room.
pub(super) async fn course(
    ids: &[String],
    enrolment: Value,
) -> (World, Actor, Actor, Vec<Actor>, String) {
    let (world, head) = World::school().await;
    let tia = world.add(&head, "tia", &["teacher"]).await;
    let group = json!({"id": "7", "kind": "course", "name": "Course 7"});
    head.post("/v1/groups", group).await.created();
    let members = "/v1/groups/7/members";
    head.post(members, json!({"user": "tia", "role": "teacher"}))
        .await
        .created();
    let body = json!({"group": "7", "name": "Rust"});
    let community = tia.post("/v1/communities", body).await.created();
    let room = community["room"].as_str().expect("a room").to_owned();
    let mut students = Vec::new();
    for id in ids {
        let student = world.add(&head, id, &["student"]).await;
        let mut body = json!({"user": id, "role": "student"});
        if let Some(fields) = enrolment.as_object() {
            body.as_object_mut()
                .expect("an object")
                .extend(fields.clone());
        }
        head.post(members, body).await.created();
        student
            .post("/v1/communities/com_7/join", json!({}))
            .await
            .ok();
        students.push(student);
    }
    (world, head, tia, students, room)
}

fn named(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

async fn in_room(who: &Actor, room: &str) -> Socket {
    let mut socket = who.live().await;
    let synced = entered(&mut socket, room, None).await;
    assert_eq!(synced["type"], "room.synced", "{synced}");
    socket
}

#[tokio::test]
async fn everybody_in_the_room_sees_who_is_there_writes_and_reads() {
    let (world, _head, tia, students, room) = course(&named(&["mia", "leo"]), json!({})).await;
    let mut mias = in_room(&students[0], &room).await;
    let mut leos = in_room(&students[1], &room).await;
    let came = mias.next_of("presence").await;
    assert_eq!(came["users"], json!([{"user": "leo", "online": true}]));
    let mut tias = tia.live().await;
    let synced = entered(&mut tias, &room, None).await;
    let there = synced["participants"].as_array().expect("participants");
    let there: Vec<&Value> = there.iter().map(|one| &one["user"]).collect();
    assert_eq!(there, ["leo", "mia"]);
    assert_eq!(write(&mut tias, &room, "a", "Welcome").await["seq"], 1);
    for socket in [&mut mias, &mut leos] {
        let got = socket.next_of("message.created").await;
        assert_eq!(got["message"]["text"], "Welcome");
    }
    leos.send(json!({"action": "typing", "room": room, "typing": true}))
        .await;
    assert_eq!(mias.next_of("typing").await["user"], "leo");
    leos.send(json!({"action": "message.read", "room": room, "seq": 1}))
        .await;
    let read = tias.next_of("message.read").await;
    assert_eq!(read["user"], "leo", "its author is told who has read it");
    write(&mut leos, &room, "b", "Rude words").await;
    tias.send(json!({"action": "message.delete", "room": room, "seq": 2}))
        .await;
    let removed = mias.next_of("message.deleted").await;
    assert_eq!(removed["message"]["author"], "leo", "moderators remove");
    world.settle().await;
    assert!(students[0].feed().await.is_empty(), "no notifications here");
}

#[tokio::test]
async fn somebody_who_joins_hears_the_next_message() {
    let (world, head, tia, students, room) = course(&named(&["mia"]), json!({})).await;
    let mut mias = in_room(&students[0], &room).await;
    let mut tias = in_room(&tia, &room).await;
    write(&mut tias, &room, "a", "Before").await;
    mias.next_of("message.created").await;
    let leo = world.add(&head, "leo", &["student"]).await;
    let body = json!({"user": "leo", "role": "student"});
    head.post("/v1/groups/7/members", body).await.created();
    leo.post("/v1/communities/com_7/join", json!({})).await.ok();
    let mut leos = in_room(&leo, &room).await;
    write(&mut tias, &room, "b", "After").await;
    assert_eq!(leos.next_of("message.created").await["seq"], 2);
}

#[tokio::test]
async fn each_step_of_the_ladder_is_told_on_the_socket() {
    let (world, head, tia, _students, room) = course(&named(&["mia"]), json!({})).await;
    let eve = world.add(&head, "eve", &["student"]).await;
    let uma = world.add(&head, "uma", &["student"]).await;
    let body = json!({"user": "uma", "role": "student"});
    head.post("/v1/groups/7/members", body).await.created();
    for (who, code) in [(&eve, "not_enrolled"), (&uma, "not_member")] {
        let mut socket = who.live().await;
        let refused = entered(&mut socket, &room, None).await;
        assert_eq!(refused["problem"]["code"], code);
        let refused = write(&mut socket, &room, "x", "Hello").await;
        assert_eq!(refused["problem"]["code"], code);
    }
    let closed = json!({"settings": {"live_chat": false}});
    tia.patch("/v1/communities/com_7", closed).await.ok();
    let mut tias = tia.live().await;
    let refused = entered(&mut tias, &room, None).await;
    assert_eq!(refused["problem"]["code"], "not_allowed");
}

#[tokio::test]
async fn an_enrolment_that_ends_stops_pushes_within_a_minute() {
    let until = |world_now: domain::Timestamp| {
        world_now
            .checked_add(jiff::SignedDuration::from_mins(5))
            .expect("in time")
            .to_string()
    };
    let (probe, _) = World::school().await;
    let ends = json!({"expires_at": until(probe.now())});
    drop(probe);
    let (world, _head, tia, students, room) = course(&named(&["mia"]), ends).await;
    let mut mias = in_room(&students[0], &room).await;
    let mut tias = in_room(&tia, &room).await;
    mias.drain().await;
    write(&mut tias, &room, "a", "Before").await;
    mias.next_of("message.created").await;
    world.later(5 * 60 + 1).await;
    mias.next_of("room.left").await;
    let refused = write(&mut mias, &room, "m", "Am I still here?").await;
    assert_eq!(refused["problem"]["code"], "enrolment_ended");
    write(&mut tias, &room, "b", "After").await;
    tias.drain().await;
    assert_eq!(mias.drain().await, Vec::<Value>::new());
}

#[tokio::test]
async fn somebody_who_is_removed_hears_no_more() {
    let (world, _head, tia, students, room) = course(&named(&["mia", "leo"]), json!({})).await;
    let mut mias = in_room(&students[0], &room).await;
    let mut leos = in_room(&students[1], &room).await;
    let mut tias = in_room(&tia, &room).await;
    write(&mut tias, &room, "a", "Before").await;
    mias.next_of("message.created").await;
    tia.delete("/v1/communities/com_7/members/mia").await.gone();
    world.later(60).await;
    mias.next_of("room.left").await;
    write(&mut tias, &room, "b", "After").await;
    assert_eq!(mias.drain().await, Vec::<Value>::new());
    leos.next_of("message.created").await;
    assert_eq!(leos.next_of("message.created").await["seq"], 2);
}

#[tokio::test]
async fn a_message_to_a_room_costs_four_calls_and_a_post_for_each() {
    let ids: Vec<String> = (0..12).map(|n| format!("s{n}")).collect();
    let (world, _head, _tia, students, room) = course(&ids, json!({})).await;
    let mut sockets = Vec::new();
    for student in &students {
        sockets.push(in_room(student, &room).await);
    }
    write(&mut sockets[0], &room, "first", "Who is here is known now").await;
    sockets[0].drain().await;
    world.meter().reset();
    write(&mut sockets[0], &room, "second", "Hello").await;
    for socket in &mut sockets[1..] {
        while socket.next_of("message.created").await["seq"] != 2 {}
    }
    let usages = world.meter().snapshot();
    let calls: u64 = usages.values().map(|usage| usage.calls).sum();
    assert!(calls <= 4 + 12, "{calls} calls: {usages:?}");
}
