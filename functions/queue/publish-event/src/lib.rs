//! Woken by SQS (`publish-event`): puts events of ours on the bus, where other
//! systems listen. An event may go out twice when a message comes again before
//! it is recorded; it goes under the same `event_id`.

use bus::{Bus, BusError};
use domain::automation::Event;
use domain::ids::{EventId, TenantId};
use domain::tasks::{self, BadTask, Task};
use lambda::batch::{Batch, Ending, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::DeadLetterQueue;
use store::Store;
use store::publications::{Publication, PublicationStatus};

/// What publishes.
#[derive(Debug, Clone)]
struct Publisher {
    store: Store,
    bus: Bus,
}

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let name = settings.required("EVENT_BUS");
    let dead_letters = settings.required("DLQ_PUBLISH_EVENT");
    settings.finish()?;
    let publisher = Publisher {
        store: Store::new(env.aws(), table, env.clock()),
        bus: Bus::new(env.aws(), name),
    };
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    let ending = publisher.store.clone();
    Ok(Batch::new(dead, ending.clone()).records_together_ending(
        move |records| {
            let publisher = publisher.clone();
            async move { publisher.work(&records).await }
        },
        move |record, _| {
            let store = ending.clone();
            async move { give_up(&store, &record).await }
        },
    ))
}

/// Which event a message is about.
fn asked(record: &Record) -> Result<(TenantId, EventId), Outcome> {
    match tasks::read(&record.body) {
        Ok(envelope) => match envelope.task {
            Task::PublishEvent { event } => Ok((envelope.tenant, event)),
            _ => Err(Outcome::Reject("not a task of publish-event".to_owned())),
        },
        Err(BadTask::Newer(version)) => Err(Outcome::Retry(format!(
            "task version {version} is newer than this release"
        ))),
        Err(BadTask::Malformed(reason)) => {
            Err(Outcome::Reject(format!("malformed task: {reason}")))
        }
    }
}

/// The event tells that it was given up, before its message is set aside. Given
/// back, it is published after all.
async fn give_up(store: &Store, record: &Record) -> Result<Ending, String> {
    let Ok((tenant, event)) = asked(record) else {
        return Ok(Ending::Recorded);
    };
    let failed = store.fail_publication(&tenant, &event).await;
    failed.map_err(|error| error.to_string())?;
    Ok(Ending::Recorded)
}

impl Publisher {
    /// All events of an invocation go out together.
    async fn work(&self, records: &[Record]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(records.len());
        let mut events = Vec::new();
        let mut positions = Vec::new();
        for (at, record) in records.iter().enumerate() {
            match self.read(record).await {
                Ok(event) => {
                    events.push(event);
                    positions.push(at);
                    outcomes.push(Outcome::Done);
                }
                Err(outcome) => outcomes.push(outcome),
            }
        }
        let told = self.bus.publish(&events).await;
        for ((at, (tenant, event)), told) in positions.into_iter().zip(&events).zip(told) {
            if let Some(outcome) = outcomes.get_mut(at) {
                *outcome = self.record(tenant, event, told).await;
            }
        }
        outcomes
    }

    /// The event of a message, or how the message has ended.
    async fn read(&self, record: &Record) -> Result<(TenantId, Event), Outcome> {
        let (tenant, id) = asked(record)?;
        let found = self.store.publication(&tenant, &id).await;
        let found = found.map_err(|error| Outcome::Retry(error.to_string()))?;
        let Some(publication) = found else {
            return Err(Outcome::Reject(format!("the event {id} is not known")));
        };
        let event = publication.event();
        event
            .map(|event| (tenant, event))
            .ok_or_else(|| ended(&publication))
    }

    async fn record(
        &self,
        tenant: &TenantId,
        event: &Event,
        told: Result<String, BusError>,
    ) -> Outcome {
        let id = match told {
            Ok(id) => id,
            Err(error @ BusError::Unavailable(_)) => return Outcome::Retry(error.to_string()),
            Err(error @ BusError::Refused(_)) => return Outcome::Reject(error.to_string()),
        };
        tracing::info!(%tenant, event = %event.event_id, bus = id, "published");
        let marked = self.store.mark_published(tenant, &event.event_id, &id);
        match marked.await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }
}

/// What was published before is done.
fn ended(publication: &Publication) -> Outcome {
    if publication.status == PublicationStatus::Published {
        Outcome::Done
    } else {
        Outcome::Reject("what the event said cannot be read".to_owned())
    }
}
