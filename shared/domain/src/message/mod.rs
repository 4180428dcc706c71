//! Mail-like messages: written once, listed in the folders of whoever takes
//! part.

mod notice;
mod search;

pub use notice::{announce, broadcast, carried};
pub use search::MessageFilter;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::audience::Audience;
use crate::caller::Caller;
use crate::digest;
use crate::directory::User;
use crate::ids::{MessageId, SendId, ThreadId, UserId};
use crate::problem::{Code, Problem};
use crate::time::Timestamp;
use crate::{people, text};

/// People that one message may be addressed to; more are an audience.
pub const MAX_RECIPIENTS: usize = 20;
/// Characters of a subject.
pub const MAX_SUBJECT: usize = 200;
/// Bytes of a text.
pub const MAX_BODY: usize = 16_384;
/// Characters of the beginning of a text, as lists show it.
const PREVIEW: usize = 200;
/// Unread counts end here; clients show `99+`.
pub const UNREAD_CAP: u32 = 100;
/// What a send's reference calls a message.
pub const REFERENCE: &str = "message";

/// Somebody who takes part, by the name they had when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Correspondent {
    pub id: UserId,
    pub name: String,
}

impl Correspondent {
    pub fn of(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            name: user.name.clone(),
        }
    }
}

/// A message as it is stored, once, whoever has it in a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub thread: ThreadId,
    pub from: Correspondent,
    /// Whom it is addressed to; nobody by name in a broadcast.
    #[serde(default)]
    pub to: Vec<Correspondent>,
    pub subject: String,
    pub body: String,
    #[serde(default)]
    pub urgent: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<Broadcast>,
    pub created_at: Timestamp,
}

/// To whom a broadcast goes, and the send that carries it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Broadcast {
    pub audience: Audience,
    pub send: SendId,
}

/// A message's place in one person's folder. What it says stands elsewhere, so
/// that a broadcast is stored once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub message: MessageId,
    pub thread: ThreadId,
    pub from: UserId,
    #[serde(default)]
    pub urgent: bool,
    #[serde(default)]
    pub read: bool,
    /// When it was read for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// Deleted by the person; the place stays taken, so that a delivery that is
    /// repeated does not bring the message back.
    #[serde(default)]
    pub gone: bool,
}

/// A person's folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    #[default]
    Inbox,
    Sent,
}

impl Message {
    /// The thread that a message opens.
    pub fn opens(id: &MessageId) -> ThreadId {
        ThreadId::of(id.bare())
    }

    /// The message's place in a folder, unread.
    pub fn entry(&self) -> Entry {
        Entry {
            message: self.id.clone(),
            thread: self.thread.clone(),
            from: self.from.id.clone(),
            urgent: self.urgent,
            read: false,
            read_at: None,
            gone: false,
        }
    }

    /// The beginning of the text.
    pub fn preview(&self) -> String {
        preview(&self.body)
    }

    /// Whom an answer of `user` goes to: the sender, and on demand everybody
    /// else it was addressed to. An answer to one's own goes to whom that went.
    pub fn answered_by(&self, user: &UserId, all: bool) -> Result<Vec<UserId>, Problem> {
        let own = self.from.id == *user;
        if own && self.broadcast.is_some() {
            let detail = "Nobody answers their own broadcast; send another one.";
            return Err(Problem::conflict(detail));
        }
        let others = self.to.iter().filter(|_| own || all);
        let mut people: Vec<UserId> = Vec::new();
        for one in std::iter::once(&self.from).chain(others) {
            if one.id != *user && !people.contains(&one.id) {
                people.push(one.id.clone());
            }
        }
        Ok(people)
    }

    /// The thread that an answer of `user` belongs to. An answer to a broadcast
    /// is between two people: the others do not see it.
    pub fn thread_answered_by(&self, user: &UserId) -> ThreadId {
        if self.broadcast.is_none() {
            return self.thread.clone();
        }
        let parts = ["thread", self.id.as_str(), user.as_str()];
        ThreadId::of(&digest::fingerprint(&parts, 26))
    }

