//! One message: one chunk in one stage, then the next.

use domain::audit::AuditEntry;
use domain::ids::{AuditId, ImportId, TenantId};
use domain::import::{ChunkReport, Import, ImportStatus, OnInvalid, Progress};
use domain::tasks::{Envelope, ImportStage, Task};
use store::Refused;

use crate::load::Job;
use crate::{Importer, Trouble};

impl Importer {
    /// Works on a chunk unless that is done, and puts what follows on the queue
    /// unless that is done.
    pub(crate) async fn step(
        &self,
        tenant: &TenantId,
        id: &ImportId,
        stage: ImportStage,
        chunk: u32,
    ) -> Result<(), Trouble> {
        let import = self.import(tenant, id).await?;
        if import.status.is_terminal() {
            return Ok(());
        }
        let known = self.store.chunk_report(tenant, id, stage, chunk).await?;
        let mut report = match known {
            Some(report) if report.handed_on => return Ok(()),
            Some(report) => report,
            None if !is_of(stage, import.status) => return Ok(()),
            None => self.run(tenant, &import, stage, chunk).await?,
        };
        if let Some((stage, part)) = self.next(tenant, &import, stage, chunk).await? {
            let import = id.clone();
            let task = Task::ImportDirectory {
                import,
                stage,
                part,
            };
            self.queue
                .send(&Envelope::new(tenant.clone(), task))
                .await?;
        }
        report.handed_on = true;
        self.store
            .put_chunk_report(tenant, id, stage, chunk, &report)
            .await?;
        Ok(())
    }

    async fn import(&self, tenant: &TenantId, id: &ImportId) -> Result<Import, Trouble> {
        let found = self.store.import(tenant, id).await?;
        found.ok_or(Trouble::Gone("the import"))
    }

    async fn run(
        &self,
        tenant: &TenantId,
        import: &Import,
        stage: ImportStage,
        chunk: u32,
    ) -> Result<ChunkReport, Trouble> {
        let plan = self.store.import_plan(tenant, &import.id).await?;
        let job = Job {
            tenant: tenant.clone(),
            import: import.clone(),
            plan: plan.ok_or(Trouble::Gone("the plan"))?,
            stage,
            chunk,
        };
        let report = match stage {
            ImportStage::Check => self.check(&job).await?,
            ImportStage::Link => self.link(&job).await?,
            ImportStage::Apply => self.apply(&job).await?,
            ImportStage::Relate => self.relate(&job).await?,
        };
        self.store
            .put_chunk_report(tenant, &import.id, stage, chunk, &report)
            .await?;
        tracing::info!(%tenant, import = %import.id, ?stage, chunk, rows = report.rows, invalid = report.invalid, "chunk");
        Ok(report)
    }

    /// What follows a chunk; at the end of a phase, the import moves on first.
    async fn next(
        &self,
        tenant: &TenantId,
        import: &Import,
        stage: ImportStage,
        chunk: u32,
    ) -> Result<Option<(ImportStage, u32)>, Trouble> {
        if chunk + 1 < import.chunks {
            return Ok(Some((stage, chunk + 1)));
        }
        match stage {
            ImportStage::Check if import.has_guardians => Ok(Some((ImportStage::Link, 0))),
            ImportStage::Check | ImportStage::Link => self.judge(tenant, &import.id).await,
            ImportStage::Apply if import.has_guardians && !import.dry_run => {
                Ok(Some((ImportStage::Relate, 0)))
            }
            ImportStage::Apply | ImportStage::Relate => self.finish(tenant, &import.id).await,
        }
    }

    /// All rows are checked: whether anything is applied.
    async fn judge(
        &self,
        tenant: &TenantId,
        id: &ImportId,
    ) -> Result<Option<(ImportStage, u32)>, Trouble> {
        let reports = self.store.chunk_reports(tenant, id).await?;
        let invalid = Progress::of(reports.iter()).invalid;
        loop {
            let import = self.import(tenant, id).await?;
            let status = match import.status {
                ImportStatus::Checking if invalid > 0 && import.on_invalid == OnInvalid::Reject => {
                    ImportStatus::Rejected
                }
                ImportStatus::Checking => ImportStatus::Applying,
                // An earlier delivery got this far and no further.
                ImportStatus::Applying => return Ok(Some((ImportStage::Apply, 0))),
                _ => return Ok(None),
            };
            let moved = import.moved(status, self.store.now());
            let moving = self.store.move_import(tenant, &moved, import.version, None);
            match moving.await {
                Ok(()) | Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error.into()),
            }
        }
    }

    async fn finish(
        &self,
        tenant: &TenantId,
        id: &ImportId,
    ) -> Result<Option<(ImportStage, u32)>, Trouble> {
        loop {
            let import = self.import(tenant, id).await?;
            if import.status.is_terminal() {
                return Ok(None);
            }
            let now = self.store.now();
            let moved = import.moved(ImportStatus::Completed, now);
            let act = if import.dry_run { "tried" } else { "completed" };
            let audit = AuditEntry {
                id: AuditId::new(now),
                act: format!("directory.import_{act}"),
                actor: import.created_by.clone(),
                subject: id.to_string(),
                detail: None,
                at: now,
            };
            let moving = self
                .store
                .move_import(tenant, &moved, import.version, Some(&audit));
            match moving.await {
                Ok(()) | Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error.into()),
            }
        }
    }
}

fn is_of(stage: ImportStage, status: ImportStatus) -> bool {
    let checking = matches!(stage, ImportStage::Check | ImportStage::Link);
    match status {
        ImportStatus::Checking => checking,
        ImportStatus::Applying => !checking,
        _ => false,
    }
}
