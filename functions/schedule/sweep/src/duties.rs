//! The sweeper's duties, one after the other; one that fails does not keep the
//! others from being done.

use std::collections::BTreeMap;

use domain::ids::TenantId;
use domain::send::is_complete;
use domain::tasks::{Envelope, PlanCursor, Task};
use domain::time::plus_seconds;
use queue::QueueError;
use store::ledger::progress;
use store::outbox::OutboxRow;
use store::{Refused, StoreError};

use crate::Sweeper;

/// A task that is still in the outbox after this was left behind.
const STALE_SECONDS: i64 = 60;

/// Why a duty was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Frame(#[from] serde_json::Error),
}

impl Sweeper {
    /// What was done, counted. Fails when any duty did, so that alarms see it.
    pub(crate) async fn sweep(&self) -> Result<BTreeMap<&'static str, usize>, Trouble> {
        let mut done = BTreeMap::new();
        let mut failed = None;
        let duties = [
            ("started", self.start_due().await),
            ("reminded", self.fire_reminders().await),
            ("outbox", self.empty_outbox().await),
            ("connections", self.close_connections().await),
            ("completed", self.complete_sends().await),
            ("sealed", self.seal_trails().await),
            ("standing", self.look_after_standing().await),
        ];
        for (name, result) in duties {
            match result {
                Ok(count) => {
                    done.insert(name, count);
                }
                Err(error) => {
                    tracing::error!(duty = name, %error, "a duty was not done");
                    failed = Some(error);
                }
            }
        }
        match failed {
            None => Ok(done),
            Some(error) => Err(error),
        }
    }

    /// Sends whose time has come go to the planner; overdue ones too.
    async fn start_due(&self) -> Result<usize, Trouble> {
        let now = self.store.now();
        let due = self.store.due_sends(now).await?;
        for place in &due {
            let task = Task::PlanSend {
                send: place.send.clone(),
                cursor: PlanCursor::default(),
            };
            let row = OutboxRow::new(Envelope::new(place.tenant.clone(), task), now);
            match self.store.mark_due(place, &row).await {
                Ok(()) => self.hand_over(&row).await?,
                // Cancelled, moved, or started by another run.
                Err(Refused::Conditions(_)) => self.store.forget_due(place).await?,
                Err(Refused::Store(error)) => return Err(error.into()),
            }
        }
        Ok(due.len())
    }

    async fn empty_outbox(&self) -> Result<usize, Trouble> {
        let before = plus_seconds(self.store.now(), -STALE_SECONDS);
        let stale = self.store.stale_outbox(before).await?;
        for row in &stale {
            self.hand_over(row).await?;
        }
        Ok(stale.len())
    }

    pub(crate) async fn hand_over(&self, row: &OutboxRow) -> Result<(), Trouble> {
        self.queue.send(&row.task).await?;
        Ok(self.store.forget_outbox(row).await?)
    }

    async fn complete_sends(&self) -> Result<usize, Trouble> {
        let mut completed = 0;
        for tenant in self.store.tenants().await? {
            completed += self.complete_sends_of(&tenant).await?;
        }
        Ok(completed)
    }

    async fn complete_sends_of(&self, tenant: &TenantId) -> Result<usize, Trouble> {
        let running = self.store.running_sends(tenant).await?;
        let mut completed = 0;
        for send in running {
            let ledger = self.store.ledger(tenant, &send.id).await?;
            if is_complete(&send, &ledger) {
                self.store
                    .complete_send(tenant, &send.id, &progress(&ledger), self.store.now())
                    .await?;
                completed += 1;
            }
        }
        Ok(completed)
    }
}
