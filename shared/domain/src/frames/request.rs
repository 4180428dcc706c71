//! Frames from a client.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::frames::VERSION;
use crate::ids::{RoomId, UserId};
use crate::problem::{Code, Problem};

/// Longest id of a client's that is echoed, in bytes.
const ID: usize = 64;

/// A frame from a client: what it asks for, under an id of its own if it wants
/// one in the answer, in a version of the contract if it wants to be sure.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub id: Option<String>,
    pub action: Action,
}

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", deny_unknown_fields)]
pub enum Action {
    /// Keeps the connection alive and asks for the server's time.
    #[serde(rename = "ping")]
    Ping {},
    /// Asks for the notifications since a cursor.
    #[serde(rename = "resume")]
    Resume { since: String },
    /// Takes part in a room from now on, and asks for what was missed in it; without
    /// `after_seq` for the newest page.
    #[serde(rename = "room.sync")]
    RoomSync {
        room: RoomId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_seq: Option<u64>,
    },
    /// Takes no more part in a room on this socket.
    #[serde(rename = "room.leave")]
    RoomLeave { room: RoomId },
    /// Writes a message; again under the same `client_msg_id` changes nothing.
    #[serde(rename = "message.send")]
    MessageSend {
        room: RoomId,
        client_msg_id: String,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<u64>,
    },
    /// Gives an own message another text.
    #[serde(rename = "message.edit")]
    MessageEdit {
        room: RoomId,
        seq: u64,
        text: String,
    },
    /// Deletes an own message; its place stays.
    #[serde(rename = "message.delete")]
    MessageDelete { room: RoomId, seq: u64 },
    /// Has read a room up to a place.
    #[serde(rename = "message.read")]
    MessageRead { room: RoomId, seq: u64 },
    /// Is writing, or has stopped.
    #[serde(rename = "typing")]
    Typing { room: RoomId, typing: bool },
    /// Asks who is there.
    #[serde(rename = "presence")]
    Presence { users: Vec<UserId> },
}

impl Action {
    /// The words of all actions.
    pub const ALL: [&'static str; 10] = [
        "ping",
        "resume",
        "room.sync",
        "room.leave",
        "message.send",
        "message.edit",
        "message.delete",
        "message.read",
        "typing",
        "presence",
    ];
}

/// A frame that cannot be answered, with the client's id for it if it had one.
#[derive(Debug, Clone, PartialEq)]
pub struct BadFrame {
    pub id: Option<String>,
    pub problem: Problem,
}

impl Request {
    /// Reads a frame that is JSON.
    pub fn read(mut frame: Value) -> Result<Self, BadFrame> {
        let id = frame.as_object_mut().and_then(|object| object.remove("id"));
        let (id, usable) = match id {
            None | Some(Value::Null) => (None, true),
            Some(Value::String(id)) if id.len() <= ID => (Some(id), true),
            Some(_) => (None, false),
        };
        if !usable {
            let message = format!("An id is a text of at most {ID} bytes.");
            let problem = Problem::invalid("id", "invalid", message);
            return Err(BadFrame { id, problem });
        }
        match action(frame) {
            Ok(action) => Ok(Self { id, action }),
            Err(problem) => Err(BadFrame { id, problem }),
        }
    }
}

fn action(mut frame: Value) -> Result<Action, Problem> {
    let version = frame.as_object_mut().and_then(|object| object.remove("v"));
    if version.is_some_and(|version| version.as_u64() != Some(VERSION)) {
        let detail = format!("This service speaks version {VERSION}.");
        return Err(Problem::new(Code::UnknownVersion).detail(detail));
    }
    let Some(word) = frame.get("action").and_then(Value::as_str) else {
        return Err(Problem::invalid(
            "action",
            "required",
            "A frame names its action, such as `ping`.",
        ));
    };
    if !Action::ALL.contains(&word) {
        let message = format!("Send one of the actions {}.", Action::ALL.join(", "));
        return Err(Problem::new(Code::UnknownAction).field("action", "unknown_value", message));
    }
    // What is wrong is told in serde's words, which name only what was sent.
    serde_json::from_value(frame)
        .map_err(|error| Problem::invalid("", "invalid", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! example {
        ($name:literal) => {
            include_str!(concat!("../../../../events/frames/", $name, ".json"))
        };
    }

    #[test]
    fn examples_of_requests_are_read() {
        let examples = [
            example!("ping"),
            example!("resume"),
            example!("room.sync"),
            example!("room.leave"),
            example!("message.send"),
            example!("message.edit"),
            example!("message.delete"),
            example!("message.read.request"),
            example!("typing.request"),
            example!("presence.request"),
        ];
        for (text, word) in examples.iter().zip(Action::ALL) {
            let mut given: Value = serde_json::from_str(text).unwrap();
            assert_eq!(given["action"], word);
            let request = Request::read(given.clone()).unwrap();
            let object = given.as_object_mut().unwrap();
            let id = object.remove("id");
            assert_eq!(request.id.map(Value::String), id);
            object.remove("v");
            assert_eq!(serde_json::to_value(request.action).unwrap(), given);
        }
    }

    #[test]
    fn what_is_not_known_is_told() {
        let code = |frame: Value| {
            let bad = Request::read(frame).unwrap_err();
            (bad.problem.code, bad.id)
        };
        let id = Some("q".to_owned());
        for (frame, expected) in [
            (
                serde_json::json!({"action": "fly", "id": "q"}),
                Code::UnknownAction,
            ),
            (
                serde_json::json!({"action": "ping", "id": "q", "v": 2}),
                Code::UnknownVersion,
            ),
            (
                serde_json::json!({"action": "ping", "id": "q", "v": "1"}),
                Code::UnknownVersion,
            ),
            (
                serde_json::json!({"action": "ping", "id": "q", "x": 1}),
                Code::Invalid,
            ),
            (
                serde_json::json!({"action": "room.sync", "id": "q", "room": "x"}),
                Code::Invalid,
            ),
            (serde_json::json!({"id": "q"}), Code::Invalid),
        ] {
            assert_eq!(code(frame), (expected, id.clone()));
        }
        let long = serde_json::json!({"action": "ping", "id": "x".repeat(65)});
        assert_eq!(code(long), (Code::Invalid, None));
        assert_eq!(code(serde_json::json!([1])), (Code::Invalid, None));
    }
}
