//! A send: one act of reaching an audience on some channels. Everything that
//! reaches anybody is one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::audience::Audience;
use crate::caller::Caller;
use crate::channel::Channel;
use crate::digest;
use crate::ids::{DeliveryId, NotificationId, SendId, TemplateId, UserId};
use crate::notification::{Action, Level, Priority, Reference};
use crate::preference::Matter;
use crate::time::Timestamp;

mod ledger;

pub use ledger::{LedgerRow, LedgerState, is_complete};

/// Where a send stands. It only ever moves down this list.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SendStatus {
    /// Waits for its `send_at`.
    Scheduled,
    /// Accepted; its audience is not resolved yet.
    Queued,
    /// Its audience is being resolved, the first parts already go out.
    Sending,
    /// Resolved, and every delivery has ended.
    Completed,
    /// Stopped by somebody; what had left had left.
    Cancelled,
    /// Its audience could not be resolved to the end. What was cut off before
    /// goes out, and a task that is given back goes on with the rest.
    Failed,
}

impl SendStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            SendStatus::Scheduled => "scheduled",
            SendStatus::Queued => "queued",
            SendStatus::Sending => "sending",
            SendStatus::Completed => "completed",
            SendStatus::Cancelled => "cancelled",
            SendStatus::Failed => "failed",
        }
    }

    /// Whether it never changes again; one that failed may be taken up again.
    pub fn is_final(self) -> bool {
        matches!(self, SendStatus::Completed | SendStatus::Cancelled)
    }
}

/// What a send says. Templates are named by version, so that a later edit of a
/// template does not change what is on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Content {
    /// Shown in the feed, used as the e-mail's subject where no template is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Template and version for a channel; a channel without one uses title and body.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<Channel, TemplateVersion>,
    /// Values for the templates' variables, over those of the person.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
}

#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
pub struct TemplateVersion {
    pub id: TemplateId,
    pub version: u32,
}

/// What caused a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Template,
    Announcement,
    Notification,
    Automation,
    Broadcast,
}

/// One act of reaching an audience.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Send {
    pub id: SendId,
    pub origin: Origin,
    pub status: SendStatus,
    pub audience: Audience,
    pub channels: Vec<Channel>,
    pub content: Content,
    /// The open word of `notification.type`.
    pub kind: String,
    pub level: Level,
    pub priority: Priority,
    /// Preference category, such as `announcements`.
    pub category: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// Shown in front of everything else until it is dealt with.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub popup: bool,
    /// Who caused it; the actor is not reached by an announcement of their own.
    pub actor: UserId,
    #[serde(default)]
    pub skip_actor: bool,
    /// People with the same address on a channel get one message together.
    #[serde(default)]
    pub dedupe_by_address: bool,
    /// A test key was used: everything happens but leaving.
    #[serde(default)]
    pub test: bool,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at: Option<Timestamp>,
    /// When planning began; feed items carry this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_at: Option<Timestamp>,
    /// The feed id that every item of this send has, set with `planned_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification: Option<NotificationId>,
    /// Set when the whole audience has been cut into chunks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanTotals>,
    /// Final figures, kept once the send has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Progress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// A stable word for why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub version: u64,
}

/// How many chunks and people the planner cut for each channel. The send is
/// complete when the ledger holds as many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanTotals {
    /// People in the audience.
    pub people: u64,
    pub chunks: BTreeMap<Channel, u64>,
    pub recipients: BTreeMap<Channel, u64>,
    /// Recipients that the planner could not resolve, each with a reason.
    #[serde(default)]
    pub unresolved: u64,
}

impl PlanTotals {
    /// Adds what one page planned.
    pub fn add(&mut self, channel: Channel, chunks: u64, recipients: u64) {
        *self.chunks.entry(channel).or_default() += chunks;
        *self.recipients.entry(channel).or_default() += recipients;
    }
}

