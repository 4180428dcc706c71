//! Events as other systems publish them: through the bus, the queue or the API,
//! with one contract.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::digest;
use crate::ids::{EventId, TenantId, is_slug};
use crate::tasks::{self, BadTask, Envelope};
use crate::time::Timestamp;

/// The largest event, in bytes, as large as a body of the API.
pub const EVENT_MAX: usize = 256 * 1024;
/// Days for which an event and what became of it are remembered.
pub const KEPT_DAYS: i64 = 30;

/// Something that happened in another system.
#[derive(Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Event {
    /// The publisher's own name for it: the same id notifies once.
    pub event_id: EventId,
    /// Such as `grade.posted`.
    #[garde(custom(is_type))]
    pub r#type: String,
    /// The system that publishes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, min = 1, max = 128)))]
    pub source: Option<String>,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub time: Option<Timestamp>,
    /// What the rules of this type declare.
    #[schema(value_type = Object)]
    pub data: Map<String, Value>,
}

impl std::fmt::Debug for Event {
    // The data are about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event")
            .field("event_id", &self.event_id)
            .field("type", &self.r#type)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that garde asks for"
)]
pub(super) fn is_type(kind: &str, _: &()) -> garde::Result {
    if is_slug(kind) {
        Ok(())
    } else {
        Err(garde::Error::new("must be a word such as `grade.posted`"))
    }
}

impl Event {
    /// The source of what Campanile itself publishes; the bus's rule does not
    /// bring it back.
    pub const OURS: &str = "campanile";

    /// Tells another event under the same id. Source and time are left out:
    /// one event that comes through two doors is the same event.
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        canonical(&Value::Object(self.data.clone()), &mut text);
        digest::fingerprint(&["event", &self.r#type, &text], 26)
    }
}

/// The same text for the same value, in whatever order its members came.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in members {
                out.push_str(&Value::String(name.clone()).to_string());
                canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            items.iter().for_each(|item| canonical(item, out));
            out.push(']');
        }
        // Something has to stand between two numbers.
        scalar => {
            out.push_str(&scalar.to_string());
            out.push(',');
        }
    }
}

/// What stands in a message of the queue `apply-event`.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// An event that the API has taken in.
    Taken(Envelope),
    /// An event from the bus or put on the queue by another system.
    Event(TenantId, Event),
}

/// As EventBridge hands it on. The tenant stands in the detail, because only
/// who has AWS permission to put events there can write it.
#[derive(Deserialize)]
struct BusEvent {
    #[serde(rename = "detail-type")]
    detail_type: String,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    time: Option<Timestamp>,
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detail {
    tenant: TenantId,
    event_id: EventId,
    #[serde(default)]
    time: Option<Timestamp>,
    data: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueEvent {
    tenant: TenantId,
    event_id: EventId,
    r#type: String,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    time: Option<Timestamp>,
    data: Map<String, Value>,
}

/// Reads a message, whichever door it came through. The complaint names fields
/// and never a value, because it is logged.
pub fn read(body: &str) -> Result<Incoming, BadTask> {
    let malformed = |reason: String| BadTask::Malformed(reason);
    if body.len() > EVENT_MAX {
        let message = format!("an event has at most {} KiB", EVENT_MAX / 1024);
        return Err(malformed(message));
    }
    let value: Value =
        serde_json::from_str(body).map_err(|_| malformed("this is not JSON".to_owned()))?;
    if value.get("task").is_some() {
        return tasks::read(body).map(Incoming::Taken);
    }
    let (tenant, event) = if value.get("detail-type").is_some() {
        let bus: BusEvent = typed(value).map_err(malformed)?;
        let event = Event {
            event_id: bus.detail.event_id,
            r#type: bus.detail_type,
            source: bus.source,
            time: bus.detail.time.or(bus.time),
            data: bus.detail.data,
        };
        (bus.detail.tenant, event)
    } else {
        let queue: QueueEvent = typed(value).map_err(malformed)?;
        let event = Event {
            event_id: queue.event_id,
            r#type: queue.r#type,
            source: queue.source,
            time: queue.time,
            data: queue.data,
        };
        (queue.tenant, event)
    };
    if garde::Validate::validate(&event).is_err() {
        return Err(malformed("type or source is not of the right form".into()));
    }
    Ok(Incoming::Event(tenant, event))
}

fn typed<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let text = error.into_inner().to_string();
        let named = text.split('`').nth(1).unwrap_or_default();
        if text.starts_with("missing field") {
            format!("{path}: {named} is missing")
        } else if text.starts_with("unknown field") {
            format!("{path}: there is no such field")
        } else {
            format!("{path}: not of the right form")
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_three_forms_of_an_event_are_one_event() {
        let data = json!({"b": 1, "a": {"y": [1, 2], "x": "1"}});
        let queue = json!({"tenant": "school", "event_id": "e1", "type": "thing.done", "source": "erp", "data": data});
        let bus = json!({"version": "0", "id": "77", "detail-type": "thing.done", "source": "erp.bus", "account": "1",
        "time": "2026-03-01T12:00:00Z", "region": "eu-central-1", "resources": [],
        "detail": {"tenant": "school", "event_id": "e1", "data": {"a": {"x": "1", "y": [1, 2]}, "b": 1}}});
        let of = |value: &Value| match read(&value.to_string()).unwrap() {
            Incoming::Event(tenant, event) => (tenant, event),
            Incoming::Taken(_) => panic!("a task"),
        };
        let ((school, one), (same, other)) = (of(&queue), of(&bus));
        assert_eq!(school, same);
        assert_eq!(one.event_id, other.event_id);
        assert_eq!(one.fingerprint(), other.fingerprint());
        let changed = Event {
            data: Map::new(),
            ..one.clone()
        };
        assert_ne!(one.fingerprint(), changed.fingerprint());
    }

    #[test]
    fn what_is_no_event_is_refused_without_its_values() {
        let good = json!({"tenant": "school", "event_id": "e1", "type": "thing.done", "data": {}});
        let mut texts = vec!["secret".to_owned(), "[]".to_owned(), "{}".to_owned()];
        for (name, value) in [
            ("event_id", json!("secret id")),
            ("type", json!("secret type")),
            ("data", json!("secret")),
            ("tenant", json!({"secret": 1})),
            ("other", json!("secret")),
        ] {
            let mut bad = good.clone();
            bad[name] = value;
            texts.push(bad.to_string());
        }
        texts.push(
            json!({"detail-type": "x", "detail": {"tenant": "school", "data": {}}}).to_string(),
        );
        texts.push(format!("{{\"data\": \"{}\"}}", "x".repeat(EVENT_MAX)));
        for text in texts {
            let Err(BadTask::Malformed(reason)) = read(&text) else {
                panic!("{text}")
            };
            assert!(!reason.is_empty() && !reason.contains("secret"), "{reason}");
        }
        assert!(read(&good.to_string()).is_ok());
    }
}
