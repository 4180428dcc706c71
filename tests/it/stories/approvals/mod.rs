//! APR-1 to APR-4: requests, decisions, what follows from them, figures.

mod asking;
mod bulk;
pub(crate) mod bus;
mod deciding;
mod effects;
mod gone;
mod lists;
mod race;
mod rights;
mod statistics;
mod told;

use it::{Actor, Answer, World};
use serde_json::{Value, json};

/// A school with its administrator, who decides, somebody of the staff and two
/// students.
struct School {
    world: World,
    head: Actor,
    sue: Actor,
    mia: Actor,
    leo: Actor,
}

async fn school() -> School {
    let (world, head) = World::school().await;
    let sue = world.add(&head, "sue", &["staff"]).await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let leo = world.add(&head, "leo", &["student"]).await;
    School {
        world,
        head,
        sue,
        mia,
        leo,
    }
}

fn module(module: &str) -> Value {
    json!({"type": "module_access", "details": {"module": module}})
}

fn tier(to: &str) -> Value {
    json!({"type": "tier_upgrade", "details": {"to": to}})
}

fn custom(title: &str) -> Value {
    json!({"type": "custom", "title": title})
}

fn account(id: &str, roles: &[&str]) -> Value {
    json!({"type": "staff_account", "details": {
        "id": id, "name": format!("Name of {id}"), "email": format!("{id}@school.example"), "roles": roles,
    }})
}

/// Asks; the path of the request.
async fn ask(who: &Actor, body: Value) -> String {
    let made = who.post("/v1/approvals", body).await.created();
    path(&made)
}

fn path(approval: &Value) -> String {
    format!("/v1/approvals/{}", text(approval, "id"))
}

/// The id at the end of a path.
fn id(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

async fn approve(who: &Actor, path: &str) -> Answer {
    who.post(&format!("{path}/approve"), json!({})).await
}

async fn reject(who: &Actor, path: &str, reason: &str) -> Answer {
    let body = json!({"reason": reason});
    who.post(&format!("{path}/reject"), body).await
}

fn text(value: &Value, field: &str) -> String {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} of {value}"))
        .to_owned()
}

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| text(item, "id")).collect()
}

/// A person as the administrator sees them.
async fn person(s: &School, id: &str) -> Value {
    s.head.get(&format!("/v1/users/{id}")).await.ok()
}

/// The acts of the trail about something, oldest first.
async fn acts(s: &School, subject: &str) -> Vec<String> {
    let mut trail = s.head.all("/v1/audit").await;
    trail.retain(|entry| entry["subject"] == subject);
    trail.reverse();
    trail.iter().map(|entry| text(entry, "act")).collect()
}
