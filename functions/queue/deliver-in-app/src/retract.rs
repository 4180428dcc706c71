//! Takes an item back out of everybody's feed. The send no longer names the
//! item, so chunks that are still to come write nothing; chunks at work at that
//! moment are what the second walk is for.

use std::time::Duration;

use domain::Channel;
use domain::audience::Expression;
use domain::ids::{NotificationId, SendId, TenantId, UserId};
use domain::send::{LedgerState, Send};
use domain::tasks::{Envelope, RetractCursor, Task};
use store::audience::partition;

use crate::{Trouble, Worker};

/// People in one page.
const PAGE: u32 = 1_000;
/// Pages of one message; the rest is another's.
const PAGES: u32 = 10;
/// Longer than a chunk is at work.
const AGAIN: Duration = Duration::from_secs(180);

impl Worker {
    pub(crate) async fn retract(
        &self,
        tenant: &TenantId,
        send: &SendId,
        notification: &NotificationId,
        mut cursor: RetractCursor,
    ) -> Result<(), Trouble> {
        let Some(found) = self.store.send(tenant, send).await? else {
            return Err(Trouble::Never(format!("send {send} does not exist")));
        };
        let next = |cursor| {
            let (send, notification) = (send.clone(), notification.clone());
            Envelope::new(
                tenant.clone(),
                Task::RetractNotification {
                    send,
                    notification,
                    cursor,
                },
            )
        };
        if let Some(users) = named(&found) {
            self.store
                .remove_from_feeds(tenant, &users, notification)
                .await?;
        } else if !self.walk(tenant, notification, &mut cursor).await? {
            return Ok(self.queue.send(&next(cursor)).await?);
        }
        tracing::info!(%tenant, %send, again = cursor.again, "retracted");
        if !cursor.again && !self.is_written(tenant, &found).await? {
            let again = RetractCursor {
                again: true,
                ..RetractCursor::default()
            };
            self.queue.send_later(&next(again), AGAIN).await?;
        }
        Ok(())
    }

    /// Walks everybody in the tenant: whoever was in the audience when the send
    /// was planned may have left it since. Whether it came to the end.
    async fn walk(
        &self,
        tenant: &TenantId,
        notification: &NotificationId,
        cursor: &mut RetractCursor,
    ) -> Result<bool, Trouble> {
        let shards = self.store.audience_shards(tenant).await?;
        for _ in 0..PAGES {
            let everybody = partition(tenant, &Expression::All, cursor.shard).unwrap_or_default();
            let page = self
                .store
                .members(&everybody, cursor.after.as_ref(), Some(PAGE))
                .await?;
            let users: Vec<UserId> = page.members.into_iter().map(|member| member.user).collect();
            self.store
                .remove_from_feeds(tenant, &users, notification)
                .await?;
            cursor.after = page.more;
            if cursor.after.is_none() {
                cursor.shard += 1;
            }
            if cursor.shard >= shards {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether every chunk that wrote the item has ended.
    async fn is_written(&self, tenant: &TenantId, send: &Send) -> Result<bool, Trouble> {
        let Some(plan) = &send.plan else {
            return Ok(false);
        };
        let planned = plan.chunks.get(&Channel::InApp).copied().unwrap_or(0);
        let rows = self.store.ledger(tenant, &send.id).await?;
        let ended = rows
            .iter()
            .filter(|row| row.channel == Channel::InApp && row.state == LedgerState::Settled)
            .count();
        Ok(ended as u64 >= planned)
    }
}

/// The people of a send that names each of them.
fn named(send: &Send) -> Option<Vec<UserId>> {
    let person = |expression: &Expression| match expression {
        Expression::User { id, .. } => Some(id.clone()),
        _ => None,
    };
    send.audience.include.iter().map(person).collect()
}
