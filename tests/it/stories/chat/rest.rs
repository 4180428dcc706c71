//! CHT-4: rooms with last message and unread count, history newest first, and
//! everything that sockets do, over HTTP. C1, C5, C6.

use it::Actor;
use reqwest::Method;
use serde_json::{Value, json};

use super::{contact, invite, school};

/// Writes and tells the message.
async fn write(who: &Actor, room: &str, text: &str) -> Value {
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

#[tokio::test]
async fn messages_are_changed_by_their_author_and_for_a_while() {
    let (world, head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let path = format!("/v1/chat/rooms/{room}/messages/1");
    write(&tom, &room, "Hello").await;
    mia.patch(&path, json!({"text": "Mine"}))
        .await
        .problem(403, "forbidden");
    mia.delete(&path).await.problem(403, "forbidden");
    world.later(15 * 60 - 5).await;
    tom.patch(&path, json!({"text": "Hello!"})).await.ok();
    world.later(10).await;
    tom.patch(&path, json!({"text": "Hello?"}))
        .await
        .problem(403, "not_allowed");
    tom.delete(&path).await.problem(403, "not_allowed");
    head.patch("/v1/settings", json!({"chat": {"edit_minutes": 60}}))
        .await
        .ok();
    tom.delete(&path).await.gone();
    tom.delete(&path).await.gone();
    tom.patch(&path, json!({"text": "Back"}))
        .await
        .problem(410, "gone");
    tom.patch(&path.replace("/1", "/99"), json!({"text": "Back"}))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn only_people_in_contact_write_to_each_other() {
    let (world, head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let other = world.tenant("other").await;
    let made_by_hand = "rom_0q3v8c2e5m7k1n9t4b6d0f2h8j";
    for who in [&ben, &head, &other] {
        for room in [room.as_str(), made_by_hand, "rom_x", "nonsense"] {
            let path = format!("/v1/chat/rooms/{room}");
            let text = json!({"text": "Hello"});
            who.get(&path).await.problem(404, "not_found");
            who.get(&format!("{path}/messages"))
                .await
                .problem(404, "not_found");
            who.get(&format!("{path}/sync"))
                .await
                .problem(404, "not_found");
            who.post(&format!("{path}/messages"), text.clone())
                .await
                .problem(404, "not_found");
            who.patch(&format!("{path}/messages/1"), text)
                .await
                .problem(404, "not_found");
            who.delete(&format!("{path}/messages/1"))
                .await
                .problem(404, "not_found");
            who.post(&format!("{path}/read"), json!({"seq": 1}))
                .await
                .problem(404, "not_found");
        }
    }
    let id = invite(&tom, "ben").await;
    assert!(
        ben.all("/v1/chat/rooms").await.is_empty(),
        "no room before it is accepted: {id}"
    );
    // Nothing takes a room's people from a body.
    for (method, path) in [
        (Method::POST, "/v1/chat/rooms".to_owned()),
        (Method::PATCH, format!("/v1/chat/rooms/{room}")),
        (Method::PUT, format!("/v1/chat/rooms/{room}")),
    ] {
        let body = json!({"users": ["tom", "ben"]}).to_string();
        let answer = tom.raw(method, &path, "application/json", body).await;
        assert!(
            [404, 405].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
    let message = json!({"text": "Hello", "author": "mia"});
    let path = format!("/v1/chat/rooms/{room}/messages");
    tom.post(&path, message)
        .await
        .refuses("author", "unknown_field");
}

#[tokio::test]
async fn texts_are_kept_as_they_came_unless_they_hide_something() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let path = format!("/v1/chat/rooms/{room}/messages");
    let emoji = "👩‍👩‍👧".repeat(200);
    let zalgo = format!("h{}i", "\u{0301}".repeat(60));
    for text in [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "two\nlines\tand a tab",
        emoji.as_str(),
        zalgo.as_str(),
    ] {
        assert_eq!(write(&tom, &room, text).await["text"], text);
        let answer = mia.get(&format!("{path}?page_size=1")).await;
        assert!(
            answer
                .header("content-type")
                .starts_with("application/json")
        );
        assert_eq!(answer.ok()["items"][0]["text"], text);
    }
    let long = "😀".repeat(1_025);
    for (text, code) in [
        (long.as_str(), "too_long"),
        (" \n ", "required"),
        ("abc\u{202E}cba", "forbidden_character"),
        ("a\u{2066}b", "forbidden_character"),
        ("a\u{0}b", "forbidden_character"),
        ("a\u{1b}[31mb", "forbidden_character"),
    ] {
        tom.post(&path, json!({"text": text}))
            .await
            .refuses("text", code);
        tom.patch(&format!("{path}/1"), json!({"text": text}))
            .await
            .refuses("text", code);
    }
    tom.post(&path, json!({"text": "Hi", "reply_to": 99}))
        .await
        .refuses("reply_to", "unknown");
    tom.post(&path, json!({"text": "Hi", "client_msg_id": "a b"}))
        .await
        .refuses("client_msg_id", "invalid");
    let answer = mia
        .post(&path, json!({"text": "Yes", "reply_to": 1}))
        .await
        .created();
    assert_eq!(answer["reply_to"], 1);
}
