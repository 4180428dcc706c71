//! What the calls would cost: counted per operation, in AWS's units.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire::{Answer, Request, Service};

/// SQS and EventBridge bill each started 64 KB, `@connections` each 32 KB.
const QUEUE_UNIT: usize = 64 * 1024;
const MESSAGE_UNIT: usize = 32 * 1024;

/// What one operation came to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    pub calls: u64,
    /// Calls that were answered with an error.
    pub errors: u64,
    /// Rows, messages, e-mail recipients or entries.
    pub items: u64,
    /// DynamoDB's read request units.
    pub read_units: f64,
    /// DynamoDB's write request units, indexes included.
    pub write_units: f64,
    /// Billed requests of SQS, EventBridge, SNS and `@connections`.
    pub units: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
}

impl Usage {
    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.items += other.items;
        self.read_units += other.read_units;
        self.write_units += other.write_units;
        self.units += other.units;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
    }
}

/// The usage of each operation, by names such as `dynamodb.PutItem`.
pub type Usages = BTreeMap<String, Usage>;

/// The counters of the stack.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Usages>>);

impl Meter {
    pub fn snapshot(&self) -> Usages {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn reset(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Adds to an operation. Parts of the stack that stand in for AWS without
    /// a request, as the event source mapper does, report through this.
    pub fn record(&self, service: Service, action: &str, usage: &Usage) {
        let mut usages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("{}.{action}", service.name());
        usages.entry(key).or_default().add(usage);
    }

    /// Counts a call that was answered.
    pub(super) fn count(&self, request: &Request, answer: &Answer, capacity: Capacity) {
        let mut usage = Usage {
            calls: 1,
            errors: u64::from(!answer.status.is_success()),
            read_units: capacity.read,
            write_units: capacity.write,
            bytes_in: request.body.len() as u64,
            bytes_out: answer.body.len() as u64,
            ..Usage::default()
        };
        (usage.items, usage.units) = sizes(request, answer);
        self.record(request.service, &request.action, &usage);
    }
}

/// Consumed capacity, as DynamoDB reports it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Capacity {
    pub(super) read: f64,
    pub(super) write: f64,
}

fn units(bytes: usize, unit: usize) -> u64 {
    bytes.div_ceil(unit).max(1) as u64
}

fn sizes(request: &Request, answer: &Answer) -> (u64, u64) {
    match request.service {
        Service::Connections => (1, units(request.body.len(), MESSAGE_UNIT)),
        Service::Sns => (1, 1),
        Service::Sqs if request.action == "ReceiveMessage" => (
            length(&answer.body, "Messages"),
            units(answer.body.len(), QUEUE_UNIT),
        ),
        Service::Sqs if request.action.starts_with("Send") => {
            let entries = length(&request.body, "Entries").max(1);
            (entries, units(request.body.len(), QUEUE_UNIT))
        }
        Service::Sqs => (length(&request.body, "Entries").max(1), 1),
        Service::Events => (
            length(&request.body, "Entries"),
            units(request.body.len(), QUEUE_UNIT),
        ),
        Service::Ses if request.action == "SendBulkEmail" => {
            (length(&request.body, "BulkEmailEntries"), 1)
        }
        Service::Ses => (1, 1),
        Service::DynamoDb => (rows(request), 0),
        Service::Unknown => (0, 0),
    }
}

fn length(body: &[u8], list: &str) -> u64 {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    body[list].as_array().map_or(0, |list| list.len() as u64)
}

fn rows(request: &Request) -> u64 {
    let counted = [
        "BatchWriteItem",
        "BatchGetItem",
        "TransactWriteItems",
        "TransactGetItems",
    ];
    if !counted.contains(&request.action.as_str()) {
        return 1;
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    if let Some(items) = body["TransactItems"].as_array() {
        return items.len() as u64;
    }
    let tables = body["RequestItems"]
        .as_object()
        .into_iter()
        .flat_map(|tables| tables.values());
    tables
        .map(|table| {
            let list = table.as_array().or_else(|| table["Keys"].as_array());
            list.map_or(0, |list| list.len() as u64)
        })
        .sum()
}
