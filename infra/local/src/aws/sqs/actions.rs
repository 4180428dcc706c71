//! The JSON protocol of SQS.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::message::{MessageAttributes, NewMessage, md5_hex, md5_of_attributes};
use super::{Delivered, Sqs, SqsError, batches, moves, settings};
use crate::aws::wire::{Answer, AwsError, Request, Service};

pub(super) type Outcome = Result<Value, AwsError>;

/// Answers one call.
pub(in crate::aws) async fn handle(sqs: &Sqs, request: &Request) -> Result<Answer, AwsError> {
    let body = match request.action.as_str() {
        "SendMessage" => send(sqs, request)?,
        "SendMessageBatch" => batches::send(sqs, request)?,
        "ReceiveMessage" => receive(sqs, request).await?,
        "DeleteMessage" => delete(sqs, request)?,
        "DeleteMessageBatch" => batches::delete(sqs, request)?,
        "ChangeMessageVisibility" => change_visibility(sqs, request)?,
        "ChangeMessageVisibilityBatch" => batches::change_visibility(sqs, request)?,
        "GetQueueUrl" => settings::url_of(sqs, request)?,
        "GetQueueAttributes" => settings::get(sqs, request)?,
        "SetQueueAttributes" => settings::set(sqs, request)?,
        "ListQueues" => settings::list(sqs, request)?,
        "CreateQueue" => settings::create(sqs, request)?,
        "PurgeQueue" => settings::purge(sqs, request)?,
        "ListDeadLetterSourceQueues" => settings::sources(sqs, request)?,
        "StartMessageMoveTask" => moves::start(sqs, request)?,
        "ListMessageMoveTasks" => moves::list(sqs, request)?,
        _ => return Err(AwsError::not_implemented(request)),
    };
    Ok(Answer::json(Service::Sqs, &body))
}

/// The queue's name at the end of its URL.
pub(super) fn name_in(url: &str) -> &str {
    url.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfQueue {
    pub(super) queue_url: String,
}

/// One message of `SendMessage` and of a batch alike.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Outgoing {
    #[serde(default)]
    message_body: String,
    #[serde(default)]
    message_attributes: MessageAttributes,
    #[serde(default)]
    message_system_attributes: MessageAttributes,
    delay_seconds: Option<u32>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

impl Outgoing {
    pub(super) fn into_message(self) -> Result<NewMessage, SqsError> {
        if self.delay_seconds.is_some_and(|seconds| seconds > 900) {
            return Err(SqsError::invalid(
                "Value for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
            ));
        }
        let trace = self.message_system_attributes.get("AWSTraceHeader");
        Ok(NewMessage {
            trace: trace.and_then(|value| value.string_value.clone()),
            body: self.message_body,
            attributes: self.message_attributes,
            delay_ms: self.delay_seconds.map(|seconds| i64::from(seconds) * 1000),
            group: self.message_group_id,
            deduplication: self.message_deduplication_id,
        })
    }
}

/// Sends and describes the result, for `SendMessage` and each batch entry.
pub(super) fn accept(
    sqs: &Sqs,
    queue: &str,
    message: NewMessage,
) -> Result<Map<String, Value>, SqsError> {
    let mut answer = Map::new();
    answer.insert(
        "MD5OfMessageBody".into(),
        md5_hex(message.body.as_bytes()).into(),
    );
    if let Some(digest) = md5_of_attributes(&message.attributes) {
        answer.insert("MD5OfMessageAttributes".into(), digest.into());
    }
    answer.insert("MessageId".into(), sqs.send(queue, message)?.into());
    Ok(answer)
}

fn send(sqs: &Sqs, request: &Request) -> Outcome {
    let OfQueue { queue_url } = request.input()?;
    let message = request.input::<Outgoing>()?.into_message()?;
    Ok(Value::Object(accept(sqs, name_in(&queue_url), message)?))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Receive {
    queue_url: String,
    max_number_of_messages: Option<usize>,
    visibility_timeout: Option<u32>,
    wait_time_seconds: Option<u32>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

async fn receive(sqs: &Sqs, request: &Request) -> Outcome {
    let mut input: Receive = request.input()?;
    let queue = name_in(&input.queue_url);
    let max = input.max_number_of_messages.unwrap_or(1);
    if !(1..=10).contains(&max) {
        return Err(SqsError::invalid(format!(
            "Value {max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
        ))
        .into());
    }
    let wait = input
        .wait_time_seconds
        .unwrap_or(sqs.options(queue)?.wait_seconds);
    let wait = Duration::from_secs(u64::from(wait.min(20)));
    let visibility = input
        .visibility_timeout
        .map(|seconds| i64::from(seconds) * 1000);
    let messages = sqs.receive_for(queue, max, wait, visibility).await?;
    input
        .attribute_names
        .append(&mut input.message_system_attribute_names);
    let shown: Vec<Value> = messages
        .into_iter()
        .map(|message| {
            show(
                message,
                &input.attribute_names,
                &input.message_attribute_names,
            )
        })
        .collect();
    Ok(if shown.is_empty() {
        json!({})
    } else {
        json!({ "Messages": shown })
    })
}

fn show(message: Delivered, system: &[String], names: &[String]) -> Value {
    let attributes: MessageAttributes = message
        .attributes
        .iter()
        .filter(|(name, _)| asked(names, name))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    let about: BTreeMap<&String, &String> = message
        .system
        .iter()
        .filter(|(name, _)| asked(system, name))
        .collect();
    let mut shown = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.handle,
        "MD5OfBody": message.md5_of_body(),
        "Body": message.body,
    });
    if !about.is_empty() {
        shown["Attributes"] = json!(about);
    }
    if let Some(digest) = md5_of_attributes(&attributes) {
        shown["MD5OfMessageAttributes"] = digest.into();
        shown["MessageAttributes"] = json!(attributes);
    }
    shown
}

/// Whether a name is asked for: by itself, by `All`, or by `prefix.*`.
pub(super) fn asked(names: &[String], name: &str) -> bool {
    names.iter().any(|asked| {
        asked == "All"
            || asked == name
            || asked
                .strip_suffix(".*")
                .is_some_and(|prefix| name.starts_with(prefix))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfMessage {
    queue_url: String,
    #[serde(default)]
    receipt_handle: String,
    #[serde(default)]
    visibility_timeout: u32,
}

fn delete(sqs: &Sqs, request: &Request) -> Outcome {
    let input: OfMessage = request.input()?;
    sqs.delete(name_in(&input.queue_url), &input.receipt_handle)?;
    Ok(json!({}))
}

fn change_visibility(sqs: &Sqs, request: &Request) -> Outcome {
    let input: OfMessage = request.input()?;
    checked_visibility(input.visibility_timeout)?;
    sqs.release(
        name_in(&input.queue_url),
        &input.receipt_handle,
        input.visibility_timeout,
    )?;
    Ok(json!({}))
}

pub(super) fn checked_visibility(seconds: u32) -> Result<(), SqsError> {
    if seconds <= 43_200 {
        return Ok(());
    }
    Err(SqsError::invalid(format!(
        "Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200."
    )))
}
