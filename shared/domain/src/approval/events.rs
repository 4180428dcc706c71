//! The events that requests make, for the rules that tell people and for other
//! systems.

use serde_json::{Value, json};

use super::{Approval, Approvers, Ask, Change};
use crate::automation::{Event, role_changed};
use crate::ids::UserId;
use crate::time::Timestamp;

/// Approvers whom an event names.
const NAMED: usize = 100;

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
    Event::of_ours("approval.submitted", data, now)
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
            Some(Event::of_ours("staff_account.created", data, now))
        }
        Change::Person(before, after) => role_changed(before, after, by, now),
        Change::Nothing(_) => None,
    };
    let approved = Event::of_ours("approval.approved", data, now);
    [approved].into_iter().chain(follows).collect()
}

/// A request was rejected.
pub fn rejected(approval: &Approval, by: &UserId, now: Timestamp) -> Event {
    let mut data = facts(approval);
    data["approver_id"] = json!(by);
    data["reason"] = json!(approval.comment);
    Event::of_ours("approval.rejected", data, now)
}
