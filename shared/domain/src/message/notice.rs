//! How people are told of messages.

use super::{Entry, Message, REFERENCE};
use crate::audience::{Audience, Expression};
use crate::caller::Caller;
use crate::channel::Channel;
use crate::ids::{MessageId, SendId, UserId};
use crate::notification::{Level, Priority, Reference};
use crate::send::{Content, Origin, Send};

/// Preference category.
const CATEGORY: &str = "messages";
const KIND: &str = "message.received";

/// Tells people that a message is in their inbox; nothing if nobody is to be
/// told. It names the sender and the subject: what the message says is for
/// those whom it is addressed to, and staff see what is sent.
pub fn announce(caller: &Caller, message: &Message, people: &[UserId], id: SendId) -> Option<Send> {
    if people.is_empty() {
        return None;
    }
    let audience = Audience {
        include: people
            .iter()
            .map(|id| Expression::User {
                role: None,
                id: id.clone(),
            })
            .collect(),
        except: Vec::new(),
    };
    Some(Send {
        channels: vec![Channel::InApp, Channel::Live, Channel::Email],
        content: Content {
            title: format!("New message from {}", message.from.name),
            body: message.subject.clone(),
            ..Content::default()
        },
        ..send(caller, message, Origin::Notification, audience, id)
    })
}

/// The send that puts a broadcast into inboxes and tells of it.
pub fn broadcast(caller: &Caller, message: &Message, channels: Vec<Channel>) -> Option<Send> {
    let broadcast = message.broadcast.clone()?;
    Some(Send {
        channels,
        content: Content {
            title: message.subject.clone(),
            body: message.body.clone(),
            ..Content::default()
        },
        skip_actor: true,
        ..send(
            caller,
            message,
            Origin::Broadcast,
            broadcast.audience,
            broadcast.send,
        )
    })
}

/// The place in inboxes of what a send carries, if it carries a broadcast. It
/// takes no more than the send, which its deliveries have read already.
pub fn carried(send: &Send) -> Option<Entry> {
    let reference = send.reference.as_ref()?;
    if send.origin != Origin::Broadcast || reference.kind != REFERENCE {
        return None;
    }
    let message: MessageId = reference.id.parse().ok()?;
    Some(Entry {
        thread: Message::opens(&message),
        message,
        from: send.actor.clone(),
        urgent: send.priority == Priority::Urgent,
        read: false,
        read_at: None,
        gone: false,
    })
}

fn send(
    caller: &Caller,
    message: &Message,
    origin: Origin,
    audience: Audience,
    id: SendId,
) -> Send {
    let (level, priority) = if message.urgent {
        (Level::Warning, Priority::Urgent)
    } else {
        (Level::Info, Priority::Medium)
    };
    Send {
        id,
        kind: KIND.to_owned(),
        level,
        priority,
        popup: message.urgent,
        category: CATEGORY.to_owned(),
        reference: Some(Reference {
            kind: REFERENCE.to_owned(),
            id: message.id.to_string(),
        }),
        redirect_url: Some(format!("/messages/{}", message.id)),
        ..Send::new(caller, origin, audience, message.created_at)
    }
}
