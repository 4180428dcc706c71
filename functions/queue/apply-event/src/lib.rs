//! Woken by SQS (`apply-event`): events from the bus, from other systems and
//! from the API; applies the rules of their tenant. An event may come twice, or
//! to two functions at once: it is taken in once, and each rule is applied to
//! it in one transaction that can happen once only.

mod apply;
mod remind;

use domain::automation::{self, Event, Incoming};
use domain::ids::{EventId, TenantId};
use domain::tasks::{BadTask, Task};
use lambda::batch::{Batch, Ending, GivenUp, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::{DeadLetterQueue, Queue, Routes};
use store::events::{EventRow, EventStatus, Taken};
use store::{Store, StoreError};

/// What applies rules.
#[derive(Debug, Clone)]
struct Applier {
    store: Store,
    queue: Queue,
}

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let dead_letters = settings.required("DLQ_APPLY_EVENT");
    let routes = Routes {
        plan_send: Some(settings.required("QUEUE_PLAN_SEND")),
        ..Routes::default()
    };
    settings.finish()?;
    let applier = Applier {
        store: Store::new(env.aws(), table, env.clock()),
        queue: Queue::new(env.aws(), routes),
    };
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    let ending = applier.store.clone();
    Ok(Batch::new(dead, ending.clone()).records_ending(
        move |record| {
            let applier = applier.clone();
            async move { applier.work(&record).await }
        },
        move |record, why| {
            let store = ending.clone();
            async move { give_up(&store, &record, &why).await }
        },
    ))
}

/// An event that was taken in tells that its rules were given up, before its
/// message is set aside. Given back, it goes on where it was.
async fn give_up(store: &Store, record: &Record, why: &GivenUp) -> Result<Ending, String> {
    if matches!(why, GivenUp::Rejected(_)) {
        return Ok(Ending::Recorded);
    }
    let (tenant, event, test) = match automation::read(&record.body) {
        Ok(Incoming::Event(tenant, event)) => (tenant, event.event_id, false),
        Ok(Incoming::Taken(envelope)) => match envelope.task {
            Task::ApplyEvent { event, test } => (envelope.tenant, event, test),
            _ => return Ok(Ending::Recorded),
        },
        Err(_) => return Ok(Ending::Recorded),
    };
    let failed = store.fail_event(&tenant, &event, test).await;
    failed.map_err(|error| error.to_string())?;
    Ok(Ending::Recorded)
}

impl Applier {
    async fn work(&self, record: &Record) -> Outcome {
        let outcome = match automation::read(&record.body) {
            Ok(Incoming::Event(tenant, event)) => self.come(&tenant, event).await,
            Ok(Incoming::Taken(envelope)) => match envelope.task {
                Task::ApplyEvent { event, test } => {
                    self.taken(&envelope.tenant, &event, test).await
                }
                _ => Ok(Outcome::Reject("not a task of apply-event".to_owned())),
            },
            Err(BadTask::Newer(version)) => Ok(Outcome::Retry(format!(
                "task version {version} is newer than this release"
            ))),
            Err(BadTask::Malformed(reason)) => {
                Ok(Outcome::Reject(format!("malformed event: {reason}")))
            }
        };
        outcome.unwrap_or_else(|error| Outcome::Retry(error.to_string()))
    }

    /// An event straight from the bus or from another system's queue message.
    async fn come(&self, tenant: &TenantId, event: Event) -> Result<Outcome, StoreError> {
        if self.store.tenant(tenant).await?.is_none() {
            return Ok(Outcome::Reject("there is no such tenant".to_owned()));
        }
        match self.store.take_event(tenant, false, &event, None).await? {
            Taken::New(row) | Taken::Known(row) => self.go_on(tenant, &row, &event, false).await,
            Taken::Conflict => Ok(Outcome::Reject(format!(
                "another event came under the id {} before",
                event.event_id
            ))),
        }
    }

    /// An event that the API has taken in.
    async fn taken(
        &self,
        tenant: &TenantId,
        id: &EventId,
        test: bool,
    ) -> Result<Outcome, StoreError> {
        let Some(row) = self.store.event(tenant, id, test).await? else {
            return Ok(Outcome::Reject(format!("the event {id} is not known")));
        };
        match row.event() {
            Some(event) => self.go_on(tenant, &row, &event, test).await,
            // What it said is forgotten once it is applied.
            None => Ok(Outcome::Done),
        }
    }

    async fn go_on(
        &self,
        tenant: &TenantId,
        row: &EventRow,
        event: &Event,
        test: bool,
    ) -> Result<Outcome, StoreError> {
        if row.status != EventStatus::Applied {
            self.apply(tenant, row, event, test).await?;
        }
        Ok(Outcome::Done)
    }
}
