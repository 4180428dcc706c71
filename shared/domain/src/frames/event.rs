//! Frames to a client.

use serde::{Deserialize, Serialize};

use crate::chat::{Change, Item, Message, Presence, Receipt, RoomMember};
use crate::feed::FeedItem;
use crate::ids::{RoomId, UserId};
use crate::notification::Notification;
use crate::problem::{Problem, ProblemBody};
use crate::time::Timestamp;

/// A frame to a client. One that answers a request carries its `id`.
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
    /// The answer to `room.sync`. `more` tells to ask again after `through_seq`.
    #[serde(rename = "room.synced")]
    RoomSynced {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        room: RoomId,
        items: Vec<Item>,
        through_seq: u64,
        more: bool,
        participants: Vec<RoomMember>,
        unread: u64,
    },
    /// The answer to `room.leave`, or the end of the right to be there.
    #[serde(rename = "room.left")]
    RoomLeft {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        room: RoomId,
    },
    /// The answer to `message.send`: the message has its place.
    #[serde(rename = "message.sent")]
    MessageSent {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        room: RoomId,
        client_msg_id: String,
        seq: u64,
        at: Timestamp,
    },
    #[serde(rename = "message.created")]
    MessageCreated {
        room: RoomId,
        seq: u64,
        message: Box<Message>,
    },
    /// A message has another text, by the change `seq`.
    #[serde(rename = "message.updated")]
    MessageUpdated {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        room: RoomId,
        seq: u64,
        message: Box<Message>,
    },
    /// A message is gone but for its place, by the change `seq`.
    #[serde(rename = "message.deleted")]
    MessageDeleted {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        room: RoomId,
        seq: u64,
        message: Box<Message>,
    },
    /// Somebody has read up to a place.
    #[serde(rename = "message.read")]
    MessageRead {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        room: RoomId,
        #[serde(flatten)]
        receipt: Receipt,
    },
    #[serde(rename = "typing")]
    Typing {
        room: RoomId,
        user: UserId,
        typing: bool,
    },
    #[serde(rename = "presence")]
    Presence {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        users: Vec<Presence>,
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

impl Event {
    /// The frame that tells of a change in a room, as an answer to a request
    /// where it is one; none for what is hidden.
    pub fn of_item(id: Option<String>, room: &RoomId, item: &Item) -> Option<Self> {
        let (room, seq) = (room.clone(), item.seq);
        let message = Box::new(item.message.clone()?);
        Some(match item.change {
            Change::Hidden => return None,
            Change::Created => Self::MessageCreated { room, seq, message },
            Change::Updated => Self::MessageUpdated {
                id,
                room,
                seq,
                message,
            },
            Change::Deleted => Self::MessageDeleted {
                id,
                room,
                seq,
                message,
            },
        })
    }

    pub fn error(id: Option<String>, problem: &Problem) -> Self {
        Self::Error {
            id,
            problem: Box::new(ProblemBody::of(problem, None, None)),
        }
    }
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
    fn examples_of_events_are_what_is_written() {
        for text in [
            example!("pong"),
            example!("notification.created"),
            example!("resumed"),
            example!("room.synced"),
            example!("room.left"),
            example!("message.sent"),
            example!("message.created"),
            example!("message.updated"),
            example!("message.deleted"),
            example!("message.read"),
            example!("typing"),
            example!("presence"),
            example!("auth_expired"),
            example!("error"),
        ] {
            let frame: Event = serde_json::from_str(text).unwrap();
            let given: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(frame).unwrap(), given);
        }
    }
}
