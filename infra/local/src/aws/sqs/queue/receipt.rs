//! Receipts, and messages as receivers get them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::aws::sqs::SqsError;
use crate::aws::sqs::message::{Delivered, Message};

/// A receipt taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::aws::sqs) struct Receipt {
    pub(in crate::aws::sqs) seq: u64,
    pub(super) receives: u32,
}

impl Receipt {
    pub(in crate::aws::sqs) fn parse(handle: &str) -> Result<Self, SqsError> {
        let invalid = || {
            SqsError::new(
                "ReceiptHandleIsInvalid",
                "The input receipt handle is invalid.",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(handle).map_err(|_| invalid())?;
        let text = String::from_utf8(bytes).map_err(|_| invalid())?;
        let mut parts = text.split(':');
        let seq = parts
            .next()
            .and_then(|part| part.parse().ok())
            .ok_or_else(invalid)?;
        let receives = parts
            .next()
            .and_then(|part| part.parse().ok())
            .ok_or_else(invalid)?;
        Ok(Self { seq, receives })
    }

    fn handle(message: &Message) -> String {
        URL_SAFE_NO_PAD.encode(format!(
            "{}:{}:{}",
            message.seq, message.received, message.id
        ))
    }
}

/// The message with a receipt for this delivery of it.
pub(super) fn deliver(message: &Message, fifo: bool) -> Delivered {
    let mut system = BTreeMap::from([
        (
            "ApproximateReceiveCount".to_owned(),
            message.received.to_string(),
        ),
        ("SentTimestamp".to_owned(), message.sent_ms.to_string()),
        ("SenderId".to_owned(), "AIDALOCAL".to_owned()),
    ]);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            system.insert(name.to_owned(), value);
        }
    };
    let first = message.first_received_ms.map(|ms| ms.to_string());
    add("ApproximateFirstReceiveTimestamp", first);
    add("MessageGroupId", message.group.clone());
    add("MessageDeduplicationId", message.deduplication.clone());
    add("AWSTraceHeader", message.trace.clone());
    add("DeadLetterQueueSourceArn", message.source.clone());
    add(
        "SequenceNumber",
        fifo.then(|| format!("{:020}", message.seq)),
    );
    Delivered {
        id: message.id.clone(),
        handle: Receipt::handle(message),
        body: message.body.clone(),
        attributes: message.attributes.clone(),
        system,
        receive_count: message.received,
        seq: message.seq,
    }
}
