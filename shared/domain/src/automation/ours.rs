//! Events that Campanile itself makes.

use serde_json::{Map, Value, json};

use super::Event;
use crate::caller::Role;
use crate::directory::User;
use crate::ids::{EventId, UserId};
use crate::time::Timestamp;

impl Event {
    /// An event of this type; `data` is an object.
    pub(crate) fn of_ours(kind: &str, data: Value, now: Timestamp) -> Self {
        let data = match data {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        Self {
            event_id: EventId::of_ours(kind, now),
            r#type: kind.to_owned(),
            source: Some(Self::OURS.to_owned()),
            time: Some(now),
            data,
        }
    }
}

/// Somebody has other roles than before; nothing if they have the same.
pub fn role_changed(before: &User, after: &User, by: &UserId, now: Timestamp) -> Option<Event> {
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
    let changed = before.roles != after.roles;
    changed.then(|| Event::of_ours("user.role_changed", data, now))
}
