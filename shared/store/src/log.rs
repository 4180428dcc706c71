//! The communication log: rows by day and by recipient, and the one way in
//! which a row changes after it was written.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::dispatch::GiveUp;
use domain::ids::{DeliveryId, TenantId};
use domain::log::{LogRow, Move, Shift};
use domain::send::{DeliveryStatus, LedgerState};

use crate::error::StoreError;
use crate::table::{Item, item, n, parse, s};
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

/// What became of moving rows after a provider's reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// The rows, their chunk and the counters have moved on together.
    Moved,
    /// One of the rows is no longer as it was seen: look again.
    Changed,
    /// Their chunk has not settled: report again later.
    NotYet,
}

/// Rows that move in one transaction at most.
pub const MOVES: usize = 90;

fn row_item(tenant: &TenantId, row: &LogRow, days: u32) -> Result<Item, StoreError> {
    let mut found = item(&keys::log(tenant, &row.id), row)?;
    if let Some(recipient) = &row.recipient {
        let partition = keys::log_recipient(tenant, recipient.reveal());
        found.insert("gsi1pk".to_owned(), s(partition));
        found.insert("gsi1sk".to_owned(), s(row.id.as_str()));
    }
    found.insert("ttl".to_owned(), n(row.kept_until(days)));
    Ok(found)
}

/// Where a delivery is counted at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// In its chunk's ledger row and the counters of its day.
    Settled,
    /// Nowhere for good: its chunk waits to be gone on with.
    Released,
}

impl Store {
    /// Writes the rows of a chunk, before its ledger row settles. Writing them
    /// again with the same outcome changes nothing.
    pub async fn put_log_rows(&self, tenant: &TenantId, rows: &[LogRow]) -> Result<(), StoreError> {
        // A batch with the same key twice is refused as a whole.
        let mut seen = std::collections::HashSet::new();
        let days = self.kept_as_known(tenant).await?.rest.log_days;
        let items = rows
            .iter()
            .filter(|row| seen.insert(&row.id))
            .map(|row| row_item(tenant, row, days))
            .collect::<Result<Vec<_>, _>>()?;
        if items.is_empty() {
            return Ok(());
        }
        self.batch_put(items).await
    }

    /// Writes rows that the provider's reports may be writing at the same time:
    /// one that says less than `sent` gives way to a row that is there, unless
    /// that one only says that somebody gave up before. The answer is the rows
    /// as they stand.
    pub async fn put_log_rows_below_reports(
        &self,
        tenant: &TenantId,
        rows: Vec<LogRow>,
    ) -> Result<Vec<LogRow>, StoreError> {
        let mut standing = Vec::with_capacity(rows.len());
        for row in rows {
            if row.status.rank() >= DeliveryStatus::Sent.rank() {
                self.put_log_rows(tenant, std::slice::from_ref(&row))
                    .await?;
                standing.push(row);
            } else if self.put_log_row_below_report(tenant, &row).await? {
                standing.push(row);
            } else {
                standing.extend(self.log_row(tenant, &row.id).await?);
            }
        }
        Ok(standing)
    }

    /// Writes a row unless there is one; tells whether it did.
    pub async fn put_log_row_if_absent(
        &self,
        tenant: &TenantId,
        row: &LogRow,
    ) -> Result<bool, StoreError> {
        let absent = Expression::new("attribute_not_exists(#pk)");
        self.put_log_row(tenant, row, absent).await
    }

    async fn put_log_row_below_report(
        &self,
        tenant: &TenantId,
        row: &LogRow,
    ) -> Result<bool, StoreError> {
        let mut open = Expression::new(
            "attribute_not_exists(#pk) OR (#status = :failed AND #reason IN (:why0, :why1, :why2, :why3))",
        )
        .value(":failed", s(DeliveryStatus::Failed.as_str()));
        for (at, why) in GiveUp::ALL.iter().enumerate() {
            open = open.value(&format!(":why{at}"), s(why.as_str()));
        }
        self.put_log_row(tenant, row, open).await
    }

