//! Announcements: what is published to an audience, and where it stands.

use serde::{Deserialize, Serialize};

use crate::audience::{Audience, AudienceInput};
use crate::caller::Caller;
use crate::channel::Channel;
use crate::ids::{AnnouncementId, GroupId, SendId, TemplateId, UserId};
use crate::notification::{Level, Priority, Reference};
use crate::problem::Problem;
use crate::send::{Content, Origin, Send, SendStatus, TemplateVersion};
use crate::time::Timestamp;

/// The preference category of every announcement.
pub const CATEGORY: &str = "announcements";
/// Characters of a body that a feed shows.
pub const EXCERPT: usize = 500;

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AnnouncementType {
    #[default]
    General,
    Urgent,
    Event,
    Holiday,
    Exam,
    Fee,
}

impl AnnouncementType {
    /// The priority of announcements whose author named none.
    pub fn priority(self) -> Priority {
        match self {
            Self::Urgent => Priority::Urgent,
            _ => Priority::Medium,
        }
    }

    fn level(self) -> Level {
        match self {
            Self::Urgent => Level::Warning,
            _ => Level::Info,
        }
    }
}

/// Where an announcement stands, as people see it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AnnouncementStatus {
    Draft,
    /// Published for a time that has not come yet. Never stored: the clock
    /// turns it into `published`.
    Scheduled,
    Published,
    Unpublished,
}

/// Something that is published to an audience.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Announcement {
    pub id: AnnouncementId,
    pub title: String,
    /// Plain text.
    pub body: String,
    #[serde(rename = "type")]
    pub kind: AnnouncementType,
    /// As its author wrote it.
    pub audience: AudienceInput,
    /// The classes of `class_specific`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class_ids: Vec<GroupId>,
    /// What `audience` and `class_ids` come to.
    pub reaches: Audience,
    pub channels: Vec<Channel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_template: Option<TemplateId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms_template: Option<TemplateId>,
    pub priority: Priority,
    /// People with the same address get one e-mail or text together.
    #[serde(default)]
    pub dedupe_by_address: bool,
    /// The day that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_date: Option<jiff::civil::Date>,
    /// When it is to go out once it is published; at once without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_at: Option<Timestamp>,
    pub status: AnnouncementStatus,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_by: Option<UserId>,
    /// From when on it is to be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// The send that carried it out, of the latest publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<SendId>,
    pub version: u64,
}

impl Announcement {
    /// Where it stands at `now`.
    pub fn status(&self, now: Timestamp) -> AnnouncementStatus {
        match (self.status, self.published_at) {
            (AnnouncementStatus::Published, Some(at)) if at > now => AnnouncementStatus::Scheduled,
            (status, _) => status,
        }
    }

    /// Whether people of its audience may see it at `now`.
    pub fn is_out(&self, now: Timestamp) -> bool {
        self.status(now) == AnnouncementStatus::Published
    }

    /// Whether another differs from it in words only.
    fn reaches_as(&self, other: &Self) -> bool {
        self.reaches == other.reaches
            && self.kind == other.kind
            && self.channels == other.channels
            && self.email_template == other.email_template
            && self.sms_template == other.sms_template
            && self.priority == other.priority
            && self.dedupe_by_address == other.dedupe_by_address
            && self.publish_at == other.publish_at
    }

    /// What `edited` makes of this one: a draft may change in everything, what
    /// is out only in its words, what waits for its time in nothing, because
    /// its send is made already.
    pub fn edit(&self, edited: Announcement, now: Timestamp) -> Result<Announcement, Problem> {
        match self.status(now) {
            AnnouncementStatus::Scheduled => Err(Problem::conflict(
                "It is scheduled; unpublish it before you change it.",
            )),
            AnnouncementStatus::Published if !self.reaches_as(&edited) => Err(Problem::conflict(
                "It has gone out; only its words can change. Unpublish it to change whom it reaches and how.",
            )),
            _ => Ok(Announcement {
                id: self.id.clone(),
                status: self.status,
                created_by: self.created_by.clone(),
                created_at: self.created_at,
                updated_at: now,
                published_by: self.published_by.clone(),
                published_at: self.published_at,
                send: self.send.clone(),
                version: self.version + 1,
                ..edited
            }),
        }
    }

