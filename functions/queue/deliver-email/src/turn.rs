//! The part of a chunk that goes with the next call, and when it goes.

use std::time::Duration;

use delivery::email::MAX_RECIPIENTS;
use domain::Channel;
use domain::dispatch::Skip;
use domain::ids::TenantId;
use domain::send::{DeliveryStatus, Send};
use store::StoreError;
use tokio::time::Instant;

use crate::Worker;
use crate::deliver::Sorted;
use crate::outcome::PAUSED_WAIT;

/// What is given back comes back within so much of its turn, so that not all of
/// it comes back at once.
const SPREAD: Duration = Duration::from_secs(5);

/// When a call may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    Now,
    /// The account does not take it sooner.
    In(Duration),
}

impl Worker {
    /// Cuts a chunk to what may go with one call, ends those whose address is
    /// another's, and waits for the turn of the rest, at most until `patience`.
    /// Nothing is claimed yet, so a chunk whose turn comes later is given back
    /// at no cost.
    pub(crate) async fn turn(
        &self,
        tenant: &TenantId,
        send: &Send,
        sorted: &mut Sorted,
        patience: Instant,
    ) -> Result<Turn, StoreError> {
        if sorted.messages.is_empty() {
            return Ok(Turn::Now);
        }
        if send.test {
            self.leave_out(tenant, send, sorted).await?;
            return Ok(Turn::Now);
        }
        if let Some(reason) = self.channel.paused().await {
            tracing::error!(send = %send.id, reason, "the account may not send; waiting");
            return Ok(Turn::In(PAUSED_WAIT));
        }
        let most = self.channel.limiter().batch(MAX_RECIPIENTS);
        sorted.messages.truncate(most);
        sorted.rows.truncate(most);
        self.leave_out(tenant, send, sorted).await?;
        let count = sorted.messages.len();
        if count == 0 {
            return Ok(Turn::Now);
        }
        let patience = patience.saturating_duration_since(Instant::now());
        Ok(match self.channel.limiter().turn(count, patience).await {
            Ok(()) => Turn::Now,
            Err(wait) => Turn::In(wait + SPREAD.mul_f64(rand::random::<f64>())),
        })
    }

    /// Ends the deliveries whose address another delivery of the send reaches.
    async fn leave_out(
        &self,
        tenant: &TenantId,
        send: &Send,
        sorted: &mut Sorted,
    ) -> Result<(), StoreError> {
        if !send.dedupe_by_address {
            return Ok(());
        }
        let deliveries: Vec<_> = sorted
            .messages
            .iter()
            .zip(&sorted.rows)
            .map(|(message, row)| (row.id.clone(), message.to.clone().into()))
            .collect();
        let own = self
            .store
            .own_addresses(tenant, send, Channel::Email, &deliveries)
            .await?;
        let all = std::mem::take(&mut sorted.messages);
        let rows = std::mem::take(&mut sorted.rows);
        for ((message, mut row), own) in all.into_iter().zip(rows).zip(own) {
            if own {
                sorted.messages.push(message);
                sorted.rows.push(row);
            } else {
                row.status = DeliveryStatus::Skipped;
                row.reason = Some(Skip::DuplicateAddress.as_str().to_owned());
                row.subject = None;
                sorted.ended.push(row);
            }
        }
        Ok(())
    }
}
