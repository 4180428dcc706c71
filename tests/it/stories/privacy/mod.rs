//! What becomes of people's data: how long it is kept, how one person's is
//! exported, and how it is erased.

mod erasing;
mod export;
mod fanout;
mod log;
mod operations;
mod retention;
mod settings;
mod talk;
mod traces;

use it::{Actor, World};
use local::aws::QueueFaults;
use local::runner::SourceFaults;
use serde_json::{Value, json};

const DAY: i64 = 86_400;
const FUNCTION: &str = "CarryOutPrivacy";

/// A school with the teacher Tom, the student Mia and her parent Pat.
async fn school() -> (World, Actor, Actor, Actor, Actor) {
    let (world, head) = World::school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let pat = world.add(&head, "pat", &["parent"]).await;
    head.post("/v1/users/mia/guardians", json!({"guardian": "pat"}))
        .await
        .ok();
    (world, head, tom, mia, pat)
}

/// Changes how long things are kept.
async fn keep(world: &World, head: &Actor, retention: Value) {
    head.patch("/v1/settings", json!({"retention": retention}))
        .await
        .ok();
    // What functions remember of the settings is over.
    world.later(31).await;
}

/// Asks for an export, and the operation once it has ended.
async fn export(world: &World, by: &Actor, user: &str) -> Value {
    let path = format!("/v1/users/{user}/export");
    let begun = by.post(&path, json!({})).await.accepted();
    world.settle().await;
    watch(by, &begun).await
}

/// Erases somebody to the end.
async fn erase(world: &World, head: &Actor, user: &str) -> Value {
    let path = format!("/v1/users/{user}/erase");
    let begun = head.post(&path, json!({"confirm": user})).await.accepted();
    ended(world, head, &begun).await
}

/// An erasure once everything that it has caused has happened.
async fn ended(world: &World, head: &Actor, begun: &Value) -> Value {
    world.settle_for(180).await;
    world.later(60).await;
    // Takes notifications out of the feeds of larger audiences.
    world.sweep().await.expect("the sweep runs");
    world.settle_for(300).await;
    watch(head, begun).await
}

async fn watch(by: &Actor, operation: &Value) -> Value {
    by.get(&path(operation)).await.ok()
}

fn path(operation: &Value) -> String {
    let id = operation["id"].as_str().expect("an id");
    format!("/v1/privacy/operations/{id}")
}

/// All records of an export.
async fn records(by: &Actor, operation: &Value) -> Vec<Value> {
    by.all(&format!("{}/records", path(operation))).await
}

/// The records of one section.
fn of<'a>(records: &'a [Value], section: &str) -> Vec<&'a Value> {
    let found = records.iter().filter(|one| one["section"] == section);
    found.map(|one| &one["record"]).collect()
}

/// Tasks come twice, and to two functions at once.
fn bring_twice(world: &World) {
    let source = world.source(FUNCTION).expect("the mapping");
    source.set_faults(SourceFaults {
        concurrent: 1.0,
        ..SourceFaults::default()
    });
    let twice = QueueFaults {
        duplicate: 1.0,
        duplicate_after_ms: 2_000,
        ..QueueFaults::default()
    };
    world
        .sqs()
        .set_faults(&source.mapping().queue, twice)
        .expect("the queue");
}

/// Everything in the table, as text.
async fn table(world: &World) -> String {
    let (mut all, mut after) = (String::new(), Value::Null);
    loop {
        let mut request = json!({});
        if !after.is_null() {
            request["ExclusiveStartKey"] = after;
        }
        let page = world.dynamo("Scan", request).await;
        let items = page["Items"].as_array().expect("items");
        all.extend(items.iter().map(|item| format!("{item}\n")));
        after = page["LastEvaluatedKey"].clone();
        if after.is_null() {
            return all;
        }
    }
}
