//! What a provider reports about a delivery: SES events that come through SNS
//! and SQS. Shapes:
//! <https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>.

use std::collections::HashMap;

use serde::Deserialize;

use crate::ids::{DeliveryId, TenantId, UserId};
use crate::privacy::Email;
use crate::secrets::Secrets;
use crate::send::DeliveryStatus;
use crate::tags;

/// A report about one delivery of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    pub tenant: TenantId,
    pub delivery: DeliveryId,
    pub chunk: String,
    pub user: Option<UserId>,
    pub recipient: Option<Email>,
    pub provider_id: String,
    pub report: Report,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// The provider did accept it: what ends an ambiguity.
    Accepted,
    Delivered,
    Bounced {
        permanent: bool,
        detail: String,
    },
    Complained,
    /// Accepted, then not sent, for its content.
    Rejected,
}

impl Report {
    /// The status that the delivery has from now on.
    pub fn status(&self) -> DeliveryStatus {
        match self {
            Report::Accepted => DeliveryStatus::Sent,
            Report::Delivered => DeliveryStatus::Delivered,
            Report::Bounced { .. } | Report::Rejected => DeliveryStatus::Bounced,
            Report::Complained => DeliveryStatus::Complained,
        }
    }

    /// The word in the log.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Report::Accepted | Report::Delivered => None,
            Report::Bounced { detail, .. } => Some(detail),
            Report::Complained => Some("complaint"),
            Report::Rejected => Some("rejected"),
        }
    }

    /// Why the address is not written to again, if so.
    pub fn suppresses(&self) -> Option<&'static str> {
        match self {
            Report::Bounced {
                permanent: true, ..
            } => Some("bounce"),
            Report::Complained => Some("complaint"),
            _ => None,
        }
    }
}

/// Why a message is not a report about a delivery of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    #[error("malformed: {0}")]
    Malformed(String),
    /// Tags that are missing, foreign or forged: ignored.
    #[error("not signed by us")]
    Unsigned,
    /// Opens, clicks and delays, which change nothing.
    #[error("an event of no consequence")]
    Irrelevant,
}

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Message")]
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: String,
    mail: Mail,
    bounce: Option<Bounce>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    #[serde(default)]
    bounce_sub_type: String,
}

/// Characters of a signature: 130 bits.
const SIGNATURE: usize = 26;

/// The signature over what the tags say.
pub fn sign(secrets: &Secrets, tenant: &TenantId, delivery: &DeliveryId, chunk: &str) -> String {
    secrets.sign(&parts(tenant, delivery, chunk), SIGNATURE)
}

fn parts<'a>(tenant: &'a TenantId, delivery: &'a DeliveryId, chunk: &'a str) -> [&'a str; 4] {
    ["event", tenant.as_str(), delivery.as_str(), chunk]
}

/// Reads a queue message, accepting only what carries our signature.
pub fn read(body: &str, secrets: &Secrets) -> Result<Feedback, NotOurs> {
    let malformed = |error: serde_json::Error| NotOurs::Malformed(error.to_string());
    let notification: Notification = serde_json::from_str(body).map_err(malformed)?;
    let event: Event = serde_json::from_str(&notification.message).map_err(malformed)?;
    let tag = |name: &str| {
        event
            .mail
            .tags
            .get(name)
            .and_then(|values| values.first())
            .cloned()
    };
    let found = || -> Option<(TenantId, DeliveryId, String, String)> {
        let tenant = tags::decode(&tag("tid")?)?.parse().ok()?;
        Some((
            tenant,
            tag("did")?.parse().ok()?,
            tag("chunk")?,
            tag("sig")?,
        ))
    };
    let (tenant, delivery, chunk, signature) = found().ok_or(NotOurs::Unsigned)?;
    if !secrets.signed(&parts(&tenant, &delivery, &chunk), &signature, SIGNATURE) {
        return Err(NotOurs::Unsigned);
    }
    Ok(Feedback {
        tenant,
        delivery,
        chunk,
        user: tag("uid").and_then(|uid| tags::decode(&uid)?.parse().ok()),
        recipient: event
            .mail
            .destination
            .first()
            .and_then(|to| Email::parse(to).ok()),
        report: report(&event.event_type, event.bounce)?,
        provider_id: event.mail.message_id,
    })
}

fn report(kind: &str, bounce: Option<Bounce>) -> Result<Report, NotOurs> {
    Ok(match kind {
        "Send" => Report::Accepted,
        "Delivery" => Report::Delivered,
        "Complaint" => Report::Complained,
        "Reject" => Report::Rejected,
        "Bounce" => {
            let bounce = bounce
                .ok_or_else(|| NotOurs::Malformed("a bounce without its details".to_owned()))?;
            let word = |text: &str| {
                text.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .collect::<String>()
                    .to_lowercase()
            };
            Report::Bounced {
                permanent: bounce.bounce_type == "Permanent",
                detail: format!(
                    "bounce_{}_{}",
                    word(&bounce.bounce_type),
                    word(&bounce.bounce_sub_type)
                ),
            }
        }
        "Open" | "Click" | "DeliveryDelay" | "Subscription" => return Err(NotOurs::Irrelevant),
        other => return Err(NotOurs::Malformed(format!("unknown event {other:?}"))),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(kind: &str, signature: &str) -> String {
        let event = json!({
            "eventType": kind,
            "mail": {"messageId": "m-1", "destination": ["mia@school.example"], "tags": {
                "tid": [tags::encode("school")], "did": ["dlv_1"], "chunk": ["c"], "sig": [signature]}},
            "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": []},
        });
        json!({"Type": "Notification", "Message": event.to_string()}).to_string()
    }

    fn secrets() -> Secrets {
        Secrets::read("secret", None)
    }

    fn signature() -> String {
        sign(
            &secrets(),
            &"school".parse().unwrap(),
            &"dlv_1".parse().unwrap(),
            "c",
        )
    }

    #[test]
    fn a_bounce_names_its_delivery_and_suppresses() {
        let feedback = read(&message("Bounce", &signature()), &secrets()).unwrap();
        assert_eq!(feedback.delivery.as_str(), "dlv_1");
        assert_eq!(feedback.report.status(), DeliveryStatus::Bounced);
        assert_eq!(feedback.report.reason(), Some("bounce_permanent_general"));
        assert_eq!(feedback.report.suppresses(), Some("bounce"));
    }

    #[test]
    fn a_forged_or_foreign_event_counts_for_nothing() {
        assert_eq!(
            read(&message("Bounce", "made-up"), &secrets()),
            Err(NotOurs::Unsigned)
        );
        assert_eq!(
            read(
                &message("Bounce", &signature()),
                &Secrets::read("other", None)
            ),
            Err(NotOurs::Unsigned)
        );
        assert!(matches!(read("{}", &secrets()), Err(NotOurs::Malformed(_))));
    }

    #[test]
    fn opens_and_clicks_change_nothing() {
        assert_eq!(
            read(&message("Open", &signature()), &secrets()),
            Err(NotOurs::Irrelevant)
        );
    }
}
