//! ANN-1 to ANN-5: announcements, from draft to statistics.

mod drafts;
mod publishing;
mod readers;
mod rights;
mod scheduled;
mod statistics;

use it::{Actor, World};
use serde_json::{Value, json};

/// A school with a teacher and two students in class 5, a parent, and a student
/// in class 6.
async fn school() -> (World, Actor) {
    let (world, head) = World::school().await;
    for (id, role) in [
        ("ben", "student"),
        ("leo", "student"),
        ("mia", "student"),
        ("pat", "parent"),
        ("tom", "teacher"),
    ] {
        world.add(&head, id, &[role]).await;
    }
    world
        .class(
            &head,
            "5",
            &[("ben", "student"), ("mia", "student"), ("tom", "teacher")],
        )
        .await;
    world.class(&head, "6", &[("leo", "student")]).await;
    head.post("/v1/users/mia/guardians", json!({"guardian": "pat"}))
        .await
        .ok();
    (world, head)
}

/// A draft with these fields over the usual ones; its path.
async fn draft(author: &Actor, fields: Value) -> String {
    let made = author
        .post("/v1/announcements", written(fields))
        .await
        .created();
    format!("/v1/announcements/{}", made["id"].as_str().expect("an id"))
}

fn written(fields: Value) -> Value {
    let mut body = json!({"title": "Snow", "body": "School is closed.", "audience": "all"});
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

/// Publishes and works on the queues.
async fn publish(world: &World, author: &Actor, fields: Value) -> String {
    let path = draft(author, fields).await;
    author
        .post(&format!("{path}/publish"), json!({}))
        .await
        .accepted();
    world.settle().await;
    path
}

fn titles(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .filter_map(|item| item["title"].as_str())
        .collect()
}
