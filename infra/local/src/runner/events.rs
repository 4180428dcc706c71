//! Events of queues and of the clock, as Lambda receives them.

use domain::Timestamp;
use serde_json::{Map, Value, json};

use crate::aws::sqs::{Delivered, MessageAttribute};
use crate::aws::wire::unique_id;

pub(super) fn sqs(queue_arn: &str, region: &str, messages: &[Delivered]) -> Value {
    let records = messages.iter().map(|message| {
        json!({
            "messageId": message.id,
            "receiptHandle": message.handle,
            "body": message.body,
            "attributes": message.system,
            "messageAttributes": message.attributes.iter()
                .map(|(name, attribute)| (name.clone(), message_attribute(attribute)))
                .collect::<Map<_, _>>(),
            "md5OfBody": message.md5_of_body(),
            "eventSource": "aws:sqs",
            "eventSourceARN": queue_arn,
            "awsRegion": region,
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

fn message_attribute(attribute: &MessageAttribute) -> Value {
    let mut value = Map::new();
    if let Some(text) = &attribute.string_value {
        value.insert("stringValue".to_owned(), json!(text));
    }
    if let Some(bytes) = &attribute.binary_value {
        value.insert("binaryValue".to_owned(), json!(bytes));
    }
    value.insert("stringListValues".to_owned(), json!([]));
    value.insert("binaryListValues".to_owned(), json!([]));
    value.insert("dataType".to_owned(), json!(attribute.data_type));
    Value::Object(value)
}

pub(super) fn scheduled(rule: &str, region: &str, account: &str, now: Timestamp) -> Value {
    json!({
        "version": "0",
        "id": unique_id(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": region,
        "resources": [format!("arn:aws:events:{region}:{account}:rule/{rule}")],
        "detail": {},
    })
}
