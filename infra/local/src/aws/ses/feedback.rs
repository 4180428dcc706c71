//! The events of a configuration set, on their way SES → SNS → SQS.

use std::sync::{Mutex, PoisonError};

use domain::Clock;
use domain::time::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::address::{bare, fate};
use crate::aws::mailbox::{Email, Fate, Item};
use crate::aws::sqs::{NewMessage, Sqs};
use crate::aws::wire::unique_id;

/// What can be made to go wrong with provider events; the default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedbackFaults {
    /// The probability that an event never comes.
    pub drop: f64,
    /// The probability that an event comes twice.
    pub duplicate: f64,
    /// Each event comes this much later.
    pub delay_ms: i64,
    /// The events of one mail come in the wrong order.
    pub reorder: bool,
    pub seed: u64,
}

#[derive(Debug)]
pub(super) struct Feedback {
    sqs: Sqs,
    queue: String,
    region: String,
    account: String,
    clock: Clock,
    faults: Mutex<(FeedbackFaults, StdRng)>,
}

impl Feedback {
    pub(super) fn new(sqs: Sqs, queue: String, region: &str, account: &str, clock: Clock) -> Self {
        Self {
            sqs,
            queue,
            region: region.to_owned(),
            account: account.to_owned(),
            clock,
            faults: Mutex::new((FeedbackFaults::default(), StdRng::seed_from_u64(0))),
        }
    }

    pub(super) fn set_faults(&self, faults: FeedbackFaults) {
        let dice = StdRng::seed_from_u64(faults.seed);
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = (faults, dice);
    }

    pub(super) fn faults(&self) -> FeedbackFaults {
        self.faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .clone()
    }

    /// Publishes what becomes of an accepted mail, if its configuration set
    /// asks for that.
    pub(super) fn accepted(&self, item: &Item) {
        let Some(email) = item
            .email()
            .filter(|email| email.configuration_set.is_some())
        else {
            return;
        };
        let mail = self.mail(&item.id, &item.to, email, item.at);
        let at = item.at.to_string();
        let everyone: Vec<&str> = item
            .to
            .iter()
            .chain(&email.cc)
            .chain(&email.bcc)
            .map(|to| bare(to))
            .collect();
        let mut concerned: Vec<&str> = everyone
            .iter()
            .copied()
            .filter(|to| fate(to) == item.fate)
            .collect();
        if concerned.is_empty() {
            // An address of the suppression list looks like any other.
            concerned.clone_from(&everyone);
        }
        let mut events = Vec::new();
        if item.fate != Fate::Rejected {
            events.push(json!({ "eventType": "Send", "mail": mail, "send": {} }));
        }
        if matches!(item.fate, Fate::Delivered | Fate::Complained) {
            events.push(json!({ "eventType": "Delivery", "mail": mail, "delivery": {
                "timestamp": at, "processingTimeMillis": 100, "recipients": everyone,
                "smtpResponse": "250 2.6.0 Message received",
                "reportingMTA": "a8-70.smtp-out.amazonses.com",
            } }));
        }
        match item.fate {
            Fate::Bounced => events.push(json!({
                "eventType": "Bounce", "mail": mail, "bounce": bounce(&concerned, &at),
            })),
            Fate::Complained => events.push(json!({
                "eventType": "Complaint", "mail": mail, "complaint": complaint(&concerned, &at),
            })),
            Fate::Rejected => events.push(json!({
                "eventType": "Reject", "mail": mail, "reject": { "reason": "Bad content" },
            })),
            Fate::Delivered | Fate::OptedOut => {}
        }
        self.publish(events);
    }

    pub(super) fn unrendered(&self, id: &str, to: &[String], email: &Email, reason: &str) {
        if email.configuration_set.is_some() {
            let mail = self.mail(id, to, email, self.clock.now());
            self.publish(vec![json!({
                "eventType": "Rendering Failure", "mail": mail,
                "failure": { "templateName": "", "errorMessage": reason },
            })]);
        }
    }

