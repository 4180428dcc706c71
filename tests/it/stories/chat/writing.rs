//! Who writes in a room, and what. C1, C5, C6.

use reqwest::Method;
use serde_json::json;

use super::rest::write;
use super::{contact, invite, school};

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
