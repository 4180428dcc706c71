//! One good request for each POST of chat and of messages.

use it::{Actor, World};
use serde_json::json;

use super::samples::Sample;
use crate::chat::{contact, invite};

/// Requests by the head of the school, whom three colleagues have invited.
pub(super) async fn posts(world: &World, head: &Actor) -> Vec<Sample> {
    let mut colleagues = Vec::new();
    for name in ["una", "vic", "wes"] {
        colleagues.push(world.add(head, name, &["staff"]).await);
    }
    world.add(head, "xan", &["student"]).await;
    let [una, vic, wes] = &colleagues[..] else {
        panic!("three colleagues")
    };
    let (accepted, rejected) = (invite(una, "head").await, invite(vic, "head").await);
    let room = contact(wes, head).await;
    let messages = format!("/v1/chat/rooms/{room}/messages");
    wes.post(&messages, json!({"text": "Hello"}))
        .await
        .created();
    let mail = json!({"to": ["head"], "subject": "Hello", "body": "World"});
    let mail = una.post("/v1/messages", mail).await.created();
    let mail = format!("/v1/messages/{}", mail["id"].as_str().expect("an id"));
    let sample = |route, path: String, body| Sample { route, path, body };
    let plain = |route: &'static str, body| sample(route, route.to_owned(), body);
    vec![
        plain("/v1/chat/invitations", json!({"user": "xan"})),
        sample(
            "/v1/chat/invitations/{id}/accept",
            format!("/v1/chat/invitations/{accepted}/accept"),
            json!({}),
        ),
        sample(
            "/v1/chat/invitations/{id}/reject",
            format!("/v1/chat/invitations/{rejected}/reject"),
            json!({}),
        ),
        sample(
            "/v1/chat/rooms/{id}/read",
            format!("/v1/chat/rooms/{room}/read"),
            json!({"seq": 1}),
        ),
        sample(
            "/v1/chat/rooms/{id}/messages",
            messages,
            json!({"text": "Hello"}),
        ),
        plain("/v1/chat/blocks", json!({"user": "xan"})),
        plain(
            "/v1/messages",
            json!({"to": ["una"], "subject": "Hello", "body": "World"}),
        ),
        plain(
            "/v1/messages/broadcast",
            json!({"audience": "all", "subject": "Hello", "body": "World"}),
        ),
        sample("/v1/messages/{id}/read", format!("{mail}/read"), json!({})),
        sample(
            "/v1/messages/{id}/unread",
            format!("{mail}/unread"),
            json!({}),
        ),
        sample(
            "/v1/messages/{id}/reply",
            format!("{mail}/reply"),
            json!({"body": "Hello"}),
        ),
    ]
}
