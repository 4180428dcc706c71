//! Where records go that can never succeed, each with its reason.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::MessageAttributeValue;
use domain::tasks::DeadLetters;

use crate::error::QueueError;

/// A dead-letter queue that functions fill themselves, so that a permanent
/// error does not burn five deliveries first.
#[derive(Debug, Clone)]
pub struct DeadLetterQueue {
    client: Client,
    url: String,
}

impl DeadLetterQueue {
    pub fn new(sdk: &aws_types::SdkConfig, url: String) -> Self {
        Self {
            client: Client::new(sdk),
            url,
        }
    }
}

impl DeadLetters for DeadLetterQueue {
    async fn set_aside(&self, body: &str, reason: &str) -> Result<(), String> {
        let reason: String = reason
            .chars()
            .filter(|c| !c.is_control())
            .take(250)
            .collect();
        let attribute = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(reason)
            .build();
        let attribute = attribute.map_err(|error| error.to_string())?;
        // SQS takes no empty body; a space keeps the record visible.
        let body = if body.is_empty() { " " } else { body };
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
            .message_attributes("reason", attribute)
            .send()
            .await
            .map_err(|error| QueueError::from_sdk(error).to_string())?;
        Ok(())
    }
}