    /// Whether the row's condition held.
    async fn put_log_row(
        &self,
        tenant: &TenantId,
        row: &LogRow,
        condition: Expression,
    ) -> Result<bool, StoreError> {
        let days = self.kept_as_known(tenant).await?.rest.log_days;
        let put = self
            .transaction()
            .put(row_item(tenant, row, days)?, Some(condition))
            .commit()
            .await;
        match put {
            Ok(()) => Ok(true),
            Err(Refused::Conditions(_)) => Ok(false),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// One row, by the id of its delivery.
    pub async fn log_row(
        &self,
        tenant: &TenantId,
        delivery: &DeliveryId,
    ) -> Result<Option<LogRow>, StoreError> {
        self.read(&keys::log(tenant, delivery)).await
    }

    /// Rows by the ids of their deliveries, those that there are.
    pub async fn log_rows(
        &self,
        tenant: &TenantId,
        deliveries: &BTreeSet<DeliveryId>,
    ) -> Result<BTreeMap<DeliveryId, LogRow>, StoreError> {
        let keys = deliveries.iter().map(|id| keys::log(tenant, id)).collect();
        let found = self.batch_get_consistent(keys).await?;
        let rows = found.into_iter().map(parse::<LogRow>);
        rows.map(|row| row.map(|row| (row.id.clone(), row)))
            .collect()
    }

    /// Moves rows of one chunk, at most [`MOVES`], together with the chunk's
    /// counts and the counters of their day: one change of each, however many
    /// rows there are.
    pub async fn move_log_rows(
        &self,
        tenant: &TenantId,
        moves: &[Move],
    ) -> Result<Moved, StoreError> {
        // A refused transaction is billed like one that went through, so what
        // cannot be yet is not tried.
        let Some(counted) = self.counted(tenant, moves).await? else {
            return Ok(Moved::NotYet);
        };
        match self.move_rows(tenant, moves, counted).await {
            Ok(()) => Ok(Moved::Moved),
            Err(Refused::Conditions(failed)) if failed.iter().any(|at| *at < moves.len()) => {
                Ok(Moved::Changed)
            }
            Err(Refused::Conditions(_)) => Ok(Moved::NotYet),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Where the rows of a chunk are counted as it stands; nothing while it is
    /// being worked on.
    async fn counted(
        &self,
        tenant: &TenantId,
        moves: &[Move],
    ) -> Result<Option<Counted>, StoreError> {
        let place = moves
            .first()
            .and_then(|(_, row)| Some((&row.send, row.chunk.as_ref()?)));
        let Some((send, chunk)) = place else {
            return Ok(Some(Counted::Settled));
        };
        let ledger = self.ledger_row(tenant, send, chunk).await?;
        Ok(ledger.and_then(|ledger| match ledger.state {
            LedgerState::Settled | LedgerState::GivenUp => Some(Counted::Settled),
            LedgerState::Released => Some(Counted::Released),
            LedgerState::InFlight => given_up(moves).then_some(Counted::Released),
        }))
    }

    async fn move_rows(
        &self,
        tenant: &TenantId,
        moves: &[Move],
        counted: Counted,
    ) -> Result<(), Refused> {
        let mut transaction = self.transaction();
        for (seen, row) in moves {
            let stands = Expression::new("#status = :seen").value(":seen", s(seen.status.as_str()));
            transaction =
                transaction.update(&keys::log(tenant, &row.id), moving(row)?, Some(stands));
        }
        let Some((first, chunk)) = moves
            .first()
            .and_then(|(_, row)| Some((row, row.chunk.as_ref()?)))
        else {
            return transaction.commit().await;
        };
        let ledger = keys::ledger(tenant, &first.send, chunk);
        if counted == Counted::Released {
            // Whoever claims the chunk next counts the rows as they then stand.
            // So does whoever tries those again whom a chunk had given up.
            let claimed = match given_up(moves) {
                true => LedgerState::InFlight,
                false => LedgerState::Released,
            };
            let released = Expression::new("#state IN (:released, :claimed)")
                .value(":released", s(LedgerState::Released.as_str()))
                .value(":claimed", s(claimed.as_str()));
            let noted = Expression::new("ADD #moves :one").value(":one", n(1));
            return transaction
                .update(&ledger, noted, Some(released))
                .commit()
                .await;
        }
        let shift = Shift::of(moves);
        let (change, settled) = counting(moves, &shift);
        let day = domain::time::day(first.created_at);
        transaction
            .update(&ledger, change, Some(settled))
            .count(tenant, &day, first.channel, shift.sent, shift.failed)
            .commit()
            .await
    }
}

/// Whether the chunk had given all of them up.
fn given_up(moves: &[Move]) -> bool {
    moves.iter().all(|(seen, _)| seen.was_given_up())
}

/// What a report changes of a row.
fn moving(row: &LogRow) -> Result<Expression, StoreError> {
    let at: AttributeValue = serde_dynamo::to_attribute_value(row.updated_at)?;
    let with_reason = match row.reason {
        Some(_) => ", #reason = :reason",
        None => "",
    };
    let change = Expression::new(format!("SET #status = :to, #updated_at = :at{with_reason}"))
        .value(":to", s(row.status.as_str()))
        .value(":at", at);
    Ok(match &row.reason {
        Some(reason) => change.value(":reason", s(reason)),
        None => change,
    })
}

/// The change of a ledger row's counts, and that it has settled with them.
fn counting(moves: &[Move], shift: &Shift) -> (Expression, Expression) {
    let steps: Vec<String> = shift
        .counts
        .keys()
        .map(|status| {
            format!(
                "#counts.#{status} = if_not_exists(#counts.#{status}, :none) + :{status}",
                status = status.as_str()
            )
        })
        .collect();
    let mut change = Expression::new(format!("SET {}", steps.join(", "))).value(":none", n(0));
    for (status, step) in &shift.counts {
        change = change.value(&format!(":{}", status.as_str()), n(step));
    }
    let left: BTreeSet<_> = moves.iter().map(|(seen, _)| seen.status).collect();
    let counted = left
        .into_iter()
        .map(|status| format!(" AND attribute_exists(#counts.#{})", status.as_str()));
    let settled = format!(
        "#state IN (:ended, :given_up){}",
        counted.collect::<String>()
    );
    let settled = Expression::new(settled)
        .value(":ended", s(LedgerState::Settled.as_str()))
        .value(":given_up", s(LedgerState::GivenUp.as_str()));
    (change, settled)
}
