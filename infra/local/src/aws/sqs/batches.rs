//! Batches, in which each entry succeeds or fails by itself.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::actions::{Outgoing, accept, checked_visibility, name_in};
use super::{MAX_BYTES, Sqs, SqsError};
use crate::aws::wire::{AwsError, Request};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    queue_url: String,
    #[serde(default)]
    entries: Vec<Value>,
}

/// Sends each entry; the batch as a whole is bounded like one message.
pub(super) fn send(sqs: &Sqs, request: &Request) -> Result<Value, AwsError> {
    let batch: Batch = request.input()?;
    let total: usize = batch.entries.iter().map(size).sum();
    if total > MAX_BYTES {
        return Err(SqsError::new(
            "BatchRequestTooLong",
            format!("Batch requests cannot be longer than {MAX_BYTES} bytes. You have sent {total} bytes."),
        )
        .into());
    }
    run(sqs, &batch, |queue, entry: Outgoing| {
        accept(sqs, queue, entry.into_message()?)
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Received {
    receipt_handle: String,
    #[serde(default)]
    visibility_timeout: u32,
}

pub(super) fn delete(sqs: &Sqs, request: &Request) -> Result<Value, AwsError> {
    let batch: Batch = request.input()?;
    run(sqs, &batch, |queue, entry: Received| {
        sqs.delete(queue, &entry.receipt_handle)
            .map(|()| Map::new())
    })
}

pub(super) fn change_visibility(sqs: &Sqs, request: &Request) -> Result<Value, AwsError> {
    let batch: Batch = request.input()?;
    run(sqs, &batch, |queue, entry: Received| {
        checked_visibility(entry.visibility_timeout)?;
        sqs.release(queue, &entry.receipt_handle, entry.visibility_timeout)
            .map(|()| Map::new())
    })
}

fn run<T: DeserializeOwned>(
    sqs: &Sqs,
    batch: &Batch,
    one: impl Fn(&str, T) -> Result<Map<String, Value>, SqsError>,
) -> Result<Value, AwsError> {
    let queue = name_in(&batch.queue_url);
    sqs.slot(queue)?;
    check(&batch.entries)?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in &batch.entries {
        let id = &entry["Id"];
        let parsed = serde_json::from_value(entry.clone())
            .map_err(|error| SqsError::invalid(error.to_string()));
        match parsed.and_then(|parsed| one(queue, parsed)) {
            Ok(mut done) => {
                done.insert("Id".to_owned(), id.clone());
                successful.push(Value::Object(done));
            }
            Err(error) => failed.push(json!({
                "Id": id, "SenderFault": true, "Code": error.code, "Message": error.message,
            })),
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

fn check(entries: &[Value]) -> Result<(), SqsError> {
    if entries.is_empty() {
        return Err(SqsError::new(
            "EmptyBatchRequest",
            "There should be at least one entry in the request.",
        ));
    }
    if entries.len() > 10 {
        return Err(SqsError::new(
            "TooManyEntriesInBatchRequest",
            format!(
                "Maximum number of entries per request are 10. You have sent {}.",
                entries.len()
            ),
        ));
    }
    let mut seen = HashSet::new();
    for entry in entries {
        let id = entry["Id"].as_str().unwrap_or_default();
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if !(1..=80).contains(&id.len()) || !id.bytes().all(fits) {
            return Err(SqsError::new(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
            ));
        }
        if !seen.insert(id) {
            return Err(SqsError::new(
                "BatchEntryIdsNotDistinct",
                format!("Id {id} repeated."),
            ));
        }
    }
    Ok(())
}

fn size(entry: &Value) -> usize {
    serde_json::from_value::<Outgoing>(entry.clone())
        .ok()
        .and_then(|entry| entry.into_message().ok())
        .map_or(0, |message| message.size())
}