    /// Publishes a draft or what was unpublished, at once or at `send_at`.
    /// `None` when it is published already, which is not an error: whoever
    /// publishes twice wants it published.
    pub fn publish(
        &self,
        caller: &Caller,
        templates: &[(Channel, TemplateVersion)],
        send_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<(Announcement, Send)> {
        if self.status == AnnouncementStatus::Published {
            return None;
        }
        let send_at = send_at.or(self.publish_at).filter(|at| *at > now);
        let send = self.send(caller, templates, send_at, now);
        let published = Announcement {
            status: AnnouncementStatus::Published,
            updated_at: now,
            published_by: Some(caller.user.clone()),
            published_at: Some(send_at.unwrap_or(now)),
            send: Some(send.id.clone()),
            version: self.version + 1,
            ..self.clone()
        };
        Some((published, send))
    }

    /// Its send goes out at another time, and so does it.
    pub fn moved(&self, at: Timestamp, now: Timestamp) -> Announcement {
        Announcement {
            publish_at: self.publish_at.map(|_| at),
            published_at: Some(at),
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Takes it back. `None` when there is nothing to take back any more.
    pub fn unpublish(&self, now: Timestamp) -> Result<Option<Announcement>, Problem> {
        match self.status {
            AnnouncementStatus::Unpublished => Ok(None),
            AnnouncementStatus::Draft => Err(Problem::conflict("It was never published.")),
            _ => Ok(Some(Announcement {
                status: AnnouncementStatus::Unpublished,
                updated_at: now,
                version: self.version + 1,
                ..self.clone()
            })),
        }
    }

    /// 409 while people can see it or will.
    pub fn require_deletable(&self) -> Result<(), Problem> {
        if self.status == AnnouncementStatus::Published {
            return Err(Problem::conflict("It is published; unpublish it first."));
        }
        Ok(())
    }

    fn send(
        &self,
        caller: &Caller,
        templates: &[(Channel, TemplateVersion)],
        send_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Send {
        Send {
            id: SendId::new(now),
            origin: Origin::Announcement,
            status: if send_at.is_some() {
                SendStatus::Scheduled
            } else {
                SendStatus::Queued
            },
            audience: self.reaches.clone(),
            channels: self.channels.clone(),
            content: Content {
                title: self.title.clone(),
                body: self.body.clone(),
                templates: templates.iter().cloned().collect(),
                ..Content::default()
            },
            kind: "announcement".to_owned(),
            level: self.kind.level(),
            priority: self.priority,
            category: CATEGORY.to_owned(),
            dedupe_by_address: self.dedupe_by_address,
            reference: Some(Reference {
                kind: "announcement".to_owned(),
                id: self.id.to_string(),
            }),
            redirect_url: Some(format!("/announcements/{}", self.id)),
            actions: Vec::new(),
            popup: false,
            actor: caller.user.clone(),
            skip_actor: true,
            test: caller.is_test(),
            created_at: now,
            send_at,
            planned_at: None,
            notification: None,
            plan: None,
            totals: None,
            completed_at: None,
            reason: None,
            version: 1,
        }
    }
}

/// The beginning of a text, cut at a word and marked when something is left out.
pub fn excerpt(text: &str, characters: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(characters) else {
        return text.to_owned();
    };
    // One character makes room for the mark.
    let cut = text[..end]
        .char_indices()
        .next_back()
        .map_or(0, |(at, _)| at);
    let whole = text[..cut].rfind(char::is_whitespace).unwrap_or(cut);
    let kept = if whole * 2 < cut { cut } else { whole };
    format!("{}…", text[..kept].trim_end())
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_ends_at_a_word_within_its_length() {
        assert_eq!(excerpt("short", 10), "short");
        assert_eq!(excerpt("exactly 10", 10), "exactly 10");
        assert_eq!(excerpt("the school is closed", 15), "the school is…");
        assert_eq!(excerpt(&"ä".repeat(20), 10), format!("{}…", "ä".repeat(9)));
    }
}
