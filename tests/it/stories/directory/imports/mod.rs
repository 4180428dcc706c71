//! DIR-2: a directory comes in as CSV.

mod deliveries;
mod files;
mod large;
mod parts;
mod rows;

use it::{Actor, Answer, World};
use reqwest::Method;
use serde_json::Value;

const IMPORTS: &str = "/v1/directory/imports";

/// Hands a file in; `query` says how its rows are treated.
async fn submit(who: &Actor, query: &str, file: &str) -> Answer {
    let path = format!("{IMPORTS}{query}");
    who.raw(Method::POST, &path, "text/csv", file).await
}

/// Imports a file and tells how that ended.
pub(crate) async fn import(world: &World, who: &Actor, query: &str, file: &str) -> Value {
    let begun = submit(who, query, file).await.accepted();
    world.settle().await;
    watch(who, &begun).await
}

async fn watch(who: &Actor, import: &Value) -> Value {
    who.get(&path(import, "")).await.ok()
}

/// The path of an import, or of something of it.
fn path(import: &Value, more: &str) -> String {
    format!("{IMPORTS}/{}{more}", import["id"].as_str().expect("an id"))
}

/// The report: line, status and id of each row.
async fn report(who: &Actor, import: &Value, query: &str) -> Vec<(u64, String, String)> {
    let rows = who.all(&path(import, &format!("/rows{query}"))).await;
    rows.iter()
        .map(|row| {
            let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
            (
                row["line"].as_u64().expect("a line"),
                text("status"),
                text("id"),
            )
        })
        .collect()
}

/// Created, updated, unchanged, invalid.
fn counts(import: &Value) -> [u64; 4] {
    ["created", "updated", "unchanged", "invalid"]
        .map(|word| import["counts"][word].as_u64().expect("a count"))
}
