//! The event bus: entries that match a rule go to the rule's queue.

mod pattern;

use std::sync::{Arc, PoisonError, RwLock};

use domain::Clock;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use pattern::matches;

use super::sqs::{NewMessage, Sqs};
use super::wire::{Answer, AwsError, Request, Service, unique_id};

const MAX_ENTRIES: usize = 10;
const MAX_BYTES: usize = 262_144;

/// A rule and its target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub name: String,
    pub bus: String,
    pub pattern: Value,
    /// The name of the target queue.
    pub queue: String,
}

/// Every event bus of the stack.
#[derive(Debug, Clone)]
pub struct Bus(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    region: String,
    account: String,
    sqs: Sqs,
    rules: RwLock<Vec<Rule>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    #[serde(default)]
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    time: Option<f64>,
}

impl Entry {
    fn size(&self) -> usize {
        let texts = [&self.source, &self.detail_type, &self.detail];
        let time = if self.time.is_some() { 14 } else { 0 };
        texts.into_iter().flatten().map(String::len).sum::<usize>()
            + self.resources.iter().map(String::len).sum::<usize>()
            + time
    }
}

impl Bus {
    pub(super) fn new(
        clock: Clock,
        region: &str,
        account: &str,
        sqs: Sqs,
        rules: Vec<Rule>,
    ) -> Self {
        Self(Arc::new(Inner {
            clock,
            region: region.to_owned(),
            account: account.to_owned(),
            sqs,
            rules: RwLock::new(rules),
        }))
    }

    pub fn rules(&self) -> Vec<Rule> {
        self.0
            .rules
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn add_rule(&self, rule: Rule) {
        self.0
            .rules
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(rule);
    }

    pub(super) fn handle(&self, request: &Request) -> Result<Answer, AwsError> {
        if request.action != "PutEvents" {
            return Err(AwsError::not_implemented(request));
        }
        let input: PutEvents = request.input()?;
        let refuse =
            |message: &str| AwsError::new(Service::Events, 400, "ValidationException", message);
        if input.entries.is_empty() || input.entries.len() > MAX_ENTRIES {
            return Err(refuse("Between 1 and 10 entries are required."));
        }
        if input.entries.iter().map(Entry::size).sum::<usize>() > MAX_BYTES {
            return Err(refuse(
                "Total size of the entries in the request is over the limit.",
            ));
        }
        let results: Vec<Value> = input
            .entries
            .iter()
            .map(|entry| match self.put(entry) {
                Ok(id) => json!({ "EventId": id }),
                Err((code, message)) => json!({ "ErrorCode": code, "ErrorMessage": message }),
            })
            .collect();
        let failed = results
            .iter()
            .filter(|result| result.get("ErrorCode").is_some())
            .count();
        Ok(Answer::json(
            Service::Events,
            &json!({ "FailedEntryCount": failed, "Entries": results }),
        ))
    }

    fn put(&self, entry: &Entry) -> Result<String, (&'static str, String)> {
        let missing = |name: &str| ("InvalidArgument", format!("Parameter {name} is not valid."));
        let source = entry
            .source
            .as_ref()
            .filter(|s| !s.is_empty())
            .ok_or_else(|| missing("Source"))?;
        let kind = entry
            .detail_type
            .as_ref()
            .filter(|s| !s.is_empty())
            .ok_or_else(|| missing("DetailType"))?;
        let detail: Value = entry
            .detail
            .as_ref()
            .and_then(|text| serde_json::from_str(text).ok())
            .filter(Value::is_object)
            .ok_or_else(|| ("MalformedDetail", "Detail is malformed.".to_owned()))?;
        let bus = entry.event_bus_name.as_deref().unwrap_or("default");
        let bus = bus.rsplit('/').next().unwrap_or(bus);
        let now = self.0.clock.now();
        let time = entry.time.map_or(now, |seconds| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "an instant in milliseconds is far from the ends of i64"
            )]
            let ms = (seconds * 1000.0) as i64;
            domain::time::Timestamp::from_millisecond(ms).unwrap_or(now)
        });
        let id = unique_id();
        let event = json!({
            "version": "0",
            "id": id,
            "detail-type": kind,
            "source": source,
            "account": self.0.account,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": self.0.region,
            "resources": entry.resources,
            "detail": detail,
        });
        self.deliver(bus, &event);
        Ok(id)
    }

    fn deliver(&self, bus: &str, event: &Value) {
        let rules = self.0.rules.read().unwrap_or_else(PoisonError::into_inner);
        for rule in rules
            .iter()
            .filter(|rule| rule.bus == bus && matches(&rule.pattern, event))
        {
            if let Err(error) = self
                .0
                .sqs
                .send(&rule.queue, NewMessage::text(event.to_string()))
            {
                tracing::warn!(%error, rule = rule.name, "an event was not delivered to its target");
            }
        }
    }
}
