//! Text messages: SNS's `Publish` to a phone number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Clock;
use serde::{Deserialize, Serialize};

use super::mailbox::{Content, Fate, Item, Mailbox, Text};
use super::wire::{Answer, AwsError, Request, Service, escape, unique_id};

/// SNS's bound on one text, over all of its segments.
const MAX_BYTES: usize = 1600;

/// The characters that take one septet, and those that take two.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_EXTENDED: &str = "^{}\\[~]|€";

/// The simulated text service.
#[derive(Debug, Clone)]
pub struct Sns {
    clock: Clock,
    mailbox: Mailbox,
    opted_out: Arc<Mutex<BTreeSet<String>>>,
    sandbox: Arc<AtomicBool>,
}

/// What SNS lets the account do; out of the sandbox by itself. In it every
/// number is still texted here, since the list of verified ones is not kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextLimits {
    pub sandbox: bool,
}

impl Sns {
    pub(super) fn new(clock: Clock, mailbox: Mailbox) -> Self {
        Self {
            clock,
            mailbox,
            opted_out: Arc::default(),
            sandbox: Arc::default(),
        }
    }

    /// Marks a number as one whose owner answered STOP.
    pub fn opt_out(&self, number: &str) {
        self.numbers().insert(number.to_owned());
    }

    /// What the account may do from now on.
    pub fn set_limits(&self, limits: TextLimits) {
        self.sandbox.store(limits.sandbox, Ordering::Relaxed);
    }

    fn numbers(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.opted_out
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn handle(&self, request: &Request) -> Result<Answer, AwsError> {
        let form: BTreeMap<String, String> = url::form_urlencoded::parse(&request.body)
            .into_owned()
            .collect();
        let number = || form.get("phoneNumber").cloned().unwrap_or_default();
        let result = match request.action.as_str() {
            "Publish" => self.publish(&form)?,
            "CheckIfPhoneNumberIsOptedOut" => {
                format!(
                    "<isOptedOut>{}</isOptedOut>",
                    self.numbers().contains(&number())
                )
            }
            "ListPhoneNumbersOptedOut" => {
                let members: String = self
                    .numbers()
                    .iter()
                    .map(|number| format!("<member>{number}</member>"))
                    .collect();
                format!("<phoneNumbers>{members}</phoneNumbers>")
            }
            "GetSMSSandboxAccountStatus" => {
                let sandbox = self.sandbox.load(Ordering::Relaxed);
                format!("<IsInSandbox>{sandbox}</IsInSandbox>")
            }
            "OptInPhoneNumber" => {
                self.numbers().remove(&number());
                String::new()
            }
            _ => return Err(AwsError::not_implemented(request)),
        };
        Ok(answer(&request.action, &result))
    }

    fn publish(&self, form: &BTreeMap<String, String>) -> Result<String, AwsError> {
        let Some(number) = form.get("PhoneNumber") else {
            return Err(invalid(
                "Invalid parameter: PhoneNumber is the only destination here",
            ));
        };
        if !is_number(number) {
            return Err(invalid(format!(
                "Invalid parameter: PhoneNumber Reason: {number} is not valid to publish to"
            )));
        }
        let body = form.get("Message").cloned().unwrap_or_default();
        if body.is_empty() {
            return Err(invalid("Invalid parameter: Empty message"));
        }
        if body.len() > MAX_BYTES {
            return Err(invalid("Invalid parameter: Message too long"));
        }
        let attributes = attributes(form);
        let sender = attributes.get("AWS.SNS.SMS.SenderID").cloned();
        if sender.as_ref().is_some_and(|sender| !is_sender(sender)) {
            return Err(invalid("Invalid parameter: SenderID"));
        }
        let opted_out = self.numbers().contains(number);
        let item = Item {
            id: unique_id(),
            at: self.clock.now(),
            to: vec![number.clone()],
            fate: if opted_out {
                Fate::OptedOut
            } else {
                Fate::Delivered
            },
            content: Content::Sms(Text {
                segments: segments(&body),
                body,
                sender,
                kind: attributes.get("AWS.SNS.SMS.SMSType").cloned(),
            }),
        };
        let id = item.id.clone();
        self.mailbox.accept(item);
        Ok(format!("<MessageId>{}</MessageId>", escape(&id)))
    }
}

/// The message attributes of the query protocol, which come as numbered
/// triples.
fn attributes(form: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    for (key, name) in form {
        let entry = key
            .strip_prefix("MessageAttributes.")
            .and_then(|key| key.strip_suffix(".Name"));
        if let Some(entry) = entry {
            let value = form.get(&format!("MessageAttributes.{entry}.Value.StringValue"));
            attributes.insert(name.clone(), value.cloned().unwrap_or_default());
        }
    }
    attributes
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

fn is_sender(text: &str) -> bool {
    (1..=11).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// How many parts a text is billed as.
pub fn segments(body: &str) -> usize {
    let septets = body.chars().try_fold(0, |sum, c| {
        if GSM.contains(c) {
            Some(sum + 1)
        } else {
            GSM_EXTENDED.contains(c).then_some(sum + 2)
        }
    });
    let (units, single, part) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (body.encode_utf16().count(), 70, 67),
    };
    if units <= single {
        1
    } else {
        units.div_ceil(part)
    }
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(Service::Sns, 400, "InvalidParameter", message)
}

fn answer(action: &str, result: &str) -> Answer {
    let body = format!(
        "<{action}Response xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">\
         <{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></{action}Response>",
        unique_id()
    );
    Answer::new(200, "text/xml", body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_follow_the_alphabet() {
        assert_eq!(segments(&"a".repeat(160)), 1);
        assert_eq!(segments(&"a".repeat(161)), 2);
        assert_eq!(segments(&"€".repeat(81)), 2);
        assert_eq!(segments(&"ł".repeat(70)), 1);
        assert_eq!(segments(&"ł".repeat(71)), 2);
    }
}
