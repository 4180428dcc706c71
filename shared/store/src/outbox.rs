//! Tasks that must reach a queue: written with the change that causes them,
//! removed once the queue has them, re-sent by the sweeper when left behind.

use domain::Timestamp;
use domain::ids::OutboxId;
use domain::tasks::{Enqueue, Envelope};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::Range;
use crate::transaction::Transaction;
use crate::{Store, keys};

/// A task on its way to a queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutboxRow {
    pub id: OutboxId,
    pub task: Envelope,
}

impl OutboxRow {
    pub fn new(task: Envelope, now: Timestamp) -> Self {
        Self {
            id: OutboxId::new(now),
            task,
        }
    }

    fn shard(&self) -> u32 {
        self.id.bare().bytes().map(u32::from).sum::<u32>() % keys::OUTBOX_SHARDS
    }
}

impl Transaction {
    /// Adds a task to the outbox, in the transaction of what causes it.
    pub fn outbox(self, row: &OutboxRow) -> Self {
        self.create(&keys::outbox(row.shard(), &row.id), row)
    }
}

impl Store {
    /// Puts tasks that are safe in the outbox on their queues, so that nobody
    /// waits for the sweeper. What fails here, the sweeper does a minute later.
    pub async fn hand_over<'a>(
        &self,
        queue: &impl Enqueue,
        rows: impl IntoIterator<Item = &'a OutboxRow>,
    ) {
        for row in rows {
            if let Err(error) = queue.enqueue(&row.task).await {
                tracing::warn!(outbox = %row.id, %error, "left to the sweeper");
            } else if let Err(error) = self.forget_outbox(row).await {
                tracing::warn!(outbox = %row.id, %error, "will be sent again");
            }
        }
    }

    /// Forgets a task that its queue has accepted.
    pub async fn forget_outbox(&self, row: &OutboxRow) -> Result<(), StoreError> {
        self.delete(&keys::outbox(row.shard(), &row.id)).await
    }

    /// Tasks left behind before an instant, oldest first.
    pub async fn stale_outbox(&self, before: Timestamp) -> Result<Vec<OutboxRow>, StoreError> {
        let to = OutboxId::of(&domain::ids::ulid_floor(before).to_string()).to_string();
        let mut rows = Vec::new();
        for shard in 0..keys::OUTBOX_SHARDS {
            let range = Range {
                to: Some(to.clone()),
                ..Range::of(keys::outbox_shard(shard))
            };
            rows.extend(self.all::<OutboxRow>(range).await?);
        }
        Ok(rows)
    }
}
