//! Directory imports: the import itself, its uploaded parts, and the plan that
//! fixes which pieces it works through.

use domain::audit::AuditEntry;
use domain::ids::{ImportId, TenantId};
use domain::import::{Import, ImportStatus, Part, Place, Plan};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::table::{Range, item, n, s};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// Days for which uploaded rows are kept: they hold whole profiles.
pub(crate) const UPLOAD_DAYS: i64 = 7;
/// Days for which the report on an import is kept.
pub(crate) const REPORT_DAYS: i64 = 30;

#[derive(Debug, Serialize, Deserialize)]
struct PieceRow {
    text: String,
    ttl: i64,
}

#[derive(Debug, Serialize)]
struct Kept<'a, T> {
    #[serde(flatten)]
    entity: &'a T,
    ttl: i64,
}

impl Store {
    pub(crate) fn days_from_now(&self, days: i64) -> i64 {
        self.now().as_second() + days * 86_400
    }

    pub async fn import(
        &self,
        tenant: &TenantId,
        import: &ImportId,
    ) -> Result<Option<Import>, StoreError> {
        self.read(&keys::import(tenant, import)).await
    }

    /// Imports, newest first.
    pub async fn list_imports(
        &self,
        tenant: &TenantId,
        after: Option<&ImportId>,
        limit: u32,
    ) -> Result<Rows<Import>, StoreError> {
        self.rows(&Range {
            newest_first: true,
            after: after.map(ToString::to_string),
            limit: Some(limit),
            ..Range::of(keys::imports(tenant))
        })
        .await
    }

    pub async fn create_import(
        &self,
        tenant: &TenantId,
        import: &Import,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .create(&keys::import(tenant, &import.id), import)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Stores the pieces of a part; nothing refers to them yet.
    pub async fn put_pieces<'a>(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        part: u32,
        upload: &str,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<(), StoreError> {
        let ttl = self.days_from_now(UPLOAD_DAYS);
        for (piece, text) in (0u32..).zip(texts) {
            let row = PieceRow {
                text: text.to_owned(),
                ttl,
            };
            // One at a time: a batch of them would pass sixteen megabytes.
            let keys = keys::import_piece(tenant, import, part, upload, piece);
            self.batch_put(vec![item(&keys, &row)?]).await?;
        }
        Ok(())
    }

    /// The text of one planned chunk.
    pub async fn piece(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        place: &Place,
    ) -> Result<Option<String>, StoreError> {
        let keys = keys::import_piece(tenant, import, place.part, &place.upload, place.piece);
        let row: Option<PieceRow> = self.read(&keys).await?;
        Ok(row.map(|row| row.text))
    }

    /// Records an uploaded part in place of an earlier upload of it. Position 0
    /// of the refusal: the import no longer takes parts.
    pub async fn record_part(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        part: &Part,
    ) -> Result<(), Refused> {
        let uploading = Expression::new("#status = :uploading").value(":uploading", s("uploading"));
        let touch = Expression::new("ADD #version :one").value(":one", n(1));
        let kept = Kept {
            entity: part,
            ttl: self.days_from_now(UPLOAD_DAYS),
        };
        self.transaction()
            .update(&keys::import(tenant, import), touch, Some(uploading))
            .set(&keys::import_part(tenant, import, part.part), &kept)
            .commit()
            .await
    }

    /// The parts uploaded so far, in order.
    pub async fn parts(
        &self,
        tenant: &TenantId,
        import: &ImportId,
    ) -> Result<Vec<Part>, StoreError> {
        self.all(Range {
            prefix: Some("PART#".to_owned()),
            consistent: true,
            ..Range::of(keys::import_facts(tenant, import))
        })
        .await
    }

    /// Creates an import that begins at once.
    pub async fn create_started_import(
        &self,
        tenant: &TenantId,
        import: &Import,
        plan: &Plan,
        outbox: &OutboxRow,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let transaction = self
            .transaction()
            .create(&keys::import(tenant, &import.id), import);
        self.planned(transaction, tenant, import, plan)
            .outbox(outbox)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Begins an import whose parts are all there. Position 0 of the refusal:
    /// it has changed meanwhile.
    pub async fn start_import(
        &self,
        tenant: &TenantId,
        import: &Import,
        seen: u64,
        plan: &Plan,
        outbox: &OutboxRow,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let transaction =
            self.transaction()
                .replace(&keys::import(tenant, &import.id), import, seen);
        self.planned(transaction, tenant, import, plan)
            .outbox(outbox)
            .audit(tenant, audit)
            .commit()
            .await
    }

    fn planned(
        &self,
        transaction: Transaction,
        tenant: &TenantId,
        import: &Import,
        plan: &Plan,
    ) -> Transaction {
        let kept = Kept {
            entity: plan,
            ttl: self.days_from_now(REPORT_DAYS),
        };
        transaction.set(&keys::import_plan(tenant, &import.id), &kept)
    }

    pub async fn import_plan(
        &self,
        tenant: &TenantId,
        import: &ImportId,
    ) -> Result<Option<Plan>, StoreError> {
        self.read(&keys::import_plan(tenant, import)).await
    }

    /// Moves an import from the version that was read. Position 0 of the
    /// refusal: it has changed meanwhile.
    pub async fn move_import(
        &self,
        tenant: &TenantId,
        import: &Import,
        seen: u64,
        audit: Option<&AuditEntry>,
    ) -> Result<(), Refused> {
        let mut transaction =
            self.transaction()
                .replace(&keys::import(tenant, &import.id), import, seen);
        if let Some(audit) = audit {
            transaction = transaction.audit(tenant, audit);
        }
        transaction.commit().await
    }

    /// Ends an import for a fault of the system, unless it has ended already.
    pub async fn fail_import(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        reason: &str,
    ) -> Result<(), StoreError> {
        while let Some(found) = self.import(tenant, import).await? {
            if found.status.is_terminal() {
                break;
            }
            let mut failed = found.moved(ImportStatus::Failed, self.now());
            failed.reason = Some(reason.to_owned());
            match self.move_import(tenant, &failed, found.version, None).await {
                Ok(()) => break,
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }
}
