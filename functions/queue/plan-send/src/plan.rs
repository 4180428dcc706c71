//! Walks the audience: page, chunks, next page.

use domain::ids::{SendId, TenantId};
use domain::lane::Lane;
use domain::send::{Send, SendStatus};
use domain::tasks::{Envelope, PlanCursor, Task};
use queue::QueueError;
use store::StoreError;
use store::resolve::Snapshot;

use crate::{Planner, cut};

/// Recipients planned by one message before the rest is left to another: far
/// from the timeout, and little to do again after a crash.
const PER_MESSAGE: u64 = 20_000;

/// Why a page was not planned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("the send does not exist")]
    Missing,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl Planner {
    /// Plans from a cursor on.
    pub(crate) async fn plan(
        &self,
        tenant: &TenantId,
        send: &SendId,
        mut cursor: PlanCursor,
        deadline: u64,
    ) -> Result<(), Trouble> {
        let Some(send) = self.begin(tenant, send).await? else {
            return Ok(());
        };
        // Whoever joins after it was sent off reads it, but is not told of it,
        // however long the queue takes.
        let at = send
            .send_at
            .unwrap_or(send.created_at)
            .max(send.created_at)
            .as_second();
        let shards = self.store.audience_shards(tenant).await?;
        let snapshot = Snapshot {
            tenant,
            audience: &send.audience,
            at,
            shards,
        };
        let start = cursor.totals.people;
        loop {
            let page = self.store.resolve(&snapshot, &cursor).await?;
            let mut totals = std::mem::take(&mut cursor.totals);
            for tasks in cut::chunks(tenant, &send, &page, &mut totals) {
                self.queue.send_all(&tasks).await?;
            }
            totals.unresolved += page.unresolved.len() as u64;
            let Some(next) = page.next else {
                tracing::info!(send = %send.id, people = totals.people, "planned");
                return Ok(self.store.finish_plan(tenant, &send.id, &totals).await?);
            };
            cursor = PlanCursor { totals, ..next };
            if cursor.totals.people - start >= PER_MESSAGE || self.is_late(deadline) {
                return Ok(self.go_on(tenant, &send, cursor).await?);
            }
        }
    }

    /// The send, with its snapshot fixed; nothing if it is not to be planned.
    async fn begin(&self, tenant: &TenantId, id: &SendId) -> Result<Option<Send>, Trouble> {
        let send = self.store.send(tenant, id).await?.ok_or(Trouble::Missing)?;
        let send = match send.status {
            SendStatus::Queued => {
                self.store
                    .begin_plan(tenant, &send, self.store.now())
                    .await?
            }
            // Somebody gave the task back.
            SendStatus::Failed => match self.store.resume_plan(tenant, &send).await? {
                Some(send) if send.status == SendStatus::Queued => {
                    self.store
                        .begin_plan(tenant, &send, self.store.now())
                        .await?
                }
                resumed => resumed,
            },
            _ => Some(send),
        };
        // A cancelled send is not planned further, and one whose plan stands
        // needs no second; a scheduled one waits for the sweeper.
        Ok(send.filter(|send| send.status == SendStatus::Sending && send.plan.is_none()))
    }

    async fn go_on(
        &self,
        tenant: &TenantId,
        send: &Send,
        cursor: PlanCursor,
    ) -> Result<(), QueueError> {
        let lane = Lane::of(send.priority, cursor.totals.people);
        let task = Task::PlanSend {
            send: send.id.clone(),
            cursor,
        };
        let task = Envelope::new(tenant.clone(), task).in_lane(lane);
        self.queue.send(&task).await
    }

    /// Whether less than ten seconds are left before the timeout.
    fn is_late(&self, deadline: u64) -> bool {
        let now = u64::try_from(self.store.now().as_millisecond()).unwrap_or(0);
        now + 10_000 > deadline
    }
}
