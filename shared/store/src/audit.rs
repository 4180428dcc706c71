//! The audit trail: written in the transaction of the act, never changed.

use domain::audit::AuditEntry;
use domain::ids::TenantId;

use crate::keys;
use crate::transaction::Transaction;

/// Adds an entry to the transaction of its act.
pub(crate) fn entry(
    transaction: Transaction,
    tenant: &TenantId,
    entry: &AuditEntry,
) -> Transaction {
    transaction
        .create(&keys::audit(tenant, &entry.id), entry)
        .kept_as_audit(tenant, entry.at)
}

impl Transaction {
    /// Adds an entry to the trail, in the transaction of its act.
    pub fn audit(self, tenant: &TenantId, audit: &AuditEntry) -> Self {
        entry(self, tenant, audit)
    }
}
