//! CHT-5: messages over sockets, in order and once. W6, W10, C1, C6.

use it::Socket;
use serde_json::{Value, json};

use super::{contact, entered, school, write};

#[tokio::test]
async fn a_message_reaches_both_people_at_once() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut toms = tom.live().await;
    let mut toms_phone = tom.live().await;
    let mut mias = mia.live().await;
    toms.send(json!({"action": "message.send", "id": "1", "v": 1, "room": room, "client_msg_id": "t-1", "text": "Hello"}))
        .await;
    let sent = toms.next_of("message.sent").await;
    assert_eq!(
        (&sent["id"], &sent["client_msg_id"], &sent["seq"]),
        (&json!("1"), &json!("t-1"), &json!(1))
    );
    let got = mias.next_of("message.created").await;
    assert_eq!((&got["room"], &got["seq"]), (&json!(room), &json!(1)));
    assert_eq!(got["message"]["text"], "Hello");
    assert_eq!(got["message"]["author"], "tom");
    assert_eq!(got["message"].get("client_msg_id"), None);
    let own = toms_phone.next_of("message.created").await;
    assert_eq!(own["message"]["client_msg_id"], "t-1");
    mias.send(json!({"action": "message.send", "room": room, "client_msg_id": "m-1", "text": "Hi", "reply_to": 1}))
        .await;
    let reply = toms.next_of("message.created").await;
    assert_eq!(
        (&reply["seq"], &reply["message"]["reply_to"]),
        (&json!(2), &json!(1))
    );
}

#[tokio::test]
async fn the_same_message_twice_has_one_place() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut toms = tom.live().await;
    for _ in 0..3 {
        assert_eq!(write(&mut toms, &room, "t-1", "Hello").await["seq"], 1);
    }
    let refused = write(&mut toms, &room, "t-1", "Something else").await;
    assert_eq!(refused["problem"]["code"], "conflict");
    let mut mias = mia.live().await;
    assert_eq!(
        write(&mut mias, &room, "t-1", "Mine").await["seq"],
        2,
        "names are each person's own"
    );
    let items = entered(&mut mias, &room, None).await["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn what_over_http_is_written_comes_over_sockets() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut mias = mia.live().await;
    let path = format!("/v1/chat/rooms/{room}/messages");
    tom.post(&path, json!({"text": "By post"})).await.created();
    world.settle().await;
    let got = mias.next_of("message.created").await;
    assert_eq!(got["message"]["text"], "By post");
    tom.patch(&format!("{path}/1"), json!({"text": "Edited"}))
        .await
        .ok();
    world.settle().await;
    let edited = mias.next_of("message.updated").await;
    assert_eq!(
        (&edited["seq"], &edited["message"]["text"]),
        (&json!(2), &json!("Edited"))
    );
    tom.delete(&format!("{path}/1")).await.gone();
    world.settle().await;
    assert_eq!(mias.next_of("message.deleted").await["seq"], 3);
    mia.post(&format!("/v1/chat/rooms/{room}/read"), json!({"seq": 1}))
        .await
        .gone();
    world.settle().await;
    let read = mias.next_of("message.read").await;
    assert_eq!((&read["user"], &read["seq"]), (&json!("mia"), &json!(1)));
}