/// How one delivery ended or where it stands; the order is the rank that a
/// status never moves back across.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    Pending,
    /// Not attempted, with a reason: suppressed, opted out, unreachable, cancelled.
    Skipped,
    Failed,
    /// Nobody can say whether it left; listed for the operator.
    Unknown,
    /// The provider accepted it.
    Sent,
    Delivered,
    Bounced,
    Complained,
}

impl DeliveryStatus {
    pub const ALL: [DeliveryStatus; 8] = [
        Self::Pending,
        Self::Skipped,
        Self::Failed,
        Self::Unknown,
        Self::Sent,
        Self::Delivered,
        Self::Bounced,
        Self::Complained,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
        }
    }

    /// Rank for conditional updates.
    pub fn rank(self) -> u8 {
        self as u8
    }

    /// Whether it counts as a failure in the statistics.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Bounced)
    }

    /// Whether it counts as sent in the statistics: the provider took it and
    /// it did not come back.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Complained)
    }
}

/// Deliveries by channel and status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Progress {
    pub by_channel: BTreeMap<Channel, BTreeMap<DeliveryStatus, u64>>,
}

impl Progress {
    pub fn add(&mut self, channel: Channel, status: DeliveryStatus, count: u64) {
        if count > 0 {
            *self
                .by_channel
                .entry(channel)
                .or_default()
                .entry(status)
                .or_default() += count;
        }
    }

    pub fn total(&self, channel: Channel) -> u64 {
        self.by_channel
            .get(&channel)
            .map_or(0, |counts| counts.values().sum())
    }
}

impl Send {
    /// A send that begins now and says nothing yet; whoever makes one fills in
    /// the rest.
    pub fn new(caller: &Caller, origin: Origin, audience: Audience, now: Timestamp) -> Self {
        Self {
            id: SendId::new(now),
            origin,
            status: SendStatus::Queued,
            audience,
            channels: Vec::new(),
            content: Content::default(),
            kind: String::new(),
            level: Level::default(),
            priority: Priority::default(),
            category: "general".to_owned(),
            reference: None,
            redirect_url: None,
            actions: Vec::new(),
            popup: false,
            actor: caller.user.clone(),
            skip_actor: false,
            dedupe_by_address: false,
            test: caller.is_test(),
            created_at: now,
            send_at: None,
            planned_at: None,
            notification: None,
            plan: None,
            totals: None,
            completed_at: None,
            reason: None,
            version: 1,
        }
    }

    /// The same send at a later time, or at once.
    pub fn at(mut self, send_at: Option<Timestamp>) -> Self {
        self.status = if send_at.is_some() {
            SendStatus::Scheduled
        } else {
            SendStatus::Queued
        };
        self.send_at = send_at;
        self
    }

    /// The id of the delivery to one person on one channel: always the same.
    pub fn delivery_id(&self, channel: Channel, recipient: &str) -> DeliveryId {
        delivery_id(&self.id, channel, recipient)
    }

    /// What preferences decide about on a channel.
    pub fn matter(&self, channel: Channel) -> Matter<'_> {
        Matter {
            category: &self.category,
            channel,
            priority: self.priority,
        }
    }

    /// Whether the send goes out on a channel.
    pub fn uses(&self, channel: Channel) -> bool {
        self.channels.contains(&channel)
    }
}

pub fn delivery_id(send: &SendId, channel: Channel, recipient: &str) -> DeliveryId {
    let mark = digest::fingerprint(&[send.as_str(), channel.as_str(), recipient], 16);
    DeliveryId::of(&format!("{}{mark}", send.bare()))
}

/// The send that a delivery belongs to, read from its id.
pub fn send_of(delivery: &DeliveryId) -> Option<SendId> {
    delivery.bare().get(..26).map(SendId::of)
}

/// A chunk's id: the same page cut again gives the same chunks, and a page from
/// which somebody has left meanwhile gives others, so that nobody is lost.
pub fn chunk_id(send: &SendId, channel: Channel, recipients: &[String]) -> String {
    let mut parts = vec![send.as_str(), channel.as_str()];
    parts.extend(recipients.iter().map(String::as_str));
    digest::fingerprint(&parts, 26)
}
