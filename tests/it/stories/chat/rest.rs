//! CHT-4: rooms with last message and unread count, history newest first, and
//! everything that sockets do, over HTTP.

use it::Actor;
use serde_json::{Value, json};

use super::{contact, school};

/// Writes and tells the message.
pub(super) async fn write(who: &Actor, room: &str, text: &str) -> Value {
    let path = format!("/v1/chat/rooms/{room}/messages");
    who.post(&path, json!({"text": text})).await.created()
}

fn texts(messages: &[Value]) -> Vec<&str> {
    let texts = messages
        .iter()
        .map(|message| message["text"].as_str().expect("a text"));
    texts.collect()
}

#[tokio::test]
async fn rooms_show_what_was_said_last_and_what_is_unread() {
    let (world, head, tom, mia) = school().await;
    let anna = world.add(&head, "anna", &["teacher"]).await;
    let toms = contact(&tom, &mia).await;
    world.later(1).await;
    let annas = contact(&anna, &mia).await;
    world.later(1).await;
    let ids = |rooms: Vec<Value>| -> Vec<String> {
        let ids = rooms.iter().map(|room| room["id"].as_str().expect("an id"));
        ids.map(str::to_owned).collect()
    };
    assert_eq!(
        ids(mia.all("/v1/chat/rooms").await),
        [annas.clone(), toms.clone()]
    );
    write(&tom, &toms, "First").await;
    write(&tom, &toms, "Second").await;
    assert_eq!(
        ids(mia.all("/v1/chat/rooms?page_size=1").await),
        [toms.clone(), annas]
    );
    let room = mia.get("/v1/chat/rooms").await.ok()["items"][0].clone();
    assert_eq!(room["state"], "open");
    assert_eq!(room["last"]["text"], "Second");
    assert_eq!(room["last"]["author"], "tom");
    assert_eq!(room["unread_count"], 2);
    let other = &room["participants"][0];
    assert_eq!(
        (&other["user"], &other["name"]),
        (&json!("tom"), &json!("Name of tom"))
    );
    assert_eq!(other["online"], false);
    assert_eq!(mia.get(&format!("/v1/chat/rooms/{toms}")).await.ok(), room);
    let own = tom.get(&format!("/v1/chat/rooms/{toms}")).await.ok();
    assert_eq!(own["unread_count"], 0, "one has read what one wrote");
    let unread = mia.get("/v1/chat/unread-count").await.ok();
    assert_eq!(unread, json!({"unread_count": 2, "rooms": 1}));

    let read = format!("/v1/chat/rooms/{toms}/read");
    mia.post(&read, json!({"seq": 1})).await.gone();
    assert_eq!(
        mia.get("/v1/chat/unread-count").await.ok()["unread_count"],
        1
    );
    mia.post(&read, json!({"seq": 2})).await.gone();
    mia.post(&read, json!({"seq": 1})).await.gone();
    assert_eq!(
        mia.get("/v1/chat/unread-count").await.ok()["unread_count"],
        0
    );
    for seq in [0, 3] {
        mia.post(&read, json!({"seq": seq}))
            .await
            .refuses("seq", "out_of_range");
    }
    let seen = &tom.get(&format!("/v1/chat/rooms/{toms}")).await.ok()["participants"][0];
    assert_eq!(seen["read_seq"], 2);
    assert!(seen["read_at"].is_string(), "read at 14:30: {seen}");
}

