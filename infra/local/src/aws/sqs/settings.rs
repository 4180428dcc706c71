//! Queues as a whole: creating, describing, finding and emptying them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::{OfQueue, Outcome, asked, name_in};
use super::{MAX_BYTES, QueueOptions, Sqs, SqsError, moves};
use crate::aws::wire::{AwsError, Request, Service};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    queue_name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

fn url(sqs: &Sqs, request: &Request, queue: &str) -> String {
    format!("{}{}", request.base_url(), sqs.path(queue))
}

pub(super) fn url_of(sqs: &Sqs, request: &Request) -> Outcome {
    let input: Named = request.input()?;
    sqs.options(&input.queue_name)?;
    Ok(json!({ "QueueUrl": url(sqs, request, &input.queue_name) }))
}

pub(super) fn create(sqs: &Sqs, request: &Request) -> Outcome {
    let input: Named = request.input()?;
    let stem = input
        .queue_name
        .strip_suffix(".fifo")
        .unwrap_or(&input.queue_name);
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if stem.is_empty() || input.queue_name.len() > 80 || !stem.bytes().all(fits) {
        return Err(SqsError::invalid(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        )
        .into());
    }
    let mut options = QueueOptions::named(&input.queue_name);
    for (name, value) in &input.attributes {
        options.set(name, value)?;
    }
    if sqs
        .options(&input.queue_name)
        .is_ok_and(|existing| existing != options)
    {
        let message =
            "A queue already exists with the same name and a different value for an attribute";
        return Err(SqsError::new("QueueNameExists", message).into());
    }
    sqs.create(options)
        .map_err(|error| AwsError::new(Service::Sqs, 500, "InternalError", error.to_string()))?;
    Ok(json!({ "QueueUrl": url(sqs, request, &input.queue_name) }))
}

pub(super) fn list(sqs: &Sqs, request: &Request) -> Outcome {
    let input: BTreeMap<String, Value> = request.input()?;
    let prefix = input
        .get("QueueNamePrefix")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let names = sqs.names();
    let urls: Vec<String> = names
        .iter()
        .filter(|name| name.starts_with(prefix))
        .map(|name| url(sqs, request, name))
        .collect();
    Ok(json!({ "QueueUrls": urls }))
}

pub(super) fn purge(sqs: &Sqs, request: &Request) -> Outcome {
    let OfQueue { queue_url } = request.input()?;
    sqs.purge(name_in(&queue_url))?;
    Ok(json!({}))
}

pub(super) fn sources(sqs: &Sqs, request: &Request) -> Outcome {
    let OfQueue { queue_url } = request.input()?;
    let grave = name_in(&queue_url);
    let urls: Vec<String> = moves::sources_of(sqs, grave)
        .iter()
        .map(|name| url(sqs, request, name))
        .collect();
    Ok(json!({ "queueUrls": urls }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WantedAttributes {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

pub(super) fn get(sqs: &Sqs, request: &Request) -> Outcome {
    let input: WantedAttributes = request.input()?;
    let queue = name_in(&input.queue_url);
    let all = describe(sqs, queue)?;
    let wanted: BTreeMap<&String, &String> = all
        .iter()
        .filter(|(name, _)| asked(&input.attribute_names, name))
        .collect();
    Ok(json!({ "Attributes": wanted }))
}

fn describe(sqs: &Sqs, queue: &str) -> Result<BTreeMap<String, String>, SqsError> {
    let slot = sqs.slot(queue)?;
    let mut locked = slot.lock();
    let depth = locked.depth(sqs.now_ms());
    let created = (locked.created_ms / 1000).to_string();
    let options = locked.options.clone();
    drop(locked);
    let mut all = BTreeMap::from([
        ("QueueArn", sqs.arn(queue)),
        ("ApproximateNumberOfMessages", depth.visible.to_string()),
        (
            "ApproximateNumberOfMessagesNotVisible",
            depth.in_flight.to_string(),
        ),
        (
            "ApproximateNumberOfMessagesDelayed",
            depth.delayed.to_string(),
        ),
        ("CreatedTimestamp", created.clone()),
        ("LastModifiedTimestamp", created),
        ("VisibilityTimeout", options.visibility_seconds.to_string()),
        ("DelaySeconds", options.delay_seconds.to_string()),
        (
            "MessageRetentionPeriod",
            options.retention_seconds.to_string(),
        ),
        (
            "ReceiveMessageWaitTimeSeconds",
            options.wait_seconds.to_string(),
        ),
        ("MaximumMessageSize", MAX_BYTES.to_string()),
        ("SqsManagedSseEnabled", "true".to_owned()),
    ]);
    if let Some(redrive) = &options.redrive {
        let policy = json!({
            "deadLetterTargetArn": sqs.arn(&redrive.queue),
            "maxReceiveCount": redrive.max_receives,
        });
        all.insert("RedrivePolicy", policy.to_string());
    }
    if options.fifo {
        all.insert("FifoQueue", "true".to_owned());
        all.insert(
            "ContentBasedDeduplication",
            options.deduplicate_by_content.to_string(),
        );
    }
    Ok(all
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NewAttributes {
    queue_url: String,
    attributes: BTreeMap<String, String>,
}

pub(super) fn set(sqs: &Sqs, request: &Request) -> Outcome {
    let input: NewAttributes = request.input()?;
    let slot = sqs.slot(name_in(&input.queue_url))?;
    let mut options = slot.lock().options.clone();
    for (name, value) in &input.attributes {
        options.set(name, value)?;
    }
    slot.lock().options = options;
    Ok(json!({}))
}
