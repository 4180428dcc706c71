//! The audit trail: written in the transaction of the act, never changed.

use domain::audit::AuditEntry;
use domain::ids::{AuditId, TenantId};
use domain::{Page, Timestamp};

use crate::error::StoreError;
use crate::table::Range;
use crate::transaction::Transaction;
use crate::{Store, keys};

/// Months that a listing looks back over: entries are kept for two years.
const MONTHS: usize = 24;

/// Adds an entry to the transaction of its act.
pub(crate) fn entry(
    transaction: Transaction,
    tenant: &TenantId,
    entry: &AuditEntry,
) -> Transaction {
    transaction.create(&keys::audit(tenant, &entry.id), entry)
}

impl Transaction {
    /// Adds an entry to the trail, in the transaction of its act.
    pub fn audit(self, tenant: &TenantId, audit: &AuditEntry) -> Self {
        entry(self, tenant, audit)
    }
}

impl Store {
    /// Entries newest first, month by month, after one that was seen.
    pub async fn audit_trail(
        &self,
        tenant: &TenantId,
        after: Option<&AuditId>,
        limit: u32,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let mut entries: Vec<AuditEntry> = Vec::new();
        let mut month = after
            .and_then(AuditId::instant)
            .unwrap_or_else(|| self.now());
        let mut after = after.map(ToString::to_string);
        for _ in 0..MONTHS {
            let left = limit.saturating_sub(u32::try_from(entries.len()).unwrap_or(limit));
            let range = Range {
                newest_first: true,
                after: after.take(),
                limit: Some(left),
                ..Range::of(keys::audit_month(tenant, month))
            };
            let rows = self.rows(&range).await?;
            entries.extend(rows.items);
            if entries.len() >= limit as usize {
                let last = entries.last().map(|entry| entry.id.to_string());
                return Ok(Page::new(entries, last, limit));
            }
            month = before_month(month);
        }
        Ok(Page::new(entries, None, limit))
    }
}

/// Some instant of the month before.
fn before_month(at: Timestamp) -> Timestamp {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date().first_of_month();
    date.yesterday()
        .and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC))
        .map_or(at, |day| day.timestamp())
}
