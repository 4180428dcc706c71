//! PRF-1…3: people decide how they are reached, within what their organisation
//! leaves to them, and staff can tell why somebody did or did not get something.

mod choices;
mod explained;
mod links;
mod rules;

use it::{Actor, World};
use serde_json::{Value, json};

const PREFERENCES: &str = "/v1/preferences";

/// A school with a pupil `mia` and a parent `pat`.
async fn school() -> (World, Actor) {
    let (world, head) = World::school().await;
    world.add(&head, "mia", &["student"]).await;
    world.add(&head, "pat", &["parent"]).await;
    (world, head)
}

/// Announces to everybody by feed, e-mail and text; the id of the send.
async fn announce(world: &World, head: &Actor, kind: &str) -> String {
    let body = json!({"title": "Snow", "body": "Closed.", "type": kind, "audience": "all",
        "channels": ["email", "sms"]});
    let made = head.post("/v1/announcements", body).await.created();
    let path = format!("/v1/announcements/{}", made["id"].as_str().expect("an id"));
    let published = head.post(&format!("{path}/publish"), json!({})).await;
    let send = published.accepted()["send_id"]
        .as_str()
        .expect("a send")
        .to_owned();
    world.settle().await;
    send
}

/// How often `user` was e-mailed, texted, and told in the feed.
async fn reached(world: &World, user: &str) -> [usize; 3] {
    let feed = world.actor("school", user).feed().await.len();
    let emails = world.emails_to(&format!("{user}@school.example")).len();
    [emails, world.texts_to(&it::people::phone(user)).len(), feed]
}

async fn choose(world: &World, user: &str, changes: Value) -> Value {
    world
        .actor("school", user)
        .patch(PREFERENCES, changes)
        .await
        .ok()
}

/// What comes of the choices for one category and channel.
fn effective<'a>(preferences: &'a Value, category: &str, channel: &str) -> &'a Value {
    let all = preferences["effective"].as_array().expect("categories");
    let found = all.iter().find(|one| one["category"] == category);
    &found.unwrap_or_else(|| panic!("no {category} in {preferences}"))["channels"][channel]
}

/// The delivery of a send to a person on a channel.
async fn delivery(head: &Actor, send: &str, user: &str, channel: &str) -> Value {
    let path = format!("/v1/sends/{send}/deliveries?channel={channel}");
    let all = head.all(&path).await;
    let found = all.into_iter().find(|row| row["user_id"] == user);
    found.unwrap_or_else(|| panic!("no {channel} to {user}"))
}
