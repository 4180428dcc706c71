//! Queue events: a per-record function lifted to a batch with partial failures.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use domain::tasks::{self, BadTask, DeadLetters, Envelope};
use futures::FutureExt;
use lambda_runtime::{Context, Error};

use crate::function::Function;

/// No new record is begun with less than this left before the timeout.
const LAST_START: Duration = Duration::from_secs(14);
/// A record is cut off this long before the timeout, so that those which are
/// finished are still reported.
const MARGIN: Duration = Duration::from_secs(2);
/// A record that came back this often without an outcome is set aside.
const MAX_CLAIMS: u32 = 5;

/// How one record ended.
#[derive(Debug)]
pub enum Outcome {
    /// Finished, or already finished by an earlier delivery.
    Done,
    /// Comes back after its visibility timeout.
    Retry(String),
    /// Can never succeed: set aside with its reason, then acknowledged.
    Reject(String),
}

/// One message.
#[derive(Debug, Clone)]
pub struct Record {
    pub id: String,
    pub body: String,
    /// How often it has been received, this time included.
    pub receives: u32,
    /// Epoch milliseconds at which this invocation ends.
    pub deadline: u64,
}

impl Record {
    /// The time left before this invocation begins no more work: what a record
    /// may spend on waiting, together with those after it.
    pub fn spare(&self) -> Duration {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Duration::from_millis(self.deadline)
            .saturating_sub(now)
            .saturating_sub(LAST_START)
    }
}

/// A function of queue messages whose bodies are [`tasks`].
pub fn tasks<Work, Running>(dead: impl DeadLetters, work: Work) -> Function
where
    Work: Fn(Envelope, Record) -> Running + Clone + Send + Sync + 'static,
    Running: Future<Output = Outcome> + Send + 'static,
{
    records(dead, move |record: Record| {
        let work = work.clone();
        async move {
            match tasks::read(&record.body) {
                Ok(envelope) => work(envelope, record).await,
                Err(BadTask::Newer(version)) => {
                    Outcome::Retry(format!("task version {version} is newer than this release"))
                }
                Err(BadTask::Malformed(reason)) => {
                    Outcome::Reject(format!("malformed task: {reason}"))
                }
            }
        }
    })
}

/// A function of raw queue messages.
pub fn records<Work, Running>(dead: impl DeadLetters, work: Work) -> Function
where
    Work: Fn(Record) -> Running + Clone + Send + Sync + 'static,
    Running: Future<Output = Outcome> + Send + 'static,
{
    let dead = Arc::new(dead);
    Function::new(move |event: SqsEvent, context: Context| {
        let (work, dead) = (work.clone(), Arc::clone(&dead));
        async move { Ok::<_, Error>(run(event, context, work, dead).await) }
    })
}

async fn run<Work, Running>(
    event: SqsEvent,
    context: Context,
    work: Work,
    dead: Arc<impl DeadLetters>,
) -> SqsBatchResponse
where
    Work: Fn(Record) -> Running,
    Running: Future<Output = Outcome>,
{
    let mut response = SqsBatchResponse::default();
    // A first delivery is worked on before those that came back, so that a
    // message which kills the process takes as few others along as possible.
    let mut messages = event.records;
    messages.sort_by_key(receives);
    for message in messages {
        let id = message.message_id.clone().unwrap_or_default();
        let record = Record {
            receives: receives(&message),
            body: message.body.unwrap_or_default(),
            deadline: context.deadline,
            id: id.clone(),
        };
        if !attempt(record, &context, &work, dead.as_ref()).await {
            response.batch_item_failures.push(failure(id));
        }
    }
    response
}

/// Whether the record may be acknowledged.
async fn attempt<Work, Running>(
    record: Record,
    context: &Context,
    work: &Work,
    dead: &impl DeadLetters,
) -> bool
where
    Work: Fn(Record) -> Running,
    Running: Future<Output = Outcome>,
{
    let left = context
        .deadline()
        .duration_since(std::time::SystemTime::now())
        .unwrap_or_default();
    if left < LAST_START {
        tracing::warn!(message = %record.id, "too little time left, the record returns");
        return false;
    }
    let (id, body, receives) = (record.id.clone(), record.body.clone(), record.receives);
    // A panic is one failed record, not a failed batch, and so is one that hangs.
    let working = AssertUnwindSafe(work(record)).catch_unwind();
    let outcome = match tokio::time::timeout(left.saturating_sub(MARGIN), working).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Outcome::Retry("the record made the function panic".to_owned()),
        Err(_) => Outcome::Retry("the record took too long".to_owned()),
    };
    match outcome {
        Outcome::Done => true,
        Outcome::Retry(reason) if receives >= MAX_CLAIMS => {
            tracing::error!(message = %id, receives, reason, "given up after repeated deliveries");
            set_aside(dead, &id, &body, &reason).await
        }
        Outcome::Retry(reason) => {
            tracing::warn!(message = %id, receives, reason, "the record returns");
            false
        }
        Outcome::Reject(reason) => {
            tracing::error!(message = %id, reason, "the record can never succeed");
            set_aside(dead, &id, &body, &reason).await
        }
    }
}

async fn set_aside(dead: &impl DeadLetters, id: &str, body: &str, reason: &str) -> bool {
    match dead.set_aside(body, reason).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(message = %id, %error, "the dead-letter queue did not take the record");
            false
        }
    }
}

fn receives(message: &SqsMessage) -> u32 {
    let attributes: &HashMap<String, String> = &message.attributes;
    attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn failure(id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    failure
}
