//! What a folder is narrowed to.

use super::{Entry, Message};
use crate::ids::{MessageId, UserId, ulid_floor};
use crate::time::Timestamp;

/// Which messages of a folder.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MessageFilter {
    /// Only unread, or only read ones.
    pub unread: Option<bool>,
    pub urgent: Option<bool>,
    /// Written by this person.
    pub from: Option<UserId>,
    /// Written at or after.
    pub since: Option<Timestamp>,
    /// Written before.
    pub until: Option<Timestamp>,
    /// Words in subject or text, in lower case; each must be there.
    pub words: Vec<String>,
}

impl MessageFilter {
    /// The words of a search.
    pub fn words_of(text: Option<&str>) -> Vec<String> {
        let words = text.unwrap_or_default().split_whitespace();
        words.map(str::to_lowercase).collect()
    }

    /// Ids of messages lie from the first of these on and below the second.
    pub fn bounds(&self) -> (Option<MessageId>, Option<MessageId>) {
        let floor = |at| MessageId::of(&ulid_floor(at).to_string());
        (self.since.map(floor), self.until.map(floor))
    }

    /// What a place in a folder tells.
    pub fn takes(&self, entry: &Entry) -> bool {
        let is = |wanted: Option<bool>, actual| wanted.is_none_or(|wanted| wanted == actual);
        !entry.gone
            && is(self.unread, !entry.read)
            && is(self.urgent, entry.urgent)
            && self.from.as_ref().is_none_or(|from| *from == entry.from)
    }

    /// What the message itself tells.
    pub fn finds(&self, message: &Message) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let (subject, body) = (message.subject.to_lowercase(), message.body.to_lowercase());
        self.words
            .iter()
            .all(|word| subject.contains(word) || body.contains(word))
    }

    /// Whether more of a folder has to be looked at than is shown.
    pub fn is_plain(&self) -> bool {
        let anywhen = Self {
            since: None,
            until: None,
            ..self.clone()
        };
        anywhen == Self::default()
    }
}
