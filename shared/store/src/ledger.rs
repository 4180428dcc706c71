//! The ledger of a send: one row a chunk. Progress is its sum.

use std::time::Duration;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::Channel;
use domain::dispatch::{Counts, MAX_AMBIGUOUS, growth};
use domain::ids::{SendId, TenantId};
use domain::send::{LedgerRow, LedgerState, Progress, Send, SendStatus};

use crate::error::StoreError;
use crate::table::{Range, n, s};
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a held claim is settled or released"]
pub enum Claim {
    /// Ours: the provider may be called.
    Held(LedgerRow),
    /// Somebody else's, or ended: the row as it stands.
    Lost(LedgerRow),
}

impl Store {
    /// All chunks of a send that have been begun.
    pub async fn ledger(
        &self,
        tenant: &TenantId,
        send: &SendId,
    ) -> Result<Vec<LedgerRow>, StoreError> {
        self.all(Range::of(keys::ledger(tenant, send, "").pk)).await
    }

    /// One chunk of a send.
    pub async fn ledger_row(
        &self,
        tenant: &TenantId,
        send: &SendId,
        chunk: &str,
    ) -> Result<Option<LedgerRow>, StoreError> {
        self.read(&keys::ledger(tenant, send, chunk)).await
    }

    /// Records a chunk that needed no claim, because writing it twice is the
    /// same as writing it once.
    pub async fn settle_chunk(
        &self,
        tenant: &TenantId,
        send: &SendId,
        row: &LedgerRow,
    ) -> Result<(), StoreError> {
        let item = crate::table::item(&keys::ledger(tenant, send, &row.chunk), row)?;
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .send()
            .await?;
        Ok(())
    }

    /// Claims a chunk, if its row still is as it was `seen` and no lease is in
    /// force: the last write before a provider is called.
    pub async fn claim_chunk(
        &self,
        tenant: &TenantId,
        send: &SendId,
        chunk: &str,
        channel: Channel,
        seen: Option<&LedgerRow>,
        owner: &str,
    ) -> Result<Claim, StoreError> {
        let now = self.now().as_millisecond();
        let claimed = LedgerRow {
            chunk: chunk.to_owned(),
            channel,
            state: LedgerState::InFlight,
            counts: seen.map(|row| row.counts.clone()).unwrap_or_default(),
            // Only claims without an outcome count against the limit.
            attempts: seen.map_or(0, |row| row.attempts) + 1,
            deferrals: seen.map_or(0, |row| row.deferrals),
            lease_until: now + domain::dispatch::lease_ms(channel),
            first_claim: now,
            owner: owner.to_owned(),
            moves: seen.map_or(0, |row| row.moves),
        };
        let keys = keys::ledger(tenant, send, chunk);
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(crate::table::item(&keys, &claimed)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let put = match seen {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(row) => put
                .condition_expression(
                    "#owner = :owner AND #state = :state \
                     AND (attribute_not_exists(#moves) OR #moves = :moves)",
                )
                .expression_attribute_names("#moves", "moves")
                .expression_attribute_values(":moves", n(row.moves))
                .expression_attribute_names("#owner", "owner")
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":owner", s(&row.owner))
                .expression_attribute_values(":state", s(row.state.as_str())),
        };
        match put.send().await {
            Ok(_) => Ok(Claim::Held(claimed)),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    let row: LedgerRow =
                        crate::table::parse(failed.item().cloned().unwrap_or_default())?;
                    // A reply that was lost and tried again finds our own claim.
                    let ours = row.owner == owner && row.state == LedgerState::InFlight;
                    Ok(if ours {
                        Claim::Held(row)
                    } else {
                        Claim::Lost(row)
                    })
                }
                _ => Err(error.into()),
            },
        }
    }

    /// Ends a claim with the final counts.
    pub async fn settle_claim(
        &self,
        tenant: &TenantId,
        send: &Send,
        held: &LedgerRow,
        counts: Counts,
    ) -> Result<(), StoreError> {
        let settled = LedgerRow {
            counts,
            state: LedgerState::Settled,
            ..held.clone()
        };
        self.close(tenant, send, held, settled).await
    }

    /// Gives a claim back with the counts so far: whoever is not counted
    /// certainly was not reached, and nobody tries before the delay is over.
    /// `deferrals` is how often the provider could not take it by now.
    pub async fn release_claim(
        &self,
        tenant: &TenantId,
        send: &Send,
        held: &LedgerRow,
        counts: Counts,
        deferrals: u32,
        delay: Duration,
    ) -> Result<(), StoreError> {
        let released = LedgerRow {
            counts,
            state: LedgerState::Released,
            // This claim did have an outcome, so it does not count as ambiguous.
            attempts: held.attempts - 1,
            deferrals,
            lease_until: self.after(delay),
            ..held.clone()
        };
        self.close(tenant, send, held, released).await
    }

    /// Keeps a claim open for what the provider may still report, to be tried
    /// again after the delay as if this attempt had not been; without a delay
    /// it was the last.
    pub async fn keep_claim(
        &self,
        tenant: &TenantId,
        send: &Send,
        held: &LedgerRow,
        delay: Option<Duration>,
    ) -> Result<(), StoreError> {
        let kept = LedgerRow {
            attempts: if delay.is_some() {
                held.attempts - 1
            } else {
                MAX_AMBIGUOUS
            },
            deferrals: held.deferrals + 1,
            lease_until: delay.map_or(held.lease_until, |delay| self.after(delay)),
            ..held.clone()
        };
        self.close(tenant, send, held, kept).await
    }

    /// Keeps a claim open of which a part has ended: what is in doubt now was
    /// not before, so its attempts are counted anew.
    pub async fn keep_part(
        &self,
        tenant: &TenantId,
        send: &Send,
        held: &LedgerRow,
        counts: Counts,
    ) -> Result<(), StoreError> {
        let kept = LedgerRow {
            counts,
            attempts: 1,
            ..held.clone()
        };
        self.close(tenant, send, held, kept).await
    }

    /// An epoch millisecond from now.
    fn after(&self, delay: Duration) -> i64 {
        let wait = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
        self.now().as_millisecond().saturating_add(wait)
    }

    /// The day's counters grow by what is new, in the same transaction. A claim
    /// that another worker took over meanwhile stays theirs.
    pub(crate) async fn close(
        &self,
        tenant: &TenantId,
        send: &Send,
        held: &LedgerRow,
        closed: LedgerRow,
    ) -> Result<(), StoreError> {
        let (sent, failed) = growth(&held.counts, &closed.counts);
        let keys = keys::ledger(tenant, &send.id, &held.chunk);
        let ours = Expression::new("#owner = :owner AND #state = :inflight")
            .value(":owner", s(&held.owner))
            .value(":inflight", s("in_flight"));
        let day = domain::time::day(send.planned_at.unwrap_or(send.created_at));
        let closing = self
            .transaction()
            .put(crate::table::item(&keys, &closed)?, Some(ours))
            .count(tenant, &day, held.channel, sent, failed);
        match closing.commit().await {
            Ok(()) | Err(Refused::Conditions(_)) => {}
            Err(Refused::Store(error)) => return Err(error),
        }
        if send.status == SendStatus::Completed {
            // Only a task that was given back works on a completed send.
            self.correct_totals(tenant, &send.id).await?;
        }
        Ok(())
    }
}

/// The sum of a send's ledger.
pub fn progress(rows: &[LedgerRow]) -> Progress {
    let mut progress = Progress::default();
    for row in rows {
        for (status, count) in &row.counts {
            progress.add(row.channel, *status, *count);
        }
    }
    progress
}
