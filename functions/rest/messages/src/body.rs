//! Messages as they are answered.

use domain::Timestamp;
use domain::audience::{Audience, AudienceDifference, AudienceInput};
use domain::ids::{MessageId, SendId, ThreadId};
use domain::message::{Correspondent, Folder};
use serde::Serialize;
use store::messages::Mail;

/// A message as the caller has it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MessageBody {
    id: MessageId,
    thread: ThreadId,
    folder: Folder,
    from: Correspondent,
    /// Whom it is addressed to; nobody by name in a broadcast.
    to: Vec<Correspondent>,
    subject: String,
    /// The beginning of the text, in lists of a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<String>,
    /// Plain text with line breaks, except in lists of a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    urgent: bool,
    broadcast: bool,
    /// To whom a broadcast went, for its sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<AudienceInput>,
    /// The send that carries a broadcast, for its sender: watch `/v1/sends/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    send: Option<SendId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<MessageId>,
    /// Whether the caller has read it; not of what they sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<bool>,
    /// When the caller read it for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl MessageBody {
    /// With all that it says.
    pub(crate) fn whole(mail: Mail) -> Self {
        let body = mail.message.body.clone();
        Self {
            body: Some(body),
            ..Self::of(mail)
        }
    }

    /// With the beginning of what it says.
    pub(crate) fn listed(mail: Mail) -> Self {
        let preview = mail.message.preview();
        Self {
            preview: Some(preview),
            ..Self::of(mail)
        }
    }

    fn of(mail: Mail) -> Self {
        let Mail {
            message,
            folder,
            entry,
        } = mail;
        let received = folder == Folder::Inbox;
        let broadcast = message.broadcast.is_some();
        let carried = message.broadcast.filter(|_| !received);
        Self {
            id: message.id,
            thread: message.thread,
            folder,
            from: message.from,
            to: message.to,
            subject: message.subject,
            preview: None,
            body: None,
            urgent: message.urgent,
            broadcast,
            send: carried.as_ref().map(|carried| carried.send.clone()),
            audience: carried.map(|carried| written(&carried.audience)),
            in_reply_to: message.in_reply_to,
            read: received.then_some(entry.read),
            read_at: entry.read_at,
            created_at: message.created_at,
        }
    }
}

/// An audience as callers write it.
fn written(audience: &Audience) -> AudienceInput {
    let texts =
        |list: &[domain::audience::Expression]| list.iter().map(ToString::to_string).collect();
    if audience.except.is_empty() {
        return AudienceInput::Many(texts(&audience.include));
    }
    AudienceInput::Difference(AudienceDifference {
        include: texts(&audience.include),
        except: texts(&audience.except),
    })
}
