//! Events that Campanile itself makes: for its own rules, and for other systems
//! by way of the bus. Both tasks stand in the outbox of the change that the
//! event tells of, so neither waits for the other, and none is lost.

use domain::Timestamp;
use domain::automation::{Event, KEPT_DAYS};
use domain::ids::{EventId, TenantId};
use domain::tasks::{Envelope, Task};
use domain::time::plus_seconds;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::events::{EventRow, moved_on};
use crate::outbox::OutboxRow;
use crate::table::s;
use crate::transaction::{Expression, Transaction};
use crate::{Store, keys};

/// Where a publication stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicationStatus {
    Waiting,
    /// The bus has it.
    Published,
    /// Given up; its message waits in the dead-letter queue.
    Failed,
}

/// An event on its way to the bus.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Publication {
    pub event_id: EventId,
    pub r#type: String,
    pub time: Option<Timestamp>,
    pub status: PublicationStatus,
    /// What it says, as JSON; forgotten once the bus has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// The bus's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus_id: Option<String>,
    /// Epoch second at which it is forgotten.
    pub ttl: i64,
}

impl Publication {
    fn new(event: &Event, now: Timestamp) -> Self {
        Self {
            event_id: event.event_id.clone(),
            r#type: event.r#type.clone(),
            time: event.time,
            status: PublicationStatus::Waiting,
            data: serde_json::to_string(&event.data).ok(),
            bus_id: None,
            ttl: plus_seconds(now, KEPT_DAYS * 86_400).as_second(),
        }
    }

    /// The event, until the bus has it.
    pub fn event(&self) -> Option<Event> {
        if self.status == PublicationStatus::Published {
            return None;
        }
        Some(Event {
            event_id: self.event_id.clone(),
            r#type: self.r#type.clone(),
            source: Some(Event::OURS.to_owned()),
            time: self.time,
            data: serde_json::from_str(self.data.as_ref()?).ok()?,
        })
    }
}

/// The tasks of an event: its rules here, and the bus, which hears of nothing
/// that was done with a test key.
pub fn tasks_of(tenant: &TenantId, test: bool, event: &Event, now: Timestamp) -> Vec<OutboxRow> {
    let id = || event.event_id.clone();
    let apply = Task::ApplyEvent { event: id(), test };
    let publish = (!test).then(|| Task::PublishEvent { event: id() });
    let tasks = [apply].into_iter().chain(publish);
    tasks
        .map(|task| OutboxRow::new(Envelope::new(tenant.clone(), task), now))
        .collect()
}

impl Transaction {
    /// Takes in an event of our own in the transaction of what it tells of;
    /// `tasks` are [`tasks_of`] it.
    pub(crate) fn raise(
        mut self,
        tenant: &TenantId,
        test: bool,
        event: &Event,
        tasks: &[OutboxRow],
        now: Timestamp,
    ) -> Self {
        let row = EventRow::new(event, now);
        self = self.create(&keys::event(tenant, &event.event_id, test), &row);
        for task in tasks {
            if matches!(task.task.task, Task::PublishEvent { .. }) {
                let publication = Publication::new(event, now);
                self = self.create(&keys::publication(tenant, &event.event_id), &publication);
            }
            self = self.outbox(task);
        }
        self
    }
}

impl Store {
    /// An event on its way to the bus.
    pub async fn publication(
        &self,
        tenant: &TenantId,
        event: &EventId,
    ) -> Result<Option<Publication>, StoreError> {
        let found: Option<Publication> = self.read(&keys::publication(tenant, event)).await?;
        let now = self.now().as_second();
        Ok(found.filter(|publication| publication.ttl > now))
    }

    /// Records that the bus has an event, and forgets what it said.
    pub async fn mark_published(
        &self,
        tenant: &TenantId,
        event: &EventId,
        bus_id: &str,
    ) -> Result<(), StoreError> {
        let published = Expression::new("SET #status = :published, #bus_id = :id REMOVE #data")
            .value(":published", s("published"))
            .value(":id", s(bus_id));
        let there = Expression::new("attribute_exists(#pk)");
        let keys = keys::publication(tenant, event);
        let marked = self.transaction().update(&keys, published, Some(there));
        moved_on(marked.commit().await)
    }

    /// Records that an event was given up, unless the bus has it.
    pub async fn fail_publication(
        &self,
        tenant: &TenantId,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let failed = Expression::new("SET #status = :failed").value(":failed", s("failed"));
        let open = Expression::new("#status = :waiting").value(":waiting", s("waiting"));
        let keys = keys::publication(tenant, event);
        let marked = self.transaction().update(&keys, failed, Some(open));
        moved_on(marked.commit().await)
    }
}