#[tokio::test]
async fn presence_shows_with_the_room() {
    let (world, head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let path = format!("/v1/chat/rooms/{room}");
    let socket = mia.live().await;
    let seen = tom.get(&path).await.ok()["participants"][0].clone();
    assert_eq!(seen["online"], true);
    socket.close().await;
    world.settle().await;
    let seen = tom.get(&path).await.ok()["participants"][0].clone();
    assert_eq!(seen["online"], false);
    assert!(seen["last_seen"].is_string(), "{seen}");
    head.patch("/v1/settings", json!({"chat": {"presence": false}}))
        .await
        .ok();
    let seen = tom.get(&path).await.ok()["participants"][0].clone();
    assert_eq!(
        seen["last_seen"],
        Value::Null,
        "the organisation shows nobody's"
    );
}

#[tokio::test]
async fn history_goes_back_page_by_page() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let path = format!("/v1/chat/rooms/{room}/messages");
    for n in 1..=7 {
        write(
            if n % 2 == 0 { &mia } else { &tom },
            &room,
            &format!("m{n}"),
        )
        .await;
    }
    mia.patch(&format!("{path}/2"), json!({"text": "m2, mended"}))
        .await
        .ok();
    tom.delete(&format!("{path}/3")).await.gone();
    for size in [1, 2, 3, 100] {
        let all = mia.all(&format!("{path}?page_size={size}")).await;
        assert_eq!(
            texts(&all),
            ["m7", "m6", "m5", "m4", "", "m2, mended", "m1"],
            "{size}"
        );
        assert_eq!(all[4]["deleted"], true);
        assert!(all[5]["edited_at"].is_string());
    }
    let sync = format!("/v1/chat/rooms/{room}/sync");
    let mut after = 0;
    let mut seqs = Vec::new();
    loop {
        let page = tom
            .get(&format!("{sync}?after_seq={after}&page_size=4"))
            .await
            .ok();
        let items = page["items"].as_array().expect("items");
        seqs.extend(
            items
                .iter()
                .map(|item| item["seq"].as_u64().expect("a seq")),
        );
        after = page["through_seq"].as_u64().expect("a seq");
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(
        seqs,
        (1..=9).collect::<Vec<_>>(),
        "messages, an edit and a deletion"
    );
    let newest = tom.get(&format!("{sync}?page_size=2")).await.ok();
    assert_eq!(newest["items"][0]["change"], "updated");
    assert_eq!(newest["items"][1]["change"], "deleted");
}

#[tokio::test]
async fn what_is_written_over_http_reaches_open_sockets() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    world.settle().await;
    let mut socket = mia.live().await;
    let written = write(&tom, &room, "Hello").await;
    world.settle().await;
    let frame = socket.next_of("message.created").await;
    assert_eq!(frame["message"]["text"], "Hello");
    assert_eq!(
        (&frame["room"], &frame["seq"]),
        (&written["room"], &written["seq"])
    );
    assert!(
        frame["message"]["client_msg_id"].is_null(),
        "that is the author's own"
    );
    let path = format!("/v1/chat/rooms/{room}/messages/1");
    tom.patch(&path, json!({"text": "Hello!"})).await.ok();
    world.settle().await;
    assert_eq!(
        socket.next_of("message.updated").await["message"]["text"],
        "Hello!"
    );
    tom.delete(&path).await.gone();
    world.settle().await;
    assert_eq!(
        socket.next_of("message.deleted").await["message"]["deleted"],
        true
    );
    let mut toms = tom.live().await;
    mia.post(&format!("/v1/chat/rooms/{room}/read"), json!({"seq": 3}))
        .await
        .gone();
    world.settle().await;
    let receipt = toms.next_of("message.read").await;
    assert_eq!(
        (&receipt["user"], &receipt["seq"]),
        (&json!("mia"), &json!(3))
    );
    assert_eq!(
        mia.feed().await,
        ["Name of tom would like to chat with you"],
        "no bell for whoever is there"
    );
}

#[tokio::test]
async fn whoever_is_away_is_notified_once_until_they_read() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    world.settle().await;
    let bells = async || {
        let items = mia.all("/v1/notifications").await;
        items
            .into_iter()
            .filter(|item| item["type"] == "chat.message")
            .collect::<Vec<_>>()
    };
    write(&tom, &room, "One").await;
    world.settle().await;
    write(&tom, &room, "Two").await;
    world.settle().await;
    let first = bells().await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(first[0]["title"], "Name of tom");
    assert_eq!(first[0]["body"], "One");
    assert_eq!(first[0]["actor"], "tom");
    assert_eq!(first[0]["redirect_url"], format!("/chat/{room}"));
    mia.post(&format!("/v1/chat/rooms/{room}/read"), json!({"seq": 2}))
        .await
        .gone();
    world.settle().await;
    write(&tom, &room, "Three").await;
    world.settle().await;
    assert_eq!(bells().await.len(), 2);
}

#[tokio::test]
async fn a_message_has_one_place_however_often_it_is_sent() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let path = format!("/v1/chat/rooms/{room}/messages");
    let body = json!({"client_msg_id": "c-1", "text": "Hello"});
    let sent = (0..10).map(|_| tom.post(&path, body.clone()));
    let answers = futures::future::join_all(sent).await;
    for answer in answers {
        assert_eq!(answer.created()["seq"], 1);
    }
    let other = json!({"client_msg_id": "c-1", "text": "Something else"});
    tom.post(&path, other.clone())
        .await
        .problem(409, "conflict");
    let theirs = mia.post(&path, other).await.created();
    assert_eq!(theirs["seq"], 2, "the names of two people do not meet");
    let keyed = tom.with("idempotency-key", "k");
    let first = keyed.post(&path, json!({"text": "Keyed"})).await.created();
    let replay = keyed.post(&path, json!({"text": "Keyed"})).await;
    assert_eq!(replay.header("idempotent-replayed"), "true");
    assert_eq!(replay.created()["seq"], first["seq"]);
    assert_eq!(tom.all(&path).await.len(), 3);
}

#[tokio::test]
async fn many_who_write_at_once_leave_no_gap() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let path = format!("/v1/chat/rooms/{room}/messages");
    let sent = (0..16).map(|n| {
        let who = if n % 2 == 0 { &tom } else { &mia };
        who.post(
            &path,
            json!({"client_msg_id": format!("c-{n}"), "text": format!("m{n}")}),
        )
    });
    for answer in futures::future::join_all(sent).await {
        answer.created();
    }
    let all = tom.all(&path).await;
    let seqs: Vec<u64> = all
        .iter()
        .filter_map(|message| message["seq"].as_u64())
        .collect();
    assert_eq!(seqs, (1..=16).rev().collect::<Vec<_>>());
}
