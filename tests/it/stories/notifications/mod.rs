//! NTF-1…9: what people are told in the application.

mod acts;
mod admin;
mod custom;
mod feed;
mod late;
mod live;
mod resume;
mod retention;

use it::{Actor, World};
use serde_json::Value;

/// A school with a student and a head.
async fn school() -> (World, Actor, Actor) {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    (world, head, mia)
}

/// Notifies somebody of one thing after the other, a second apart.
async fn notify_all(world: &World, head: &Actor, audience: &str, titles: &[&str]) {
    for title in titles {
        head.notify(audience, title).await;
        world.settle().await;
        world.later(1).await;
    }
}

/// The ids of items, in their order.
fn ids(items: &Value) -> Vec<String> {
    let items = items.as_array().expect("items").iter();
    items
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// The titles of items, in their order.
fn titles(items: &Value) -> Vec<String> {
    let items = items.as_array().expect("items").iter();
    items
        .map(|item| item["title"].as_str().expect("a title").to_owned())
        .collect()
}
