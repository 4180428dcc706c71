//! Where records go that can never succeed, each with its reason.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::MessageAttributeValue;
use domain::tasks::DeadLetters;

use crate::error::QueueError;

/// A dead-letter queue that functions fill themselves, so that a permanent
/// error does not burn five deliveries first.
#[derive(Debug, Clone)]
pub struct DeadLetterQueue {
    pub(crate) client: Client,
    pub(crate) url: String,
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

    async fn acknowledge(&self, source: &str, handle: &str) -> Result<(), String> {
        let url = url_of(source).ok_or_else(|| format!("{source} is no queue"))?;
        self.client
            .delete_message()
            .queue_url(url)
            .receipt_handle(handle)
            .send()
            .await
            .map_err(|error| QueueError::from_sdk(error).to_string())?;
        Ok(())
    }
}

/// A queue's URL, which its ARN tells: `arn:aws:sqs:region:account:name`.
fn url_of(arn: &str) -> Option<String> {
    let mut parts = arn.split(':').skip(1);
    let (partition, service) = (parts.next()?, parts.next()?);
    let (region, account, name) = (parts.next()?, parts.next()?, parts.next()?);
    let domain = if partition == "aws-cn" {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    (service == "sqs").then(|| format!("https://sqs.{region}.{domain}/{account}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::url_of;

    #[test]
    fn an_arn_tells_the_url() {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/DeliverEmail";
        let arn = "arn:aws:sqs:eu-west-1:123456789012:DeliverEmail";
        assert_eq!(url_of(arn).as_deref(), Some(url));
        assert_eq!(url_of("arn:aws:sns:eu-west-1:123456789012:Topic"), None);
        assert_eq!(url_of("DeliverEmail"), None);
    }
}
