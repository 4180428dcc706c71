//! The events that requests make, for the rules that tell people and for other
//! systems.

use serde_json::{Map, Value, json};

use super::{Approval, Approvers, Ask, Change};
use crate::automation::Event;
use crate::caller::Role;
use crate::directory::User;
use crate::ids::{EventId, UserId};
use crate::time::Timestamp;

/// Approvers whom an event names.
const NAMED: usize = 100;

fn event(kind: &str, data: Value, now: Timestamp) -> Event {
    let data = match data {
        Value::Object(data) => data,
        _ => Map::new(),
    };
    Event {
        event_id: EventId::of_ours(kind, now),
        r#type: kind.to_owned(),
        source: Some(Event::OURS.to_owned()),
        time: Some(now),
        data,
    }
}

/// What every event of a request says. Addresses are not in it: events leave.
fn facts(approval: &Approval) -> Value {
    let details = match &approval.ask {
        Ask::TierUpgrade(upgrade) => json!(upgrade),
        Ask::ModuleAccess { module } => json!({ "module": module }),
        Ask::StaffAccount(account) => json!({ "id": account.id, "roles": account.roles }),
        Ask::Custom(details) => json!(details),
    };
    json!({
        "approval_id": approval.id,
        "type": approval.kind(),
        "title": approval.title,
        "requester_id": approval.requester,
        "details": details,
    })
}

/// A request waits: its maker and those who may decide are told.
pub fn submitted(approval: &Approval, approvers: &Approvers, now: Timestamp) -> Event {
    let mut data = facts(approval);
    let approvers = approvers.of(approval.kind());
    data["approvers"] = json!(approvers.iter().take(NAMED).collect::<Vec<_>>());
    if let Some(reason) = &approval.reason {
        data["reason"] = json!(reason);
    }
    event("approval.submitted", data, now)
}

/// A request was approved, and what follows from the change in the directory.
pub fn approved(approval: &Approval, change: &Change, by: &UserId, now: Timestamp) -> Vec<Event> {
    let mut data = facts(approval);
    data["approver_id"] = json!(by);
    if let Some(comment) = &approval.comment {
        data["comment"] = json!(comment);
    }
    let follows = match change {
        Change::NewPerson(user) => {
            let data = json!({ "user_id": user.id, "admin_id": by, "roles": user.roles });
            Some(event("staff_account.created", data, now))
        }
        Change::Person(before, after) if before.roles != after.roles => {
            Some(role_changed(before, after, by, now))
        }
        Change::Person(..) | Change::Nothing(_) => None,
    };
    let approved = event("approval.approved", data, now);
    [approved].into_iter().chain(follows).collect()
}

/// A request was rejected.
pub fn rejected(approval: &Approval, by: &UserId, now: Timestamp) -> Event {
    let mut data = facts(approval);
    data["approver_id"] = json!(by);
    data["reason"] = json!(approval.comment);
    event("approval.rejected", data, now)
}

fn role_changed(before: &User, after: &User, by: &UserId, now: Timestamp) -> Event {
    let words = |user: &User| {
        let roles: Vec<&str> = user.roles.iter().map(Role::as_str).collect();
        roles.join(", ")
    };
    let data = json!({
        "user_id": after.id,
        "role": words(after),
        "former_role": words(before),
        "admin_id": by,
    });
    event("user.role_changed", data, now)
}