    /// The subject of an answer.
    pub fn subject_answered(&self) -> String {
        let again = self
            .subject
            .get(..3)
            .is_some_and(|head| head.eq_ignore_ascii_case("re:"));
        if again {
            return self.subject.clone();
        }
        format!("Re: {}", self.subject)
            .chars()
            .take(MAX_SUBJECT)
            .collect()
    }
}

/// The beginning of a text, as lists show it.
pub fn preview(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= PREVIEW {
        return words;
    }
    let mut short: String = words.chars().take(PREVIEW - 1).collect();
    short.push('…');
    short
}

/// A subject: one line that is not empty.
pub fn subject(text: &str) -> Result<String, Problem> {
    let wrong = |complaint: people::Complaint| {
        Problem::new(Code::Invalid).errors(vec![complaint.at("subject")])
    };
    let subject = people::line(text, MAX_SUBJECT).map_err(wrong)?;
    if subject.is_empty() {
        return Err(Problem::invalid(
            "subject",
            "required",
            "A subject is required.",
        ));
    }
    Ok(subject)
}

/// What a message says.
pub fn body(text: &str) -> Result<String, Problem> {
    text::check("body", text, MAX_BODY)
}

/// 422 unless the list of recipients has a length that one message takes.
pub fn recipients(given: &[String]) -> Result<(), Problem> {
    match given.len() {
        0 => Err(Problem::invalid(
            "to",
            "required",
            "Name at least one person.",
        )),
        1..=MAX_RECIPIENTS => Ok(()),
        _ => {
            let message = format!("At most {MAX_RECIPIENTS} people; more are a broadcast.");
            Err(Problem::invalid("to", "too_many", message))
        }
    }
}

/// Whether a caller writes to whom they like, whatever the tenant's rules: the
/// credentials of services and administrators, who are not always people of
/// the directory.
pub fn is_above_rules(caller: &Caller) -> bool {
    caller.is_staff()
}

/// People in the order they were named, each once.
pub fn once(people: Vec<User>) -> Vec<User> {
    let mut seen = BTreeSet::new();
    people
        .into_iter()
        .filter(|person| seen.insert(person.id.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(id: &str) -> Correspondent {
        Correspondent {
            id: id.parse().unwrap(),
            name: id.to_owned(),
        }
    }

    fn message(from: &str, to: &[&str]) -> Message {
        Message {
            id: MessageId::of("1"),
            thread: ThreadId::of("1"),
            from: who(from),
            to: to.iter().map(|id| who(id)).collect(),
            subject: "Trip".to_owned(),
            body: "b".to_owned(),
            urgent: false,
            in_reply_to: None,
            broadcast: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn answer(message: &Message, by: &str, all: bool) -> Vec<String> {
        let people = message.answered_by(&by.parse().unwrap(), all).unwrap();
        people.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_answer_goes_to_the_sender_and_on_demand_to_the_others() {
        let trip = message("ann", &["bob", "cy"]);
        assert_eq!(answer(&trip, "bob", false), ["ann"]);
        assert_eq!(answer(&trip, "bob", true), ["ann", "cy"]);
        assert_eq!(answer(&trip, "ann", false), ["bob", "cy"]);
    }

    #[test]
    fn answers_to_a_broadcast_are_between_two() {
        let mut news = message("head", &[]);
        news.broadcast = Some(Broadcast {
            audience: Audience::default(),
            send: SendId::of("1"),
        });
        let of = |id: &str| news.thread_answered_by(&id.parse().unwrap());
        assert_ne!(of("ann"), of("bob"));
        assert_eq!(of("ann"), of("ann"));
        assert_eq!(answer(&news, "ann", true), ["head"]);
        assert!(news.answered_by(&"head".parse().unwrap(), false).is_err());
    }

    #[test]
    fn a_subject_is_answered_once() {
        let mut trip = message("ann", &["bob"]);
        assert_eq!(trip.subject_answered(), "Re: Trip");
        trip.subject = trip.subject_answered();
        assert_eq!(trip.subject_answered(), "Re: Trip");
        trip.subject = "é".repeat(200);
        assert_eq!(trip.subject_answered().chars().count(), 200);
    }

    #[test]
    fn previews_are_short_and_on_one_line() {
        assert_eq!(preview("a\n\n b\tc"), "a b c");
        assert_eq!(preview(&"x".repeat(500)).chars().count(), 200);
    }
}
