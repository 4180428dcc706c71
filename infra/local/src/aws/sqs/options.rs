//! How a queue is set up, and what can be made to go wrong with it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SqsError;

/// Where messages go that were received too often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redrive {
    /// The name of the dead-letter queue.
    pub queue: String,
    pub max_receives: u32,
}

/// The settings of one queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueOptions {
    pub name: String,
    pub visibility_seconds: u32,
    pub delay_seconds: u32,
    pub retention_seconds: u32,
    pub wait_seconds: u32,
    pub redrive: Option<Redrive>,
    pub fifo: bool,
    /// FIFO only: the body's digest stands in for a missing deduplication id.
    pub deduplicate_by_content: bool,
}

impl Default for QueueOptions {
    fn default() -> Self {
        Self {
            name: String::new(),
            visibility_seconds: 30,
            delay_seconds: 0,
            retention_seconds: 345_600,
            wait_seconds: 0,
            redrive: None,
            fifo: false,
            deduplicate_by_content: false,
        }
    }
}

impl QueueOptions {
    pub fn named(name: impl Into<String>) -> Self {
        let name = name.into();
        let fifo = name.ends_with(".fifo");
        Self {
            name,
            fifo,
            ..Self::default()
        }
    }

    /// Sets one attribute as `CreateQueue` and `SetQueueAttributes` carry it.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SqsError> {
        match name {
            "VisibilityTimeout" => self.visibility_seconds = bounded(name, value, 0, 43_200)?,
            "DelaySeconds" => self.delay_seconds = bounded(name, value, 0, 900)?,
            "MessageRetentionPeriod" => {
                self.retention_seconds = bounded(name, value, 60, 1_209_600)?;
            }
            "ReceiveMessageWaitTimeSeconds" => self.wait_seconds = bounded(name, value, 0, 20)?,
            "RedrivePolicy" if value.is_empty() => self.redrive = None,
            "RedrivePolicy" => self.redrive = Some(redrive(value)?),
            "FifoQueue" => self.fifo = value == "true",
            "ContentBasedDeduplication" => self.deduplicate_by_content = value == "true",
            // Settings without an effect on one machine are accepted.
            "Policy"
            | "KmsMasterKeyId"
            | "KmsDataKeyReusePeriodSeconds"
            | "SqsManagedSseEnabled"
            | "MaximumMessageSize"
            | "RedriveAllowPolicy"
            | "DeduplicationScope"
            | "FifoThroughputLimit" => {}
            _ => {
                return Err(SqsError::new(
                    "InvalidAttributeName",
                    format!("Unknown Attribute {name}."),
                ));
            }
        }
        Ok(())
    }
}

fn bounded(name: &str, value: &str, least: u32, most: u32) -> Result<u32, SqsError> {
    value
        .parse()
        .ok()
        .filter(|n| (least..=most).contains(n))
        .ok_or_else(|| {
            SqsError::new(
                "InvalidAttributeValue",
                format!("Invalid value for the parameter {name}."),
            )
        })
}

fn redrive(text: &str) -> Result<Redrive, SqsError> {
    let invalid = || {
        SqsError::new(
            "InvalidAttributeValue",
            "Invalid value for the parameter RedrivePolicy.",
        )
    };
    let policy: Value = serde_json::from_str(text).map_err(|_| invalid())?;
    let arn = policy["deadLetterTargetArn"].as_str().ok_or_else(invalid)?;
    let max = match &policy["maxReceiveCount"] {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64().and_then(|n| u32::try_from(n).ok()),
    };
    Ok(Redrive {
        queue: arn.rsplit(':').next().unwrap_or_default().to_owned(),
        max_receives: max.filter(|n| (1..=1000).contains(n)).ok_or_else(invalid)?,
    })
}

/// What can be made to go wrong with a queue; the default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueueFaults {
    /// The probability that a delivered message comes a second time.
    pub duplicate: f64,
    /// How long after the first delivery the duplicate becomes visible.
    pub duplicate_after_ms: i64,
    /// Messages are handed out in random order.
    pub reorder: bool,
    /// Each message becomes visible up to this much too late.
    pub late_ms: i64,
    pub seed: u64,
}

/// How many messages a queue holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depth {
    pub visible: usize,
    pub in_flight: usize,
    pub delayed: usize,
}

impl Depth {
    pub fn total(self) -> usize {
        self.visible + self.in_flight + self.delayed
    }
}
