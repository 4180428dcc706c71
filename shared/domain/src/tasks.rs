//! Queue messages: tagged, versioned, and made of ids only.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::chat::Receipt;
use crate::ids::{EventId, ImportId, NotificationId, PrivacyId, RoomId, SendId, TenantId, UserId};
use crate::lane::Lane;
use crate::send::PlanTotals;

/// People in one in-app chunk: with the chunk's ledger row they fill 20 batch
/// writes to the last place.
pub const IN_APP_CHUNK: usize = 499;
/// People in one e-mail chunk: what one `SendBulkEmail` takes.
pub const EMAIL_CHUNK: usize = 50;
/// Texts in one chunk; each is a call of its own.
pub const SMS_CHUNK: usize = 25;

/// The version of the task format that this build writes.
pub const VERSION: u32 = 1;

/// Whoever puts tasks on their queues.
pub trait Enqueue {
    type Error: std::fmt::Display;

    /// Takes one task; done once its queue has it.
    fn enqueue(
        &self,
        task: &Envelope,
    ) -> impl Future<Output = Result<(), Self::Error>> + std::marker::Send;
}

/// A task with its envelope: which version, which tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    pub v: u32,
    pub tenant: TenantId,
    #[serde(default, skip_serializing_if = "Lane::is_normal")]
    pub lane: Lane,
    #[serde(flatten)]
    pub task: Task,
}

impl Envelope {
    pub fn new(tenant: TenantId, task: Task) -> Self {
        Self {
            v: VERSION,
            tenant,
            lane: Lane::Normal,
            task,
        }
    }

    pub fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }

    /// The message group that it is of: its tenant's, in its lane.
    pub fn group(&self) -> String {
        format!("{}{}", self.tenant, self.lane.ending())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Resolve one page of a send's audience, cut it into chunks, go on.
    PlanSend {
        send: SendId,
        #[serde(default)]
        cursor: PlanCursor,
    },
    /// Write feed items and push to open sockets.
    DeliverInApp(Chunk),
    DeliverEmail(Chunk),
    DeliverSms(Chunk),
    /// Take a send's item out of everybody's feed, one page of people at a time.
    RetractNotification {
        send: SendId,
        notification: NotificationId,
        #[serde(default)]
        cursor: RetractCursor,
    },
    /// Apply the automations to an event that was taken in.
    ApplyEvent {
        event: EventId,
        /// It came with a test key.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        test: bool,
    },
    /// Put an event of our own on the bus, for other systems.
    PublishEvent {
        event: EventId,
    },
    /// Push what changed in a room, and notify who is not there.
    DeliverLive {
        room: RoomId,
        change: RoomChange,
    },
    /// Check or apply a directory import, `part` being the number of a chunk.
    ImportDirectory {
        import: ImportId,
        stage: ImportStage,
        part: u32,
    },
    /// Work through one page of a privacy operation; where it stands is written
    /// in the operation.
    CarryOutPrivacy {
        operation: PrivacyId,
        step: u64,
    },
}

/// What changed in a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomChange {
    /// A message, an edit or a deletion, by its `seq`.
    Entry(u64),
    Read(Receipt),
}

/// Part of a send's audience on one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    pub send: SendId,
    pub chunk: String,
    pub channel: Channel,
    /// User ids, or for bare addresses the position in the send's audience
    /// (`#3`), because a queue carries no address.
    pub recipients: Vec<String>,
}

/// Where the planner is: which expression, which shard, after whom; and what
/// the pages before it have planned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanCursor {
    pub expression: usize,
    pub shard: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<UserId>,
    #[serde(default)]
    pub totals: PlanTotals,
}

/// Where a retraction is: which audience shard, after whom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RetractCursor {
    pub shard: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<UserId>,
    /// The second walk, for items that were being written during the first.
    #[serde(default)]
    pub again: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportStage {
    /// Read rows, each on its own and against those before it.
    Check,
    /// Find the people whom rows name as their children.
    Link,
    /// Write people and memberships.
    Apply,
    /// Write guardianships, once all people exist.
    Relate,
}

/// Why a message can never be worked on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTask {
    #[error("malformed: {0}")]
    Malformed(String),
    /// From a newer release: returned to its queue, not dropped.
    #[error("version {0} is newer than this release")]
    Newer(u32),
}

/// Reads a task, telling a malformed one from one of a newer release.
pub fn read(body: &str) -> Result<Envelope, BadTask> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let malformed = |error: serde_json::Error| BadTask::Malformed(error.to_string());
    match serde_json::from_str::<Version>(body).map_err(malformed)?.v {
        VERSION => serde_json::from_str(body).map_err(malformed),
        newer if newer > VERSION => Err(BadTask::Newer(newer)),
        older => Err(BadTask::Malformed(format!(
            "version {older} is no longer known"
        ))),
    }
}

/// Sets records aside with a reason: the function's own dead-letter queue.
pub trait DeadLetters: Send + Sync + 'static {
    fn set_aside(
        &self,
        body: &str,
        reason: &str,
    ) -> impl Future<Output = Result<(), String>> + Send;

    /// Takes one message off the queue that it came from, given by its ARN,
    /// before the rest of its batch has ended.
    fn acknowledge(
        &self,
        source: &str,
        handle: &str,
    ) -> impl Future<Output = Result<(), String>> + Send;
}

/// Remembers deliveries of a message that began and had no outcome, as happens
/// when they take their process with them.
pub trait Begun: Send + Sync + 'static {
    /// How many deliveries of each message began and had no outcome.
    fn unfinished(
        &self,
        messages: &[String],
    ) -> impl Future<Output = Result<HashMap<String, u32>, String>> + Send;

    fn begin(&self, message: &str) -> impl Future<Output = Result<(), String>> + Send;

    /// A delivery had an outcome, whichever: the message is a good one.
    fn end(&self, message: &str) -> impl Future<Output = Result<(), String>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! example {
        ($name:literal) => {
            include_str!(concat!("../../../events/tasks/", $name, ".json"))
        };
    }

    #[test]
    fn examples_of_tasks_are_what_is_written() {
        for text in [
            example!("plan_send"),
            example!("deliver_in_app"),
            example!("deliver_email"),
            example!("deliver_sms"),
            example!("deliver_live"),
            example!("retract_notification"),
            example!("import_directory"),
            example!("carry_out_privacy"),
            example!("apply_event"),
            example!("publish_event"),
        ] {
            let task = read(text).unwrap();
            let given: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(task).unwrap(), given);
        }
    }

    #[test]
    fn a_newer_task_is_told_from_a_malformed_one() {
        assert_eq!(read(r#"{"v":2,"anything":1}"#), Err(BadTask::Newer(2)));
        for text in ["", "{}", r#"{"v":0}"#, r#"{"v":1,"tenant":"school"}"#] {
            assert!(matches!(read(text), Err(BadTask::Malformed(_))), "{text}");
        }
    }
}
