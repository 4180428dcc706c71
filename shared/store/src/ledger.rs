//! The ledger of a send: one row a chunk. Progress is its sum.

use domain::ids::{SendId, TenantId};
use domain::send::{LedgerRow, Progress};

use crate::error::StoreError;
use crate::table::Range;
use crate::transaction::{Refused, Transaction};
use crate::{Store, keys};

impl Transaction {
    pub(crate) fn ledger(self, tenant: &TenantId, send: &SendId, row: &LedgerRow) -> Self {
        self.set(&keys::ledger(tenant, send, &row.chunk), row)
    }
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

    /// Puts a chunk's row in its first state, if nobody has.
    pub async fn claim_new(
        &self,
        tenant: &TenantId,
        send: &SendId,
        row: &LedgerRow,
    ) -> Result<bool, StoreError> {
        let created = self
            .transaction()
            .create(&keys::ledger(tenant, send, &row.chunk), row)
            .commit()
            .await;
        match created {
            Ok(()) => Ok(true),
            Err(Refused::Conditions(_)) => Ok(false),
            Err(Refused::Store(error)) => Err(error),
        }
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
