//! Messages of a room, as they are stored and as they are shown.

use serde::{Deserialize, Serialize};

use crate::digest;
use crate::ids::{RoomId, UserId, is_slug};
use crate::problem::{Code, Problem};
use crate::text;
use crate::time::{Timestamp, plus_seconds};

/// Longest text in bytes of UTF-8.
pub const MAX_TEXT: usize = 4_096;
/// Days for which a `client_msg_id` is remembered.
pub const REMEMBERED_DAYS: i64 = 30;

/// What stands under a `seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Message,
    /// An edit of the message under that `seq`.
    Edit(u64),
    /// A deletion of the message under that `seq`.
    Deletion(u64),
}

/// One change in a room. An edit or a deletion has no text of its own: it has
/// changed its message in the same moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: u64,
    pub kind: EntryKind,
    /// Messages of the room up to here, those that were hidden left out.
    pub n: u64,
    pub author: UserId,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<String>,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Who had blocked the author, and is not shown this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_from: Option<UserId>,
    /// What the author alone sees of a message that they changed while the
    /// other one had blocked them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
}

/// A text in the eyes of its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    pub text: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// A message of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Message {
    pub room: RoomId,
    /// Its place in the room.
    pub seq: u64,
    pub author: UserId,
    /// Empty once it is deleted.
    pub text: String,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<u64>,
    /// What its author's client called it; for the author only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<String>,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// What a change did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Created,
    Updated,
    Deleted,
    /// Not shown to this reader; its place is taken all the same.
    Hidden,
}

/// One place in the sequence of a room, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Item {
    /// The place of the change; the message has its own.
    pub seq: u64,
    pub change: Change,
    /// The message as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// What somebody writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    pub client_msg_id: String,
    pub text: String,
    pub reply_to: Option<u64>,
}

impl NewMessage {
    /// 422 unless it can stand in a room.
    pub fn checked(
        client_msg_id: String,
        text: &str,
        reply_to: Option<u64>,
    ) -> Result<Self, Problem> {
        if !is_slug(&client_msg_id) {
            return Err(Problem::invalid(
                "client_msg_id",
                "invalid",
                "Name the message by 1 to 64 letters, digits, `_`, `-` or `.`, anew for each.",
            ));
        }
        Ok(Self {
            client_msg_id,
            text: checked_text(text)?,
            reply_to,
        })
    }

    /// Tells whether two messages under one `client_msg_id` are the same.
    pub fn fingerprint(&self) -> String {
        let reply_to = self.reply_to.map(|seq| seq.to_string()).unwrap_or_default();
        digest::fingerprint(&[&self.text, &reply_to], 26)
    }
}

/// 422 unless a text can stand in a room.
pub fn checked_text(text: &str) -> Result<String, Problem> {
    text::check("text", text, MAX_TEXT)
}

impl Entry {
    /// The message under this `seq` as somebody sees it, if it is one that they
    /// are shown.
    pub fn message_for(&self, room: &RoomId, reader: &UserId) -> Option<Message> {
        if self.kind != EntryKind::Message || self.hidden_from.as_ref() == Some(reader) {
            return None;
        }
        let own = reader == &self.author;
        let shadow = self.shadow.as_ref().filter(|_| own);
        let (text, edited_at, deleted) = match shadow {
            Some(shadow) => (&shadow.text, Some(shadow.at), shadow.deleted),
            None => (&self.text, self.edited_at, self.deleted),
        };
        Some(Message {
            room: room.clone(),
            seq: self.seq,
            author: self.author.clone(),
            text: text.clone(),
            reply_to: self.reply_to,
            client_msg_id: self.client_msg_id.clone().filter(|_| own),
            created_at: self.created_at,
            edited_at: edited_at.filter(|_| !deleted),
            deleted,
        })
    }

    /// The message that this is, or that it changed.
    pub fn target(&self) -> u64 {
        match self.kind {
            EntryKind::Message => self.seq,
            EntryKind::Edit(target) | EntryKind::Deletion(target) => target,
        }
    }

    /// This change as somebody sees it; `target` is the entry of its message.
    pub fn item_for(&self, room: &RoomId, target: &Entry, reader: &UserId) -> Item {
        let shown = self.hidden_from.as_ref() != Some(reader);
        let message = target.message_for(room, reader).filter(|_| shown);
        let change = match (&message, self.kind) {
            (None, _) => Change::Hidden,
            (Some(message), _) if message.deleted => Change::Deleted,
            (Some(_), EntryKind::Message) => Change::Created,
            (Some(_), EntryKind::Edit(_) | EntryKind::Deletion(_)) => Change::Updated,
        };
        Item {
            seq: self.seq,
            change,
            message,
        }
    }

