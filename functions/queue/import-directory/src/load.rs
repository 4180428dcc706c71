//! Reading the rows of a chunk.

use std::collections::BTreeSet;

use domain::ids::TenantId;
use domain::import::{BadRow, Import, ImportRow, Plan, read_links, read_piece};
use domain::tasks::ImportStage;

use crate::{Importer, Trouble};

/// One chunk of an import in one stage.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub tenant: TenantId,
    pub import: Import,
    pub plan: Plan,
    pub stage: ImportStage,
    pub chunk: u32,
}

impl Importer {
    /// All rows of the chunk, each as it reads on its own, as far as the stage
    /// needs to know it.
    pub(crate) async fn read(&self, job: &Job) -> Result<Vec<Result<ImportRow, BadRow>>, Trouble> {
        let place = job
            .plan
            .place(job.chunk)
            .ok_or(Trouble::Gone("the chunk"))?;
        let text = self
            .store
            .piece(&job.tenant, &job.import.id, &place)
            .await?
            .ok_or(Trouble::Gone("the uploaded text"))?;
        let read = match job.stage {
            ImportStage::Check | ImportStage::Apply => read_piece,
            ImportStage::Link | ImportStage::Relate => read_links,
        };
        Ok(read(&job.plan.columns, &text, place.first_line, place.skip))
    }

    /// The rows of the chunk that no earlier stage found broken, and those that
    /// one did.
    pub(crate) async fn sound(&self, job: &Job) -> Result<(Vec<ImportRow>, Vec<BadRow>), Trouble> {
        let (mut sound, mut broken) = (Vec::new(), Vec::new());
        for row in self.read(job).await? {
            match row {
                Ok(row) => sound.push(row),
                Err(row) => broken.push(row),
            }
        }
        let lines = sound.iter().map(|row| row.line);
        let (Some(from), Some(to)) = (lines.clone().min(), lines.max()) else {
            return Ok((sound, broken));
        };
        let found = self
            .store
            .broken_between(&job.tenant, &job.import.id, from, to)
            .await?;
        let earlier = found.into_iter().filter(|row| row.stage < job.stage);
        let lines: BTreeSet<u64> = earlier.map(|row| row.line).collect();
        let (late, sound) = sound.into_iter().partition(|row| lines.contains(&row.line));
        broken.extend(Vec::into_iter(late).map(|row: ImportRow| BadRow {
            line: row.line,
            id: Some(row.id),
            errors: Vec::new(),
        }));
        Ok((sound, broken))
    }
}
