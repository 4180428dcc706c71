//! A message, its attributes, and the digests that SDKs verify.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::SqsError;

/// A typed attribute that a sender attached, in SQS's own JSON form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MessageAttribute {
    pub data_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// Base64, as on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

impl MessageAttribute {
    fn bytes(&self) -> Vec<u8> {
        match (&self.string_value, &self.binary_value) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(encoded)) => STANDARD.decode(encoded).unwrap_or_default(),
            (None, None) => Vec::new(),
        }
    }

    fn check(&self, name: &str) -> Result<(), SqsError> {
        let base = self.data_type.split('.').next().unwrap_or_default();
        let fits = match base {
            "String" | "Number" => self
                .string_value
                .as_ref()
                .is_some_and(|text| !text.is_empty()),
            "Binary" => self
                .binary_value
                .as_ref()
                .is_some_and(|text| !text.is_empty()),
            _ => false,
        };
        if fits {
            return Ok(());
        }
        Err(SqsError::invalid(format!(
            "The message attribute '{name}' must contain a non-empty value of its type."
        )))
    }
}

pub type MessageAttributes = BTreeMap<String, MessageAttribute>;

/// What a sender hands in.
#[derive(Debug, Clone, Default)]
pub struct NewMessage {
    pub body: String,
    pub attributes: MessageAttributes,
    /// Overrides the delay of the queue.
    pub delay_ms: Option<i64>,
    pub group: Option<String>,
    pub deduplication: Option<String>,
    pub trace: Option<String>,
}

impl NewMessage {
    pub fn text(body: impl Into<String>) -> Self {
        Self {
            body: body.into(),
            ..Self::default()
        }
    }

    /// The bytes that count towards SQS's limits.
    pub fn size(&self) -> usize {
        let attributes: usize = self
            .attributes
            .iter()
            .map(|(name, value)| name.len() + value.data_type.len() + value.bytes().len())
            .sum();
        self.body.len() + attributes
    }

    pub fn check(&self) -> Result<(), SqsError> {
        if self.body.is_empty() {
            return Err(SqsError::new(
                "MissingParameter",
                "The request must contain the parameter MessageBody.",
            ));
        }
        if self.size() > super::MAX_BYTES {
            return Err(SqsError::invalid(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
                super::MAX_BYTES
            )));
        }
        if self.attributes.len() > 10 {
            return Err(SqsError::invalid(
                "Number of message attributes exceeds the allowed maximum [10].",
            ));
        }
        let forbidden = |c: char| {
            (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
        };
        if self.body.contains(forbidden) {
            return Err(SqsError::new(
                "InvalidMessageContents",
                "Invalid characters found in the message body.",
            ));
        }
        self.attributes
            .iter()
            .try_for_each(|(name, value)| value.check(name))
    }
}

/// A message as the queue keeps it, and as the journal writes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    pub seq: u64,
    pub id: String,
    pub body: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: MessageAttributes,
    pub sent_ms: i64,
    pub visible_ms: i64,
    #[serde(default)]
    pub received: u32,
    #[serde(default)]
    pub first_received_ms: Option<i64>,
    #[serde(default)]
    pub group: Option<String>,
    #[serde(default)]
    pub deduplication: Option<String>,
    #[serde(default)]
    pub trace: Option<String>,
    /// The ARN of the queue that gave the message up.
    #[serde(default)]
    pub source: Option<String>,
    /// A duplicate made by a fault knob, which is not duplicated again.
    #[serde(default)]
    pub copy: bool,
}

/// A message as a receiver gets it.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub id: String,
    pub handle: String,
    pub body: String,
    pub attributes: MessageAttributes,
    /// `ApproximateReceiveCount`, `SentTimestamp` and their like.
    pub system: BTreeMap<String, String>,
    pub receive_count: u32,
    pub seq: u64,
}

impl Delivered {
    pub fn md5_of_body(&self) -> String {
        md5_hex(self.body.as_bytes())
    }
}

pub fn md5_hex(bytes: &[u8]) -> String {
    format!("{:x}", md5::compute(bytes))
}

/// The digest over sorted attributes that every SDK recomputes.
pub fn md5_of_attributes<'a>(
    attributes: impl IntoIterator<Item = (&'a String, &'a MessageAttribute)>,
) -> Option<String> {
    let mut bytes = Vec::new();
    let mut sorted: Vec<_> = attributes.into_iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    for (name, value) in sorted {
        push(&mut bytes, name.as_bytes());
        push(&mut bytes, value.data_type.as_bytes());
        bytes.push(if value.string_value.is_some() { 1 } else { 2 });
        push(&mut bytes, &value.bytes());
    }
    (!bytes.is_empty()).then(|| md5_hex(&bytes))
}

fn push(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_of_attributes_is_the_one_of_the_sdk() {
        let attributes = MessageAttributes::from([
            (
                "b".to_owned(),
                MessageAttribute {
                    data_type: "Binary".to_owned(),
                    string_value: None,
                    binary_value: Some("AQI=".to_owned()),
                },
            ),
            (
                "a".to_owned(),
                MessageAttribute {
                    data_type: "String".to_owned(),
                    string_value: Some("x".to_owned()),
                    binary_value: None,
                },
            ),
        ]);
        let bytes: &[u8] = b"\0\0\0\x01a\0\0\0\x06String\x01\0\0\0\x01x\0\0\0\x01b\0\0\0\x06Binary\x02\0\0\0\x02\x01\x02";
        assert_eq!(md5_of_attributes(&attributes), Some(md5_hex(bytes)));
        assert_eq!(md5_hex(b"hello"), "5d41402abc4b2a76b9719d911017c592");
    }
}