    /// 403 or 410 unless `user` may still change their own message.
    pub fn require_own(&self, user: &UserId, minutes: u32, now: Timestamp) -> Result<(), Problem> {
        if &self.author != user {
            return Err(Problem::forbidden("Only its author changes a message."));
        }
        let end = plus_seconds(self.created_at, i64::from(minutes) * 60);
        if now >= end {
            let detail =
                format!("Authors change a message within {minutes} minutes; this one is older.");
            return Err(Problem::new(Code::NotAllowed).detail(detail));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: EntryKind) -> Entry {
        Entry {
            seq: 5,
            kind,
            n: 5,
            author: "ann".parse().unwrap(),
            text: "hello".to_owned(),
            reply_to: None,
            client_msg_id: Some("a-1".to_owned()),
            created_at: Timestamp::UNIX_EPOCH,
            edited_at: None,
            deleted: false,
            hidden_from: None,
            shadow: None,
        }
    }

    fn people() -> (UserId, UserId, RoomId) {
        (
            "ann".parse().unwrap(),
            "ben".parse().unwrap(),
            RoomId::of("r"),
        )
    }

    #[test]
    fn only_its_author_sees_what_is_hidden() {
        let (ann, ben, room) = people();
        let mut hidden = entry(EntryKind::Message);
        hidden.hidden_from = Some(ben.clone());
        let own = hidden.item_for(&room, &hidden, &ann);
        assert_eq!(own.change, Change::Created);
        assert_eq!(
            own.message.and_then(|own| own.client_msg_id).as_deref(),
            Some("a-1")
        );
        let other = hidden.item_for(&room, &hidden, &ben);
        let json = serde_json::to_value(&other).unwrap();
        assert_eq!(json, serde_json::json!({"seq": 5, "change": "hidden"}));
    }

    #[test]
    fn a_hidden_edit_changes_what_its_author_sees() {
        let (ann, ben, room) = people();
        let mut target = entry(EntryKind::Message);
        target.shadow = Some(Shadow {
            text: "changed".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            deleted: false,
        });
        let text = |reader: &UserId| target.message_for(&room, reader).map(|m| m.text);
        assert_eq!(text(&ann).as_deref(), Some("changed"));
        assert_eq!(text(&ben).as_deref(), Some("hello"));
        let mut edit = entry(EntryKind::Edit(5));
        edit.hidden_from = Some(ben.clone());
        assert_eq!(edit.item_for(&room, &target, &ann).change, Change::Updated);
        assert_eq!(edit.item_for(&room, &target, &ben).change, Change::Hidden);
    }

    #[test]
    fn a_deleted_message_is_deleted_wherever_it_is_met() {
        let (ann, ben, room) = people();
        let mut target = entry(EntryKind::Message);
        target.deleted = true;
        target.text.clear();
        for (kind, reader) in [
            (EntryKind::Message, &ann),
            (EntryKind::Edit(5), &ben),
            (EntryKind::Deletion(5), &ben),
        ] {
            let item = entry(kind).item_for(&room, &target, reader);
            assert_eq!(item.change, Change::Deleted);
            assert_eq!(
                item.message.map(|message| message.text),
                Some(String::new())
            );
        }
    }

    #[test]
    fn authors_change_their_own_for_a_while() {
        let (ann, ben, _) = people();
        let message = entry(EntryKind::Message);
        let at = |second| Timestamp::from_second(second).unwrap();
        let code = |user: &UserId, minutes, second| {
            let allowed = message.require_own(user, minutes, at(second));
            allowed.map_err(|problem| problem.code)
        };
        assert_eq!(code(&ann, 15, 899), Ok(()));
        assert_eq!(code(&ann, 15, 900), Err(Code::NotAllowed));
        assert_eq!(code(&ann, 0, 0), Err(Code::NotAllowed));
        assert_eq!(code(&ben, 15, 1), Err(Code::Forbidden));
    }

    #[test]
    fn messages_under_one_id_are_told_apart_by_what_they_say() {
        let new = |text: &str, reply_to| {
            NewMessage::checked("a-1".to_owned(), text, reply_to)
                .unwrap()
                .fingerprint()
        };
        assert_eq!(new(" hi ", None), new("hi", None));
        assert_ne!(new("hi", None), new("hi", Some(1)));
        assert!(NewMessage::checked(String::new(), "hi", None).is_err());
        assert!(NewMessage::checked("a b".to_owned(), "hi", None).is_err());
        assert!(NewMessage::checked("a".to_owned(), &"é".repeat(2_049), None).is_err());
    }
}