#[tokio::test]
async fn authors_edit_and_delete_for_a_while() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let (mut toms, mut mias) = (tom.live().await, mia.live().await);
    write(&mut toms, &room, "t-1", "Helo").await;
    write(&mut toms, &room, "t-2", "Secret").await;
    toms.send(
        json!({"action": "message.edit", "id": "e", "room": room, "seq": 1, "text": "Hello"}),
    )
    .await;
    let edited = toms.next_of("message.updated").await;
    assert_eq!((&edited["id"], &edited["seq"]), (&json!("e"), &json!(3)));
    let told = mias.next_of("message.updated").await;
    assert_eq!(told["message"]["seq"], 1);
    assert_eq!(told["message"]["text"], "Hello");
    assert!(told["message"]["edited_at"].is_string());
    toms.send(json!({"action": "message.delete", "id": "d", "room": room, "seq": 2}))
        .await;
    assert_eq!(toms.next_of("message.deleted").await["id"], "d");
    let told = mias.next_of("message.deleted").await;
    assert_eq!(
        (&told["message"]["seq"], &told["message"]["text"]),
        (&json!(2), &json!(""))
    );
    // Once more changes nothing.
    toms.send(json!({"action": "message.delete", "room": room, "seq": 2}))
        .await;
    toms.next_of("message.deleted").await;
    assert_eq!(mias.drain().await, Vec::<Value>::new());
    for (frame, code) in [
        (
            json!({"action": "message.edit", "room": room, "seq": 2, "text": "x"}),
            "gone",
        ),
        (
            json!({"action": "message.edit", "room": room, "seq": 9, "text": "x"}),
            "not_found",
        ),
        (
            json!({"action": "message.edit", "room": room, "seq": 3, "text": "x"}),
            "not_found",
        ),
    ] {
        assert_eq!(refusal(&mut toms, frame).await, code);
    }
    let theirs = json!({"action": "message.delete", "room": room, "seq": 1});
    assert_eq!(refusal(&mut mias, theirs.clone()).await, "forbidden");
    world.later(15 * 60).await;
    let mut toms = tom.live().await;
    assert_eq!(refusal(&mut toms, theirs).await, "not_allowed");
    let text = json!({"action": "message.edit", "room": room, "seq": 1, "text": "Hello?"});
    assert_eq!(refusal(&mut toms, text).await, "not_allowed");
}

async fn refusal(socket: &mut Socket, frame: Value) -> String {
    socket.send(frame).await;
    let answer = socket.next_of("error").await;
    let code = answer["problem"]["code"].as_str();
    code.expect("a code").to_owned()
}

#[tokio::test]
async fn a_text_that_deceives_is_refused() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let mut toms = tom.live().await;
    for (text, code) in [
        ("", "required"),
        (" \n ", "required"),
        ("a\u{202E}b", "forbidden_character"),
        ("a\u{0}b", "forbidden_character"),
        (&"é".repeat(2_049), "too_long"),
    ] {
        let refused = write(&mut toms, &room, "t-1", text).await;
        assert_eq!(refused["problem"]["errors"][0]["code"], code);
    }
    let kept = "<b>javascript:alert(1)</b>\n\t🎉";
    assert_eq!(write(&mut toms, &room, "t-1", kept).await["seq"], 1);
    let refused = write(&mut toms, &room, "t 2", "x").await;
    assert_eq!(refused["problem"]["errors"][0]["field"], "client_msg_id");
    toms.send(json!({"action": "message.send", "room": room, "client_msg_id": "t-3", "text": "x", "reply_to": 7}))
        .await;
    let refused = toms.next_of("error").await;
    assert_eq!(refused["problem"]["errors"][0]["field"], "reply_to");
    let items = entered(&mut toms, &room, None).await["items"].clone();
    assert_eq!(items[0]["message"]["text"], kept);
    assert_eq!(items.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_room_that_is_not_ones_own_does_not_exist() {
    let (world, head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let eve = world.add(&head, "eve", &["student"]).await;
    let far_head = world.tenant("academy").await;
    let far = world.add(&far_head, "tom", &["teacher"]).await;
    let mut mias = mia.live().await;
    let nowhere = "rom_00000000000000000000000000";
    for actor in [&eve, &far, &head] {
        let mut socket = actor.live().await;
        for place in [room.as_str(), nowhere] {
            for frame in [
                json!({"action": "room.sync", "room": place}),
                json!({"action": "message.send", "room": place, "client_msg_id": "x", "text": "x"}),
                json!({"action": "message.edit", "room": place, "seq": 1, "text": "x"}),
                json!({"action": "message.delete", "room": place, "seq": 1}),
                json!({"action": "message.read", "room": place, "seq": 1}),
                json!({"action": "typing", "room": place, "typing": true}),
            ] {
                assert_eq!(refusal(&mut socket, frame).await, "not_found");
            }
        }
        socket.close().await;
    }
    assert_eq!(mias.drain().await, Vec::<Value>::new());
}
