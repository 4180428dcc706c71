//! The one door to SQS: tasks out, records set aside.
//!
//! Each task is of the message group of its tenant and lane: a standard queue is
//! then a fair queue, which lets the tasks of a quiet tenant pass those of a busy
//! one, and what is urgent pass the tenant's own large sends (Amazon SQS
//! Developer Guide, "Amazon SQS fair queues").

mod dead_letters;
mod error;
mod redrive;

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::tasks::{Enqueue, Envelope, Task};

pub use dead_letters::DeadLetterQueue;
pub use error::QueueError;
pub use redrive::{Depth, SetAside, depth_of, urls};

/// SQS takes ten messages in one call …
const BATCH: usize = 10;
/// … and a quarter of a megabyte in all, as older endpoints still enforce.
const BATCH_BYTES: usize = 240 * 1024;
/// Longest delay that SQS knows, in seconds.
const MAX_DELAY: f64 = 900.0;
/// Rounds of entries that a batch left behind.
const ROUNDS: u32 = 6;

/// The URL of the queue of each kind of task; a function knows those it needs.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    pub plan_send: Option<String>,
    pub deliver_in_app: Option<String>,
    pub deliver_email: Option<String>,
    pub deliver_sms: Option<String>,
    pub deliver_live: Option<String>,
    pub import_directory: Option<String>,
    pub apply_event: Option<String>,
    pub publish_event: Option<String>,
    pub carry_out_privacy: Option<String>,
}

impl Routes {
    /// All queues, for who may put every task back: `url_of` tells a queue by
    /// the name of the function that it wakes.
    pub fn every(url_of: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            plan_send: url_of("plan-send"),
            deliver_in_app: url_of("deliver-in-app"),
            deliver_email: url_of("deliver-email"),
            deliver_sms: url_of("deliver-sms"),
            deliver_live: url_of("deliver-live"),
            import_directory: url_of("import-directory"),
            apply_event: url_of("apply-event"),
            publish_event: url_of("publish-event"),
            carry_out_privacy: url_of("carry-out-privacy"),
        }
    }

    fn of(&self, task: &Task) -> Result<&str, QueueError> {
        let (name, url) = match task {
            Task::PlanSend { .. } => ("plan-send", &self.plan_send),
            Task::DeliverInApp(_) | Task::RetractNotification { .. } => {
                ("deliver-in-app", &self.deliver_in_app)
            }
            Task::DeliverEmail(_) => ("deliver-email", &self.deliver_email),
            Task::DeliverSms(_) => ("deliver-sms", &self.deliver_sms),
            Task::DeliverLive { .. } => ("deliver-live", &self.deliver_live),
            Task::ApplyEvent { .. } => ("apply-event", &self.apply_event),
            Task::PublishEvent { .. } => ("publish-event", &self.publish_event),
            Task::ImportDirectory { .. } => ("import-directory", &self.import_directory),
            Task::CarryOutPrivacy { .. } => ("carry-out-privacy", &self.carry_out_privacy),
        };
        url.as_deref().ok_or(QueueError::NoRoute(name))
    }
}

/// Puts tasks on their queues.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    routes: Routes,
}

impl Enqueue for Queue {
    type Error = QueueError;

    async fn enqueue(&self, task: &Envelope) -> Result<(), QueueError> {
        self.send(task).await
    }
}

impl Queue {
    pub fn new(sdk: &aws_types::SdkConfig, routes: Routes) -> Self {
        Self {
            client: Client::new(sdk),
            routes,
        }
    }

    /// One task, visible at once.
    pub async fn send(&self, task: &Envelope) -> Result<(), QueueError> {
        self.send_later(task, Duration::ZERO).await
    }

    /// One task, visible after a delay of at most 15 minutes.
    pub async fn send_later(&self, task: &Envelope, delay: Duration) -> Result<(), QueueError> {
        // Rounded up: what comes too early is only put off again.
        let seconds = i32::try_from(delay.as_secs_f64().ceil().min(MAX_DELAY) as u64).unwrap_or(0);
        self.client
            .send_message()
            .queue_url(self.routes.of(&task.task)?)
            .message_body(serde_json::to_string(task)?)
            .message_group_id(task.group())
            .set_delay_seconds((seconds > 0).then_some(seconds))
            .send()
            .await
            .map_err(QueueError::from_sdk)?;
        Ok(())
    }

    /// Many tasks of one kind, tenant and lane, ten at a time; entries that a batch
    /// left behind are sent again until all are accepted.
    pub async fn send_all(&self, tasks: &[Envelope]) -> Result<(), QueueError> {
        let Some(first) = tasks.first() else {
            return Ok(());
        };
        let url = self.routes.of(&first.task)?;
        let bodies = tasks
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<Vec<_>, _>>()?;
        for batch in batches(bodies) {
            self.send_batch(url, &first.group(), batch).await?;
        }
        Ok(())
    }

    async fn send_batch(
        &self,
        url: &str,
        group: &str,
        mut bodies: Vec<String>,
    ) -> Result<(), QueueError> {
        for round in 0..ROUNDS {
            let entries = bodies.iter().enumerate().map(|(position, body)| {
                SendMessageBatchRequestEntry::builder()
                    .id(position.to_string())
                    .message_body(body)
                    .message_group_id(group)
                    .build()
            });
            let entries = entries
                .collect::<Result<Vec<_>, _>>()
                .map_err(|e| QueueError::Refused(e.to_string()))?;
            let answer = self
                .client
                .send_message_batch()
                .queue_url(url)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(QueueError::from_sdk)?;
            let failed: Vec<usize> = answer
                .failed
                .iter()
                .filter_map(|entry| entry.id.parse().ok())
                .collect();
            if failed.is_empty() {
                return Ok(());
            }
            bodies = failed
                .into_iter()
                .filter_map(|position| bodies.get(position).cloned())
                .collect();
            let wait = domain::retry::full_jitter(
                round,
                Duration::from_millis(50),
                Duration::from_secs(2),
                rand::random::<f64>(),
            );
            tokio::time::sleep(wait).await;
        }
        Err(QueueError::Unavailable("entries stayed behind".to_owned()))
    }
}

fn batches(bodies: Vec<String>) -> Vec<Vec<String>> {
    let mut batches: Vec<Vec<String>> = Vec::new();
    let mut bytes = 0;
    for body in bodies {
        let full = batches
            .last()
            .is_none_or(|batch| batch.len() == BATCH || bytes + body.len() > BATCH_BYTES);
        if full {
            batches.push(Vec::with_capacity(BATCH));
            bytes = 0;
        }
        bytes += body.len();
        if let Some(batch) = batches.last_mut() {
            batch.push(body);
        }
    }
    batches
}
