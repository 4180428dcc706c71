//! Frames: what goes over a WebSocket, in both directions.

use serde::{Deserialize, Serialize};

use crate::feed::FeedItem;
use crate::notification::Notification;
use crate::problem::ProblemBody;
use crate::time::Timestamp;

/// The longest frame that is read, in bytes.
pub const MAX_BYTES: usize = 8 * 1024;
/// The deepest JSON that is read.
pub const MAX_DEPTH: usize = 16;
/// Items in one answer to `resume`, in bytes: a frame may have 128 KB.
pub const RESUMED_BYTES: usize = 96 * 1024;

/// The version of the frame contract.
pub const VERSION: u32 = 1;

/// A frame from a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", deny_unknown_fields)]
pub enum Request {
    /// Keeps the connection alive and asks for the server's time.
    #[serde(rename = "ping")]
    Ping {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// Asks for the notifications since a cursor.
    #[serde(rename = "resume")]
    Resume {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        since: String,
    },
}

/// A frame to a client.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    #[serde(rename = "pong")]
    Pong {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        at: Timestamp,
    },
    #[serde(rename = "notification.created")]
    NotificationCreated {
        notification: Box<Notification>,
        cursor: String,
        unread_count: u32,
    },
    /// The answer to `resume`. `more` tells to ask again from the new cursor.
    #[serde(rename = "resumed")]
    Resumed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        items: Vec<FeedItem>,
        cursor: String,
        unread_count: u32,
        more: bool,
    },
    /// The credential of this connection has ended; get a new one.
    #[serde(rename = "auth_expired")]
    AuthExpired { at: Timestamp },
    #[serde(rename = "error")]
    Error {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        problem: Box<ProblemBody>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! example {
        ($name:literal) => {
            include_str!(concat!("../../../events/frames/", $name, ".json"))
        };
    }

    #[test]
    fn examples_of_requests_are_read() {
        for text in [example!("ping"), example!("resume")] {
            let frame: Request = serde_json::from_str(text).unwrap();
            let given: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(frame).unwrap(), given);
        }
    }

    #[test]
    fn examples_of_events_are_what_is_written() {
        for text in [
            example!("pong"),
            example!("notification.created"),
            example!("resumed"),
            example!("auth_expired"),
            example!("error"),
        ] {
            let frame: Event = serde_json::from_str(text).unwrap();
            let given: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(frame).unwrap(), given);
        }
    }
}
