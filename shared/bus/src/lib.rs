//! The one door to EventBridge: events of ours out, for other systems.
//!
//! An event may come twice to whoever listens, as everything on the bus may;
//! its `event_id` stays the same.

mod error;

use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::automation::Event;
use domain::ids::TenantId;

pub use error::BusError;

/// EventBridge takes ten entries in one call …
const BATCH: usize = 10;
/// … and a quarter of a megabyte in all, as older endpoints still enforce.
const BATCH_BYTES: usize = 240 * 1024;
/// Rounds of entries that a batch left behind.
const ROUNDS: u32 = 5;

/// Puts events on the bus.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

/// An event as it goes out: other systems match on its tenant, too.
struct Outgoing {
    /// Where it stands among those that were given.
    position: usize,
    kind: String,
    source: String,
    time: Option<i64>,
    detail: String,
}

impl Outgoing {
    fn new(position: usize, tenant: &TenantId, event: &Event) -> Self {
        let detail = serde_json::json!({
            "tenant": tenant,
            "event_id": event.event_id,
            "time": event.time,
            "data": event.data,
        });
        Self {
            position,
            kind: event.r#type.clone(),
            source: event.source.as_deref().unwrap_or(Event::OURS).to_owned(),
            time: event.time.map(|time| time.as_second()),
            detail: detail.to_string(),
        }
    }

    fn size(&self) -> usize {
        self.kind.len() + self.source.len() + self.detail.len() + 14
    }

    fn entry(&self, bus: &str) -> PutEventsRequestEntry {
        let time = self.time.map(aws_smithy_types::DateTime::from_secs);
        PutEventsRequestEntry::builder()
            .event_bus_name(bus)
            .source(&self.source)
            .detail_type(&self.kind)
            .detail(&self.detail)
            .set_time(time)
            .build()
    }
}

impl Bus {
    /// A bus by its name.
    pub fn new(sdk: &aws_types::SdkConfig, name: String) -> Self {
        Self {
            client: Client::new(sdk),
            name,
        }
    }

    /// Puts events on the bus, and tells of each, in their order, the bus's own
    /// name for it or why it is not there. Entries that a call left behind are
    /// sent again, without those that it took.
    pub async fn publish(&self, events: &[(TenantId, Event)]) -> Vec<Result<String, BusError>> {
        let never = || Err(BusError::Unavailable("not sent".to_owned()));
        let mut results: Vec<_> = events.iter().map(|_| never()).collect();
        let outgoing = events.iter().enumerate();
        let outgoing = outgoing.map(|(at, (tenant, event))| Outgoing::new(at, tenant, event));
        for mut batch in batches(outgoing) {
            for round in 0..ROUNDS {
                if round > 0 {
                    pause(round).await;
                }
                batch = self.round(batch, &mut results).await;
                if batch.is_empty() {
                    break;
                }
            }
        }
        results
    }

    /// One call; what may be sent again is left.
    async fn round(
        &self,
        batch: Vec<Outgoing>,
        results: &mut [Result<String, BusError>],
    ) -> Vec<Outgoing> {
        let told = self.put(&batch).await;
        let mut left = Vec::new();
        for (one, told) in batch.into_iter().zip(told) {
            let again = matches!(told, Err(BusError::Unavailable(_)));
            if let Some(result) = results.get_mut(one.position) {
                *result = told;
            }
            if again {
                left.push(one);
            }
        }
        left
    }

    async fn put(&self, batch: &[Outgoing]) -> Vec<Result<String, BusError>> {
        let entries = batch.iter().map(|one| one.entry(&self.name)).collect();
        let call = self.client.put_events().set_entries(Some(entries));
        let answer = match call.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let error = BusError::from_sdk(&error);
                return batch.iter().map(|_| Err(error.clone())).collect();
            }
        };
        let mut told: Vec<_> = answer.entries().iter().map(BusError::of_entry).collect();
        // An answer that is too short says nothing of the rest.
        told.resize_with(batch.len(), || {
            Err(BusError::Unavailable("no answer".to_owned()))
        });
        told
    }
}

async fn pause(round: u32) {
    let wait = domain::retry::full_jitter(
        round,
        Duration::from_millis(50),
        Duration::from_secs(2),
        rand::random::<f64>(),
    );
    tokio::time::sleep(wait).await;
}

fn batches(outgoing: impl Iterator<Item = Outgoing>) -> Vec<Vec<Outgoing>> {
    let mut batches: Vec<Vec<Outgoing>> = Vec::new();
    let mut bytes = 0;
    for one in outgoing {
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes + one.size() <= BATCH_BYTES => {
                bytes += one.size();
                batch.push(one);
            }
            _ => {
                bytes = one.size();
                batches.push(vec![one]);
            }
        }
    }
    batches
}