    fn mail(&self, id: &str, to: &[String], email: &Email, at: Timestamp) -> Value {
        let from = bare(&email.from);
        let host = from.rsplit('@').next().unwrap_or_default();
        let mut tags = json!({
            "ses:configuration-set": [email.configuration_set],
            "ses:from-domain": [host],
            "ses:source-ip": ["127.0.0.1"],
            "ses:caller-identity": ["local"],
        });
        for (name, value) in &email.tags {
            tags[name] = json!([value]);
        }
        let destination: Vec<&str> = to
            .iter()
            .chain(&email.cc)
            .chain(&email.bcc)
            .map(|to| bare(to))
            .collect();
        let mut headers = vec![
            json!({ "name": "From", "value": email.from }),
            json!({ "name": "To", "value": to.join(", ") }),
            json!({ "name": "Subject", "value": email.subject }),
        ];
        headers.extend(
            email
                .headers
                .iter()
                .map(|(name, value)| json!({ "name": name, "value": value })),
        );
        json!({
            "timestamp": at.to_string(),
            "source": email.from,
            "sourceArn": format!("arn:aws:ses:{}:{}:identity/{host}", self.region, self.account),
            "sendingAccountId": self.account,
            "messageId": id,
            "destination": destination,
            "headersTruncated": false,
            "headers": headers,
            "commonHeaders": {
                "from": [email.from], "to": to, "messageId": id, "subject": email.subject,
            },
            "tags": tags,
        })
    }

    fn publish(&self, mut events: Vec<Value>) {
        let mut guard = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let (faults, dice) = &mut *guard;
        if faults.reorder {
            events.reverse();
        }
        for event in events {
            if dice.random_bool(faults.drop.clamp(0.0, 1.0)) {
                continue;
            }
            let copies = if dice.random_bool(faults.duplicate.clamp(0.0, 1.0)) {
                2
            } else {
                1
            };
            let body = self.notification(&event).to_string();
            for _ in 0..copies {
                let message = NewMessage {
                    delay_ms: Some(faults.delay_ms.max(0)),
                    ..NewMessage::text(body.clone())
                };
                if let Err(error) = self.sqs.send(&self.queue, message) {
                    tracing::warn!(%error, queue = self.queue, "a provider event was not delivered");
                }
            }
        }
    }

    /// SNS without raw delivery wraps what SES publishes.
    fn notification(&self, event: &Value) -> Value {
        let topic = format!("arn:aws:sns:{}:{}:email-events", self.region, self.account);
        json!({
            "Type": "Notification",
            "MessageId": unique_id(),
            "TopicArn": topic,
            "Subject": "Amazon SES Email Event Notification",
            "Message": event.to_string(),
            "Timestamp": self.clock.now().to_string(),
            "SignatureVersion": "1",
            "Signature": "bG9jYWw=",
            "SigningCertURL": format!("https://sns.{}.amazonaws.com/SimpleNotificationService-local.pem", self.region),
            "UnsubscribeURL": format!("https://sns.{}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={topic}:local", self.region),
        })
    }
}

fn bounce(recipients: &[&str], at: &str) -> Value {
    let bounced: Vec<Value> = recipients
        .iter()
        .map(|address| {
            json!({
                "emailAddress": address, "action": "failed", "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            })
        })
        .collect();
    let listed = recipients
        .iter()
        .any(|address| address.starts_with("suppressionlist"));
    json!({
        "feedbackId": unique_id(),
        "bounceType": "Permanent",
        "bounceSubType": if listed { "OnAccountSuppressionList" } else { "General" },
        "bouncedRecipients": bounced,
        "timestamp": at,
        "reportingMTA": "dns; a8-70.smtp-out.amazonses.com",
    })
}

fn complaint(recipients: &[&str], at: &str) -> Value {
    let complained: Vec<Value> = recipients
        .iter()
        .map(|address| json!({ "emailAddress": address }))
        .collect();
    json!({
        "feedbackId": unique_id(),
        "complaintSubType": null,
        "complainedRecipients": complained,
        "timestamp": at,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": at,
    })
}
