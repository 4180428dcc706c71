//! Texts by SNS: one call each.

use aws_sdk_sns::Client;
use aws_sdk_sns::types::MessageAttributeValue;
use domain::privacy::Phone;

use crate::answer::CallFailure;
use crate::limiter::Limiter;

/// The SMS channel. SNS has neither a tag nor a look-up, so what is ambiguous
/// stays so: see the reliability page for what is done then.
#[derive(Debug, Clone)]
pub struct SmsChannel {
    client: Client,
    limiter: Limiter,
    sender_id: Option<String>,
}

impl SmsChannel {
    /// `sender_id` is the alphanumeric sender shown where a country allows it.
    pub fn new(sdk: &aws_types::SdkConfig, sender_id: Option<String>, limiter: Limiter) -> Self {
        let config = aws_sdk_sns::config::Builder::from(sdk)
            .retry_config(aws_smithy_types::retry::RetryConfig::disabled())
            .timeout_config(crate::patient())
            .build();
        Self {
            client: Client::from_conf(config),
            limiter,
            sender_id,
        }
    }

    /// How fast this process may send.
    pub fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// Sends one text; the answer is the provider's id.
    pub async fn send(&self, to: &Phone, body: &str) -> Result<String, CallFailure> {
        let mut call = self
            .client
            .publish()
            .phone_number(to.reveal())
            .message(body)
            .message_attributes("AWS.SNS.SMS.SMSType", text("Transactional")?);
        if let Some(sender) = &self.sender_id {
            call = call.message_attributes("AWS.SNS.SMS.SenderID", text(sender)?);
        }
        let answer = call.send().await.map_err(CallFailure::of)?;
        Ok(answer.message_id.unwrap_or_default())
    }
}

fn text(value: &str) -> Result<MessageAttributeValue, CallFailure> {
    MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value)
        .build()
        .map_err(|error| CallFailure::Refused(error.to_string()))
}
