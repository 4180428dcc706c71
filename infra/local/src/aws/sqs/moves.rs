//! Redrive: moving dead letters back to where they came from.

use std::sync::PoisonError;

use serde::Deserialize;
use serde_json::{Value, json};

use super::message::Message;
use super::{Sqs, SqsError};
use crate::aws::wire::{AwsError, Request, Service, unique_id};

/// A finished move; on one machine a move takes no time.
#[derive(Debug, Clone)]
pub(super) struct MoveTask {
    handle: String,
    source: String,
    destination: Option<String>,
    moved: usize,
    started_ms: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Move {
    source_arn: String,
    destination_arn: Option<String>,
}

/// The queues whose dead letters `grave` takes.
pub(super) fn sources_of(sqs: &Sqs, grave: &str) -> Vec<String> {
    let gives_to = |name: &String| {
        let redrive = sqs.options(name).ok().and_then(|options| options.redrive);
        redrive.is_some_and(|redrive| redrive.queue == grave)
    };
    sqs.names().into_iter().filter(gives_to).collect()
}

pub(super) fn start(sqs: &Sqs, request: &Request) -> Result<Value, AwsError> {
    let input: Move = request.input()?;
    let handle = redrive(sqs, &input.source_arn, input.destination_arn)?;
    Ok(json!({ "TaskHandle": handle }))
}

fn redrive(sqs: &Sqs, source_arn: &str, destination: Option<String>) -> Result<String, AwsError> {
    let missing = || {
        let message = "The resource that you specified for the SourceArn parameter doesn't exist.";
        AwsError::new(Service::Sqs, 404, "ResourceNotFoundException", message)
    };
    let grave = queue_in(source_arn);
    let slot = sqs.slot(grave).map_err(|_| missing())?;
    if sources_of(sqs, grave).is_empty() {
        return Err(
            SqsError::invalid("Source queue must be configured as a Dead Letter Queue.").into(),
        );
    }
    let now = sqs.now_ms();
    let dead = slot.lock().drain(now);
    let mut moved = 0;
    for message in dead {
        let seq = message.seq;
        let to = destination
            .as_deref()
            .or(message.source.as_deref())
            .map(queue_in);
        if let Some(target) = to.and_then(|name| sqs.slot(name).ok()) {
            // SQS counts a redriven message as a new one.
            let fresh = Message {
                id: unique_id(),
                sent_ms: now,
                source: None,
                ..message
            };
            target.lock().adopt(fresh, now);
            target.changed.notify_waiters();
            slot.lock().written_off(seq);
            moved += 1;
        } else {
            // Without a way back it stays a dead letter.
            slot.lock().adopt(message, now);
            slot.lock().written_off(seq);
        }
    }
    let task = MoveTask {
        handle: unique_id(),
        source: source_arn.to_owned(),
        destination,
        moved,
        started_ms: now,
    };
    let handle = task.handle.clone();
    sqs.0
        .moves
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(0, task);
    Ok(handle)
}

fn queue_in(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

pub(super) fn list(sqs: &Sqs, request: &Request) -> Result<Value, AwsError> {
    let input: Move = request.input()?;
    let moves = sqs.0.moves.lock().unwrap_or_else(PoisonError::into_inner);
    let results: Vec<Value> = moves
        .iter()
        .filter(|task| task.source == input.source_arn)
        .take(10)
        .map(|task| {
            json!({
                "TaskHandle": task.handle,
                "Status": "COMPLETED",
                "SourceArn": task.source,
                "DestinationArn": task.destination,
                "ApproximateNumberOfMessagesMoved": task.moved,
                "ApproximateNumberOfMessagesToMove": task.moved,
                "StartedTimestamp": task.started_ms,
            })
        })
        .collect();
    Ok(json!({ "Results": results }))
}

impl Sqs {
    /// Moves the dead letters of `grave` back to the queues they came from.
    pub fn redrive(&self, grave: &str) -> Result<(), AwsError> {
        redrive(self, &self.arn(grave), None).map(|_| ())
    }
}
