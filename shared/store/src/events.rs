//! Events that came, each once, and what every rule made of them.

use domain::Timestamp;
use domain::automation::{Event, KEPT_DAYS};
use domain::ids::{AutomationId, EventId, SendId, TenantId};
use domain::send::Send;
use domain::time::plus_seconds;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::sends::Start;
use crate::table::{Keys, Range, item, n, s};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Store, keys};

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStatus {
    Received,
    /// Every rule has had it.
    Applied,
    /// Its rules were given up; its message waits in the dead-letter queue.
    Failed,
}

/// An event as it is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventRow {
    pub event_id: EventId,
    pub r#type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    pub received_at: Timestamp,
    pub fingerprint: String,
    pub status: EventStatus,
    /// What it says, as JSON; forgotten once it is applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// How often another event came under this id.
    #[serde(default)]
    pub conflicts: u32,
    /// Epoch second at which it is forgotten.
    pub ttl: i64,
}

impl EventRow {
    pub fn new(event: &Event, now: Timestamp) -> Self {
        Self {
            event_id: event.event_id.clone(),
            r#type: event.r#type.clone(),
            source: event.source.clone(),
            time: event.time,
            received_at: now,
            fingerprint: event.fingerprint(),
            status: EventStatus::Received,
            data: serde_json::to_string(&event.data).ok(),
            conflicts: 0,
            ttl: forgotten_at(now),
        }
    }

    /// The event, while it is not applied.
    pub fn event(&self) -> Option<Event> {
        Some(Event {
            event_id: self.event_id.clone(),
            r#type: self.r#type.clone(),
            source: self.source.clone(),
            time: self.time,
            data: serde_json::from_str(self.data.as_ref()?).ok()?,
        })
    }
}

/// What one rule made of an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RuleRow {
    pub automation: AutomationId,
    pub name: String,
    /// Why the rule was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What each of its targets was told.
    #[serde(default)]
    pub notices: Vec<NoticeRow>,
    /// Of a timed rule: how many thresholds wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<u32>,
    pub at: Timestamp,
    pub ttl: i64,
}

impl RuleRow {
    pub fn new(automation: &AutomationId, name: &str, now: Timestamp) -> Self {
        Self {
            automation: automation.clone(),
            name: name.to_owned(),
            reason: None,
            notices: Vec::new(),
            planned: None,
            at: now,
            ttl: forgotten_at(now),
        }
    }
}

/// What became of one target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NoticeRow {
    pub target: String,
    /// None where the event named nobody who exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<SendId>,
    /// Audiences that name nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// Whether an event is new.
#[derive(Debug, Clone)]
pub enum Taken {
    New(EventRow),
    /// It came before, and stands so.
    Known(EventRow),
    /// Another event came under its id before.
    Conflict,
}

fn forgotten_at(now: Timestamp) -> i64 {
    plus_seconds(now, KEPT_DAYS * 86_400).as_second()
}

impl Store {
    /// Takes an event in, once; with it the task that applies it, if there is
    /// one. What has another content than the first of its id is counted there.
    pub async fn take_event(
        &self,
        tenant: &TenantId,
        test: bool,
        event: &Event,
        outbox: Option<&OutboxRow>,
    ) -> Result<Taken, StoreError> {
        let now = self.now();
        let row = EventRow::new(event, now);
        let keys = keys::event(tenant, &event.event_id, test);
        let mut transaction = self.transaction().unless_kept(&keys, &row, now)?;
        if let Some(outbox) = outbox {
            transaction = transaction.outbox(outbox);
        }
        match transaction.commit().await {
            Ok(()) => return Ok(Taken::New(row)),
            Err(Refused::Store(error)) => return Err(error),
            Err(Refused::Conditions(_)) => {}
        }
        let known: Option<EventRow> = self.read(&keys).await?;
        match known {
            Some(known) if known.fingerprint == row.fingerprint => Ok(Taken::Known(known)),
            Some(_) => {
                let more = Expression::new("ADD #conflicts :one").value(":one", n(1));
                let counted = self.transaction().update(&keys, more, None);
                moved_on(counted.commit().await)?;
                Ok(Taken::Conflict)
            }
            // Forgotten in this very moment.
            None => Err(StoreError::Unavailable("the event is gone".to_owned())),
        }
    }

    /// An event that is remembered.
    pub async fn event(
        &self,
        tenant: &TenantId,
        event: &EventId,
        test: bool,
    ) -> Result<Option<EventRow>, StoreError> {
        let found: Option<EventRow> = self.read(&keys::event(tenant, event, test)).await?;
        let now = self.now().as_second();
        Ok(found.filter(|row| row.ttl > now))
    }

    /// What the rules have made of an event so far.
    pub async fn event_rules(
        &self,
        tenant: &TenantId,
        event: &EventId,
        test: bool,
    ) -> Result<Vec<RuleRow>, StoreError> {
        let range = Range {
            prefix: Some("RULE#".to_owned()),
            consistent: true,
            ..Range::of(keys::event_facts(tenant, event, test))
        };
        let mut found: Vec<RuleRow> = self.all(range).await?;
        let now = self.now().as_second();
        found.retain(|row| row.ttl > now);
        Ok(found)
    }

    /// Records what a rule makes of an event together with the sends that it
    /// makes: all or nothing, and once. Whether it was this call.
    pub async fn apply_rule(
        &self,
        tenant: &TenantId,
        event: &EventId,
        test: bool,
        row: &RuleRow,
        sends: &[(Send, Start)],
    ) -> Result<bool, StoreError> {
        let keys = keys::event_rule(tenant, event, test, &row.automation);
        let mut transaction = self.transaction().unless_kept(&keys, row, row.at)?;
        for (send, start) in sends {
            transaction = transaction.send(tenant, send, start);
        }
        match transaction.commit().await {
            Ok(()) => Ok(true),
            Err(Refused::Conditions(_)) => Ok(false),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Records that the rules of an event were given up, unless they have all
    /// been applied.
    pub async fn fail_event(
        &self,
        tenant: &TenantId,
        event: &EventId,
        test: bool,
    ) -> Result<(), StoreError> {
        let failed = Expression::new("SET #status = :failed").value(":failed", s("failed"));
        let open = Expression::new("#status = :received").value(":received", s("received"));
        let keys = keys::event(tenant, event, test);
        let marked = self.transaction().update(&keys, failed, Some(open));
        moved_on(marked.commit().await)
    }

    /// Records that every rule has had an event, and forgets what it said.
    pub async fn mark_applied(
        &self,
        tenant: &TenantId,
        event: &EventId,
        test: bool,
    ) -> Result<(), StoreError> {
        let applied =
            Expression::new("SET #status = :applied REMOVE #data").value(":applied", s("applied"));
        let there = Expression::new("attribute_exists(#pk)");
        let marked =
            self.transaction()
                .update(&keys::event(tenant, event, test), applied, Some(there));
        moved_on(marked.commit().await)
    }
}

impl Transaction {
    /// Puts a row unless one is kept under its keys; one whose time has passed
    /// is no longer kept, whether or not it was deleted.
    pub(crate) fn unless_kept(
        self,
        keys: &Keys,
        row: &impl Serialize,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let forgotten = Expression::new("attribute_not_exists(#pk) OR #ttl < :now")
            .value(":now", n(now.as_second()));
        Ok(self.put(item(keys, row)?, Some(forgotten)))
    }
}

/// A condition that fails here means that somebody else has done it.
pub(crate) fn moved_on(result: Result<(), Refused>) -> Result<(), StoreError> {
    match result {
        Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
        Err(Refused::Store(error)) => Err(error),
    }
}
