//! LOG-1 to LOG-4: what went out, and who did what.

mod audit;
mod entries;
mod search;
mod statistics;

use it::{Actor, World};
use serde_json::json;

/// A school where one student has no address, one address bounces and one
/// number is missing.
async fn school() -> (World, Actor) {
    let (world, head) = World::school().await;
    world.add(&head, "mia", &["student"]).await;
    world.add(&head, "ben", &["student"]).await;
    world.add_as(&head, json!({"id": "sim", "name": "Sim", "email": "bounce@simulator.amazonses.com", "roles": ["student"]})).await;
    world
        .add_as(
            &head,
            json!({"id": "nix", "name": "Nix", "roles": ["student"]}),
        )
        .await;
    (world, head)
}

/// Announces by e-mail and SMS, and works on the queues; the send's id.
async fn announce(world: &World, head: &Actor, title: &str, audience: &str) -> String {
    let body = json!({"title": title, "body": "Read me.", "audience": audience, "channels": ["email", "sms"]});
    let made = head.post("/v1/announcements", body).await.created();
    let path = format!(
        "/v1/announcements/{}/publish",
        made["id"].as_str().expect("an id")
    );
    let out = head.post(&path, json!({})).await.accepted();
    world.settle().await;
    out["send_id"].as_str().expect("a send").to_owned()
}
