//! Privacy operations: exporting what is known of one person, and erasing it.
//! An operation goes through sections, page by page; where it stands is written
//! in the transaction that puts its next task on the outbox, so that a task
//! that comes twice finds its page done.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest;
use crate::ids::{PrivacyId, TenantId, UserId};
use crate::time::{Timestamp, plus_seconds};

/// Days for which the records of an export can be read.
pub const EXPORT_DAYS: i64 = 7;
/// Characters of the reason for an erasure.
pub const MAX_REASON: usize = 500;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Export,
    Erasure,
}

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Queued,
    Running,
    Completed,
    /// A fault of the system ended it; `reason` says which.
    Failed,
}

impl Status {
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    pub id: PrivacyId,
    pub kind: Kind,
    /// Whose data it is about.
    pub user: UserId,
    pub status: Status,
    /// Pages done; a task is for one step and no other.
    pub step: u64,
    /// The section it is in; empty before the first.
    #[serde(default)]
    pub section: String,
    /// Where in the section the next page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Records of an export so far.
    #[serde(default)]
    pub records: u64,
    pub created_by: UserId,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why the person is erased, in the words of who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// One page of a section, worked through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// What an export found, each under a key that is the same however often
    /// the page is repeated.
    pub records: Vec<(String, Value)>,
    /// Where the next page of the section begins, while there is one.
    pub next: Option<String>,
}

impl Operation {
    pub fn new(kind: Kind, user: UserId, by: UserId, now: Timestamp) -> Self {
        Self {
            id: PrivacyId::new(now),
            kind,
            user,
            status: Status::Queued,
            step: 0,
            section: String::new(),
            cursor: None,
            records: 0,
            created_by: by,
            created_at: now,
            finished_at: None,
            reason: None,
            because: None,
        }
    }

    /// Its place in the sections of its kind.
    pub fn place(&self, sections: &[&str]) -> usize {
        let place = sections.iter().position(|name| *name == self.section);
        place.unwrap_or(0)
    }

    /// Sections that are done.
    pub fn done(&self, sections: &[&str]) -> usize {
        match self.status {
            Status::Completed => sections.len(),
            _ => self.place(sections),
        }
    }

    /// The operation after one more page of its section.
    pub fn after(&self, page: &Page, sections: &[&str], now: Timestamp) -> Self {
        let mut after = self.clone();
        after.step += 1;
        after.status = Status::Running;
        after.records += page.records.len() as u64;
        after.cursor.clone_from(&page.next);
        let place = self.place(sections);
        let next = place + usize::from(page.next.is_none());
        match sections.get(next) {
            Some(section) => after.section = (*section).to_owned(),
            None => {
                after.status = Status::Completed;
                after.finished_at = Some(now);
            }
        }
        after
    }

    /// The operation, ended by a fault.
    pub fn failed(&self, reason: &str, now: Timestamp) -> Self {
        Self {
            status: Status::Failed,
            reason: Some(reason.to_owned()),
            finished_at: Some(now),
            ..self.clone()
        }
    }

    /// Until when its records can be read, if it makes any.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let made = self.kind == Kind::Export;
        made.then(|| plus_seconds(self.created_at, EXPORT_DAYS * 86_400))
    }
}

/// What an erased person is called from then on: always the same, and telling
/// nothing but that it is the same person.
pub fn pseudonym(tenant: &TenantId, user: &UserId) -> String {
    let mark = digest::fingerprint(&["erased", tenant.as_str(), user.as_str()], 8);
    format!("Erased person {mark}")
}

/// What stands in place of a text that was erased.
pub const ERASED_TEXT: &str = "(erased)";

#[cfg(test)]
mod tests {
    use super::*;

    fn operation() -> Operation {
        let id = |text: &str| text.parse().unwrap();
        Operation::new(Kind::Export, id("mia"), id("head"), Timestamp::UNIX_EPOCH)
    }

    fn page(records: usize, next: Option<&str>) -> Page {
        let record = |n: usize| (n.to_string(), Value::Null);
        Page {
            records: (0..records).map(record).collect(),
            next: next.map(str::to_owned),
        }
    }

    #[test]
    fn an_operation_goes_through_pages_and_sections_to_its_end() {
        let now = Timestamp::UNIX_EPOCH;
        let sections = ["profile", "messages"];
        let one = operation().after(&page(2, Some("b")), &sections, now);
        assert_eq!((one.step, one.records), (1, 2));
        assert_eq!(
            (one.section.as_str(), one.cursor.as_deref()),
            ("profile", Some("b"))
        );
        let two = one.after(&page(1, None), &sections, now);
        assert_eq!((two.step, two.section.as_str()), (2, "messages"));
        assert_eq!((two.cursor.as_deref(), two.done(&sections)), (None, 1));
        let end = two.after(&page(0, None), &sections, now);
        assert_eq!((end.status, end.records), (Status::Completed, 3));
        assert_eq!(end.done(&sections), 2);
    }

    #[test]
    fn a_pseudonym_is_stable_and_differs_between_tenants() {
        let name = |tenant: &str| pseudonym(&tenant.parse().unwrap(), &"mia".parse().unwrap());
        assert_eq!(name("school"), name("school"));
        assert_ne!(name("school"), name("academy"));
        assert!(!name("school").contains("mia"));
    }
}
