//! Finding the people whom rows name as their children: in the file, whatever
//! the order of its rows, or in the directory.

use std::collections::BTreeSet;

use domain::FieldError;
use domain::ids::UserId;
use domain::import::{BadRow, ChunkReport};
use domain::tasks::ImportStage;

use crate::check::count;
use crate::load::Job;
use crate::{Importer, Trouble};

impl Importer {
    pub(crate) async fn link(&self, job: &Job) -> Result<ChunkReport, Trouble> {
        if !self.has_links(job, ImportStage::Check).await? {
            return Ok(ChunkReport::default());
        }
        let (rows, _) = self.sound(job).await?;
        let named: BTreeSet<UserId> = rows
            .iter()
            .flat_map(|row| row.guardian_of.iter().cloned())
            .collect();
        let known = self.known_ids(job, &named).await?;
        let mut broken = Vec::new();
        for row in &rows {
            let unknown = row.guardian_of.iter().filter(|id| !known.contains(*id));
            let errors: Vec<FieldError> = unknown.map(unknown_user).collect();
            if !errors.is_empty() {
                broken.push(BadRow {
                    line: row.line,
                    id: Some(row.id.clone()),
                    errors,
                });
            }
        }
        let report = ChunkReport {
            rows: count(rows.len()),
            invalid: count(broken.len()),
            ..ChunkReport::default()
        };
        self.store
            .put_broken_rows(&job.tenant, &job.import.id, job.stage, broken)
            .await?;
        Ok(report)
    }

    /// Whether an earlier stage left guardianships of the chunk to do.
    pub(crate) async fn has_links(&self, job: &Job, stage: ImportStage) -> Result<bool, Trouble> {
        let report = self
            .store
            .chunk_report(&job.tenant, &job.import.id, stage, job.chunk)
            .await?;
        Ok(report.is_none_or(|report| report.links > 0))
    }

    async fn known_ids(
        &self,
        job: &Job,
        named: &BTreeSet<UserId>,
    ) -> Result<BTreeSet<UserId>, Trouble> {
        let taken = self
            .store
            .taken_people(&job.tenant, &job.import.id, named.iter())
            .await?;
        let (mut known, others): (BTreeSet<UserId>, BTreeSet<UserId>) = named
            .iter()
            .cloned()
            .partition(|id| taken.contains_key(id.as_str()));
        let others: Vec<UserId> = others.into_iter().collect();
        let people = self.store.users(&job.tenant, &others).await?;
        known.extend(people.into_iter().map(|person| person.id));
        Ok(known)
    }
}

pub(crate) fn unknown_user(id: &UserId) -> FieldError {
    let message = format!("{id} is neither in this file nor in the directory.");
    FieldError::new("guardian_of", "unknown_user", message)
}
