//! Announcements as they are answered.

use domain::announcement::{Announcement, AnnouncementStatus, AnnouncementType};
use domain::audience::AudienceInput;
use domain::ids::{AnnouncementId, GroupId, SendId, TemplateId, UserId};
use domain::notification::Priority;
use domain::{Caller, Channel, Timestamp};
use serde::Serialize;

use crate::access::runs;

/// An announcement. Readers get what it says; whom it reaches and how is for
/// those who run it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AnnouncementBody {
    id: AnnouncementId,
    title: String,
    /// Plain text with line breaks.
    body: String,
    #[serde(rename = "type")]
    kind: AnnouncementType,
    status: AnnouncementStatus,
    priority: Priority,
    /// The day that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    event_date: Option<jiff::civil::Date>,
    created_by: UserId,
    /// From when on it is to be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// Whether the caller has read it, in lists of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<AudienceInput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class_ids: Option<Vec<GroupId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<Vec<Channel>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_template: Option<TemplateId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_template: Option<TemplateId>,
    /// People with the same address get one e-mail or text together.
    #[serde(skip_serializing_if = "Option::is_none")]
    dedupe_by_address: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    publish_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_by: Option<UserId>,
    /// The send that carries it out: watch `/v1/sends/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_id: Option<SendId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
    /// Give it back with an update to write over nothing but this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
}

impl AnnouncementBody {
    /// As the caller may see it.
    pub(crate) fn of(announcement: Announcement, caller: &Caller, now: Timestamp) -> Self {
        if runs(caller, &announcement) {
            Self::whole(announcement, now)
        } else {
            Self::reading(announcement, now, None)
        }
    }

    /// What a reader gets.
    pub(crate) fn reading(announcement: Announcement, now: Timestamp, read: Option<bool>) -> Self {
        Self {
            status: announcement.status(now),
            id: announcement.id,
            title: announcement.title,
            body: announcement.body,
            kind: announcement.kind,
            priority: announcement.priority,
            event_date: announcement.event_date,
            created_by: announcement.created_by,
            published_at: announcement.published_at,
            read,
            audience: None,
            class_ids: None,
            channels: None,
            email_template: None,
            sms_template: None,
            dedupe_by_address: None,
            publish_at: None,
            published_by: None,
            send_id: None,
            created_at: None,
            updated_at: None,
            version: None,
        }
    }

    fn whole(announcement: Announcement, now: Timestamp) -> Self {
        let all = announcement.clone();
        Self {
            audience: Some(all.audience),
            class_ids: Some(all.class_ids).filter(|ids| !ids.is_empty()),
            channels: Some(all.channels),
            email_template: all.email_template,
            sms_template: all.sms_template,
            dedupe_by_address: Some(all.dedupe_by_address),
            publish_at: all.publish_at,
            published_by: all.published_by,
            send_id: all.send,
            created_at: Some(all.created_at),
            updated_at: Some(all.updated_at),
            version: Some(all.version),
            ..Self::reading(announcement, now, None)
        }
    }
}
