//! Relating: guardianships between chunks, once all people of the file exist.
//! Both profiles of a pair change in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::FieldError;
use domain::directory::User;
use domain::ids::UserId;
use domain::import::{BadRow, ChunkReport, ImportRow, RowStatus};
use domain::people::{MAX_CHILDREN, MAX_GUARDIANS};
use domain::tasks::ImportStage;
use store::guardianships::link;

use crate::check::count;
use crate::link::unknown_user;
use crate::load::Job;
use crate::{Importer, Trouble};

/// Profiles that one transaction writes, at most.
const PROFILES: usize = 40;
const ATTEMPTS: usize = 8;

/// Profiles as they are and as they will be.
type People = BTreeMap<UserId, (User, User)>;

impl Importer {
    pub(crate) async fn relate(&self, job: &Job) -> Result<ChunkReport, Trouble> {
        if job.import.dry_run || !self.has_links(job, ImportStage::Apply).await? {
            return Ok(ChunkReport::default());
        }
        let (mut rows, _) = self.sound(job).await?;
        rows.retain(|row| !row.guardian_of.is_empty());
        for _ in 0..ATTEMPTS {
            if let Some(broken) = self.try_relate(job, &rows).await? {
                return self.late_faults(job, count(rows.len()), broken).await;
            }
        }
        Err(Trouble::Raced)
    }

    /// Writes every guardianship; `None` after a lost race, whereupon the same
    /// again finds the written ones there. Answers with the rows that failed.
    async fn try_relate(
        &self,
        job: &Job,
        rows: &[ImportRow],
    ) -> Result<Option<Vec<BadRow>>, Trouble> {
        let ids: BTreeSet<&UserId> = rows
            .iter()
            .flat_map(|row| row.guardian_of.iter().chain([&row.id]))
            .collect();
        let ids: Vec<UserId> = ids.into_iter().cloned().collect();
        let people = self.store.users(&job.tenant, &ids).await?;
        let mut people: People = people
            .into_iter()
            .map(|person| (person.id.clone(), (person.clone(), person)))
            .collect();
        let mut broken = Vec::new();
        for row in rows {
            let mut errors = Vec::new();
            for child in &row.guardian_of {
                errors.extend(join(&mut people, &row.id, child));
            }
            if !errors.is_empty() {
                broken.push(BadRow {
                    line: row.line,
                    id: Some(row.id.clone()),
                    errors,
                });
            }
            if dirty(&people) + MAX_GUARDIANS >= PROFILES && !self.flush(job, &mut people).await? {
                return Ok(None);
            }
        }
        let written = self.flush(job, &mut people).await?;
        Ok(written.then_some(broken))
    }

    async fn flush(&self, job: &Job, people: &mut People) -> Result<bool, Trouble> {
        let mut changed: Vec<(User, User)> = Vec::new();
        let now = self.store.now();
        for (before, after) in people.values_mut() {
            if before != after {
                after.version += 1;
                after.updated_at = now;
                changed.push((before.clone(), after.clone()));
                *before = after.clone();
            }
        }
        if changed.is_empty() {
            return Ok(true);
        }
        Ok(self.store.relate_many(&job.tenant, &changed).await?)
    }

    /// Rows that are found broken only now no longer count as what they were
    /// taken for.
    async fn late_faults(
        &self,
        job: &Job,
        rows: u32,
        broken: Vec<BadRow>,
    ) -> Result<ChunkReport, Trouble> {
        let mut report = ChunkReport {
            rows,
            invalid: count(broken.len()),
            ..ChunkReport::default()
        };
        if broken.is_empty() {
            return Ok(report);
        }
        let (tenant, id) = (&job.tenant, &job.import.id);
        let outcomes = self.store.outcomes(tenant, id, job.chunk).await?;
        let lines: BTreeSet<u64> = broken.iter().map(|row| row.line).collect();
        let outcomes = outcomes.unwrap_or_default().rows;
        for outcome in outcomes.iter().filter(|row| lines.contains(&row.line)) {
            match outcome.status {
                RowStatus::Created => report.created += 1,
                RowStatus::Updated => report.updated += 1,
                RowStatus::Unchanged => report.unchanged += 1,
                RowStatus::Invalid => {}
            }
        }
        self.store
            .put_broken_rows(tenant, id, job.stage, broken)
            .await?;
        Ok(report)
    }
}

fn dirty(people: &People) -> usize {
    people
        .values()
        .filter(|(before, after)| before != after)
        .count()
}

/// Links a pair in memory, or tells why not.
fn join(people: &mut People, guardian: &UserId, child: &UserId) -> Option<FieldError> {
    let (Some((_, mut one)), Some((_, mut other))) =
        (people.get(guardian).cloned(), people.get(child).cloned())
    else {
        return Some(unknown_user(child));
    };
    if !link(&mut one, &mut other) {
        return None;
    }
    if one.children.len() > MAX_CHILDREN || other.guardians.len() > MAX_GUARDIANS {
        let message = format!(
            "{child} would have more than {MAX_GUARDIANS} guardians, or this person more than {MAX_CHILDREN} children."
        );
        return Some(FieldError::new("guardian_of", "too_many", message));
    }
    for after in [one, other] {
        if let Some(person) = people.get_mut(&after.id) {
            person.1 = after;
        }
    }
    None
}
