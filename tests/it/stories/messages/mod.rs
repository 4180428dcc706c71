//! MSG-1 and MSG-2: mail-like messages, and broadcasts by staff.

mod broadcast;
mod broadcast_faults;
mod compose;
mod folders;
mod marks;
mod replies;
mod rights;
mod told;

use it::{Actor, World};
use serde_json::{Value, json};

/// A school with two teachers, two students and a parent of the first.
struct School {
    world: World,
    head: Actor,
    tom: Actor,
    ann: Actor,
    mia: Actor,
    leo: Actor,
    pat: Actor,
}

async fn school() -> School {
    let (world, head) = World::school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let ann = world.add(&head, "ann", &["teacher"]).await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let leo = world.add(&head, "leo", &["student"]).await;
    let pat = world.add(&head, "pat", &["parent"]).await;
    head.post("/v1/users/mia/guardians", json!({"guardian": "pat"}))
        .await
        .ok();
    School {
        world,
        head,
        tom,
        ann,
        mia,
        leo,
        pat,
    }
}

/// A message with a subject, a second after the one before.
async fn write(school: &School, from: &Actor, to: &[&str], subject: &str) -> Value {
    school.world.later(1).await;
    let body = json!({"to": to, "subject": subject, "body": format!("About {subject}.")});
    from.post("/v1/messages", body).await.created()
}

fn path(message: &Value) -> String {
    format!("/v1/messages/{}", message["id"].as_str().expect("an id"))
}

/// Answers a message.
async fn reply(by: &Actor, message: &Value, body: Value) -> Value {
    let path = format!("{}/reply", path(message));
    by.post(&path, body).await.created()
}

/// Subjects of a folder.
async fn subjects(of: &Actor, query: &str) -> Vec<String> {
    let items = of.all(&format!("/v1/messages{query}")).await;
    texts(&items, "subject")
}

fn texts(items: &[Value], field: &str) -> Vec<String> {
    let texts = items.iter().map(|item| item[field].as_str());
    texts.map(|text| text.expect(field).to_owned()).collect()
}

async fn unread(of: &Actor) -> u64 {
    let count = of.get("/v1/messages/unread-count").await.ok();
    count["unread_count"].as_u64().expect("a count")
}
