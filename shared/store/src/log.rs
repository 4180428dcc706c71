//! The communication log: rows by day and by recipient, and the one way in
//! which a row changes after it was written.

use domain::Timestamp;
use domain::ids::{DeliveryId, TenantId};
use domain::log::{LogRow, counted};
use domain::send::DeliveryStatus;

use crate::error::StoreError;
use crate::table::{Item, item, n, s};
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

/// What became of a provider's report about a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advanced {
    /// The row, its chunk and the counters have moved on; the row as it is now.
    Moved(Box<LogRow>),
    /// The row already stood as far or further.
    Stands,
    /// There is no such row, or its chunk has not settled: report again later.
    NotYet,
}

/// Attempts at a row that others change at the same time.
const ATTEMPTS: usize = 5;

fn row_item(tenant: &TenantId, row: &LogRow) -> Result<Item, StoreError> {
    let mut found = item(&keys::log(tenant, &row.id), row)?;
    if let Some(recipient) = &row.recipient {
        let partition = keys::log_recipient(tenant, recipient.reveal());
        found.insert("gsi1pk".to_owned(), s(partition));
        found.insert("gsi1sk".to_owned(), s(row.id.as_str()));
    }
    found.insert("ttl".to_owned(), n(row.kept_until()));
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
        let items = rows
            .iter()
            .filter(|row| seen.insert(&row.id))
            .map(|row| row_item(tenant, row))
            .collect::<Result<Vec<_>, _>>()?;
        if items.is_empty() {
            return Ok(());
        }
        self.batch_put(items).await
    }

    /// Writes rows that the provider's reports may be writing at the same time:
    /// one that says less than `sent` gives way to a row that is there. The
    /// answer is the rows as they stand.
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
            } else if self.put_log_row_if_absent(tenant, &row).await? {
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
        let put = self
            .transaction()
            .put(row_item(tenant, row)?, Some(absent))
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

    /// Moves a delivery to a status of higher rank, together with its chunk's
    /// counts and the counters of its day. A status never moves back.
    pub async fn advance_log_row(
        &self,
        tenant: &TenantId,
        delivery: &DeliveryId,
        status: DeliveryStatus,
        reason: Option<&str>,
        at: Timestamp,
    ) -> Result<Advanced, StoreError> {
        for _ in 0..ATTEMPTS {
            let Some(seen) = self.log_row(tenant, delivery).await? else {
                return Ok(Advanced::NotYet);
            };
            if seen.status.rank() >= status.rank() {
                return Ok(Advanced::Stands);
            }
            let mut row = seen.clone();
            row.status = status;
            row.updated_at = at.max(row.updated_at);
            if let Some(reason) = reason {
                row.reason = Some(reason.to_owned());
            }
            for counted in [Counted::Settled, Counted::Released] {
                match self.move_row(tenant, &seen, &row, counted).await {
                    Ok(()) => return Ok(Advanced::Moved(Box::new(row))),
                    // The row has moved meanwhile: look again.
                    Err(refused) if refused.at(0) => break,
                    Err(Refused::Conditions(_)) if counted == Counted::Settled => {}
                    Err(Refused::Conditions(_)) => return Ok(Advanced::NotYet),
                    Err(Refused::Store(error)) => return Err(error),
                }
            }
        }
        Err(StoreError::Unavailable(
            "a log row kept changing".to_owned(),
        ))
    }

    async fn move_row(
        &self,
        tenant: &TenantId,
        seen: &LogRow,
        row: &LogRow,
        counts: Counted,
    ) -> Result<(), Refused> {
        let stands = Expression::new("#status = :seen").value(":seen", s(seen.status.as_str()));
        let mut transaction = self.transaction().put(row_item(tenant, row)?, Some(stands));
        let Some(chunk) = &row.chunk else {
            return transaction.commit().await;
        };
        let ledger = keys::ledger(tenant, &row.send, chunk);
        if counts == Counted::Released {
            // Whoever claims the chunk next counts the rows as they then stand.
            let released = Expression::new("#state = :released").value(":released", s("released"));
            return transaction.check(&ledger, released).commit().await;
        }
        let (sent, failed) = counted(row.status);
        let (sent_before, failed_before) = counted(seen.status);
        let (from, to) = (seen.status.as_str(), row.status.as_str());
        let change = Expression::new(format!(
            "SET #counts.#{from} = #counts.#{from} - :one, \
             #counts.#{to} = if_not_exists(#counts.#{to}, :none) + :one"
        ))
        .value(":one", n(1))
        .value(":none", n(0));
        let settled = Expression::new(format!(
            "#state = :settled AND attribute_exists(#counts.#{from})"
        ))
        .value(":settled", s("settled"));
        let day = domain::time::day(seen.created_at);
        transaction = transaction
            .count(
                tenant,
                &day,
                row.channel,
                sent - sent_before,
                failed - failed_before,
            )
            .update(&ledger, change, Some(settled));
        transaction.commit().await
    }
}
