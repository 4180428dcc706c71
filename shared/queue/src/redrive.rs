//! The way back out of a dead-letter queue, and what waits in a queue.
//!
//! A message is sent to its queue before it is taken out of this one: what
//! happens between the two leaves it in both, and consumers take a message that
//! comes twice. `StartMessageMoveTask` does the same to all messages at once,
//! and can neither choose some nor tell why they are here.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};

use crate::dead_letters::DeadLetterQueue;
use crate::error::QueueError;

/// For how long messages that are looked at are kept from others, in seconds.
const LOOKING: i32 = 120;
/// Messages in one call.
const BATCH: i32 = 10;

/// A message that was given up.
#[derive(Debug, Clone)]
pub struct SetAside {
    pub id: String,
    pub body: String,
    /// Why, if a function set it aside; SQS itself moves a message without one.
    pub reason: Option<String>,
    /// Epoch milliseconds at which it came here or, if SQS moved it, at which it
    /// was sent.
    pub sent_at: Option<i64>,
    group: Option<String>,
    handle: String,
}

impl SetAside {
    fn of(message: Message) -> Option<Self> {
        let system = |name: MessageSystemAttributeName| {
            let attributes = message.attributes.as_ref()?;
            attributes.get(&name).cloned()
        };
        let reason = message.message_attributes.as_ref();
        let reason = reason.and_then(|attributes| attributes.get("reason")?.string_value.clone());
        Some(Self {
            reason,
            sent_at: system(MessageSystemAttributeName::SentTimestamp)
                .and_then(|text| text.parse().ok()),
            group: system(MessageSystemAttributeName::MessageGroupId),
            id: message.message_id?,
            body: message.body.unwrap_or_default(),
            handle: message.receipt_handle?,
        })
    }

    /// The message group that it had, or that of the tenant which it names.
    fn group(&self) -> Option<String> {
        let named = || domain::tasks::read(&self.body).ok();
        let of_task = || named().map(|task| task.group());
        self.group.clone().or_else(of_task)
    }
}

/// How many messages a queue holds, as SQS estimates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    pub waiting: u64,
    pub in_flight: u64,
    pub delayed: u64,
}

impl DeadLetterQueue {
    /// Up to `most` messages. Nobody else sees them until they are released, or
    /// for two minutes.
    pub async fn look(&self, most: usize) -> Result<Vec<SetAside>, QueueError> {
        let mut found: Vec<SetAside> = Vec::new();
        let expected = depth(&self.client, &self.url).await?.waiting;
        while found.len() < most {
            // A short poll asks some of the queue's servers only, so as long as
            // more are expected the answer is waited for.
            let wait = i32::from((found.len() as u64) < expected);
            let answer = self
                .client
                .receive_message()
                .queue_url(&self.url)
                .max_number_of_messages(BATCH)
                .visibility_timeout(LOOKING)
                .wait_time_seconds(wait)
                .message_system_attribute_names(MessageSystemAttributeName::All)
                .message_attribute_names("All")
                .send()
                .await
                .map_err(QueueError::from_sdk)?;
            let messages = answer.messages.unwrap_or_default();
            if messages.is_empty() {
                break;
            }
            found.extend(messages.into_iter().filter_map(SetAside::of));
        }
        Ok(found)
    }

    /// Makes messages that were looked at visible again.
    pub async fn release(&self, messages: &[SetAside]) -> Result<(), QueueError> {
        for message in messages {
            self.client
                .change_message_visibility()
                .queue_url(&self.url)
                .receipt_handle(&message.handle)
                .visibility_timeout(0)
                .send()
                .await
                .map_err(QueueError::from_sdk)?;
        }
        Ok(())
    }

    /// Puts a message back on the queue with this URL, and takes it out of here.
    pub async fn give_back(&self, message: &SetAside, to: &str) -> Result<(), QueueError> {
        self.client
            .send_message()
            .queue_url(to)
            .message_body(&message.body)
            .set_message_group_id(message.group())
            .send()
            .await
            .map_err(QueueError::from_sdk)?;
        self.client
            .delete_message()
            .queue_url(&self.url)
            .receipt_handle(&message.handle)
            .send()
            .await
            .map_err(QueueError::from_sdk)?;
        Ok(())
    }

    /// How many messages are here.
    pub async fn depth(&self) -> Result<Depth, QueueError> {
        depth(&self.client, &self.url).await
    }
}

/// Every queue of the account by its name, for an endpoint that has no stacks.
pub async fn urls(sdk: &aws_types::SdkConfig) -> Result<Vec<String>, QueueError> {
    let listed = Client::new(sdk).list_queues().send().await;
    let listed = listed.map_err(QueueError::from_sdk)?;
    Ok(listed.queue_urls.unwrap_or_default())
}

/// How many messages the queue with this URL holds.
pub async fn depth_of(sdk: &aws_types::SdkConfig, url: &str) -> Result<Depth, QueueError> {
    depth(&Client::new(sdk), url).await
}

async fn depth(client: &Client, url: &str) -> Result<Depth, QueueError> {
    let answer = client
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(QueueAttributeName::All)
        .send()
        .await
        .map_err(QueueError::from_sdk)?;
    let attributes = answer.attributes.unwrap_or_default();
    let number = |name: QueueAttributeName| {
        let text = attributes.get(&name);
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    Ok(Depth {
        waiting: number(QueueAttributeName::ApproximateNumberOfMessages),
        in_flight: number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
        delayed: number(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
    })
}
