//! Checking: each row against itself, the rows before it, and the directory.
//! Chunks come one after the other, so "before" is well defined; the first row
//! with an id has it, however often a chunk is repeated.

use std::collections::{BTreeMap, BTreeSet};

use domain::FieldError;
use domain::ids::{GroupId, UserId};
use domain::import::{BadRow, ChunkReport, ImportRow};
use domain::people::touches_privilege;
use store::import_rows::Taken;

use crate::load::Job;
use crate::{Importer, Trouble};

/// A row with what is wrong with it so far.
type Judged = (ImportRow, Vec<FieldError>);

impl Importer {
    pub(crate) async fn check(&self, job: &Job) -> Result<ChunkReport, Trouble> {
        let mut rows: Vec<Judged> = Vec::new();
        let mut broken: Vec<BadRow> = Vec::new();
        for row in self.read(job).await? {
            match row {
                Ok(row) => rows.push((row, Vec::new())),
                Err(row) => broken.push(row),
            }
        }
        let total = rows.len() + broken.len();
        self.refuse_duplicates(job, &mut rows).await?;
        self.refuse_erased(job, &mut rows).await?;
        self.refuse_privileges(job, &mut rows).await?;
        let kinds = self.refuse_other_kinds(job, &mut rows).await?;
        let mut taken: Vec<Taken> = kinds;
        let mut links = 0;
        for (row, errors) in rows {
            if errors.is_empty() {
                taken.push(Taken::person(&row.id, row.line));
                links += u32::from(!row.guardian_of.is_empty());
            } else {
                broken.push(BadRow {
                    line: row.line,
                    id: Some(row.id),
                    errors,
                });
            }
        }
        let report = ChunkReport {
            rows: count(total),
            invalid: count(broken.len()),
            links,
            ..ChunkReport::default()
        };
        let (tenant, id) = (&job.tenant, &job.import.id);
        self.store.take_ids(tenant, id, taken).await?;
        self.store
            .put_broken_rows(tenant, id, job.stage, broken)
            .await?;
        Ok(report)
    }

    async fn refuse_duplicates(&self, job: &Job, rows: &mut [Judged]) -> Result<(), Trouble> {
        let ids = rows.iter().map(|(row, _)| row.id.clone());
        let unique: BTreeSet<UserId> = ids.collect();
        let taken = self
            .store
            .taken_people(&job.tenant, &job.import.id, unique.iter())
            .await?;
        let mut first: BTreeMap<UserId, u64> = BTreeMap::new();
        for (row, errors) in rows {
            let earlier = taken.get(row.id.as_str()).map(|taken| taken.line);
            let line = *first
                .entry(row.id.clone())
                .or_insert(earlier.unwrap_or(row.line));
            if line != row.line {
                let message = format!("Line {line} has the same id.");
                errors.push(FieldError::new("id", "duplicate", message));
            }
        }
        Ok(())
    }

    /// The id of somebody who was erased is nobody else's.
    async fn refuse_erased(&self, job: &Job, rows: &mut [Judged]) -> Result<(), Trouble> {
        let ids = rows.iter().map(|(row, _)| &row.id);
        let known = self.store.stamped_users(&job.tenant, ids).await?;
        let erased = known
            .into_iter()
            .filter(|known| known.user.erased_at.is_some());
        let erased: BTreeSet<UserId> = erased.map(|known| known.user.id).collect();
        for (row, errors) in rows {
            if erased.contains(&row.id) {
                let message = "The person with this id was erased; use another id.";
                errors.push(FieldError::new("id", "erased", message));
            }
        }
        Ok(())
    }

    /// Only administrators give and take certain roles, and nobody takes their
    /// own way in.
    async fn refuse_privileges(&self, job: &Job, rows: &mut [Judged]) -> Result<(), Trouble> {
        let import = &job.import;
        if import.by_admin {
            for (row, errors) in rows {
                let gone = row.roles.as_ref();
                let gone =
                    gone.is_some_and(|roles| roles.iter().all(|role| role.as_str() != "admin"));
                if gone && row.id == import.created_by {
                    let message = "You cannot take your own admin role away.";
                    errors.push(FieldError::new("roles", "own_role", message));
                }
            }
            return Ok(());
        }
        let ids: Vec<UserId> = rows.iter().map(|(row, _)| row.id.clone()).collect();
        let people = self.store.users(&job.tenant, &ids).await?;
        let roles: BTreeMap<_, _> = people
            .into_iter()
            .map(|person| (person.id, person.roles))
            .collect();
        for (row, errors) in rows {
            let before = roles.get(&row.id).cloned().unwrap_or_default();
            let after = row.roles.as_ref();
            if after.is_some_and(|after| touches_privilege(&before, after)) {
                let message = "Only administrators give and take the roles admin and staff.";
                errors.push(FieldError::new("roles", "forbidden_role", message));
            }
        }
        Ok(())
    }

    /// A group has one kind: that of the directory, or the one under which the
    /// file names it first. Answers with the groups that are named here first.
    async fn refuse_other_kinds(
        &self,
        job: &Job,
        rows: &mut [Judged],
    ) -> Result<Vec<Taken>, Trouble> {
        let places = rows.iter().flat_map(|(row, _)| &row.groups);
        let mut ids: Vec<GroupId> = places.map(|place| place.id.clone()).collect();
        ids.sort();
        ids.dedup();
        let named = self
            .store
            .taken_groups(&job.tenant, &job.import.id, ids.iter())
            .await?;
        let mut kinds: BTreeMap<GroupId, String> = BTreeMap::new();
        for id in &ids {
            let kind = named.get(id.as_str()).and_then(|taken| taken.kind.clone());
            kinds.extend(kind.map(|kind| (id.clone(), kind)));
        }
        let known = self.store.groups(&job.tenant, &ids).await?;
        kinds.extend(known.into_iter().map(|group| (group.id, group.kind)));
        let mut new = Vec::new();
        for (row, errors) in rows.iter_mut() {
            for place in &row.groups {
                match kinds.get(&place.id) {
                    Some(kind) if place.kind != "group" && *kind != place.kind => {
                        let message = format!("{} is a {kind}, not a {}.", place.id, place.kind);
                        errors.push(FieldError::new("groups", "other_kind", message));
                    }
                    Some(_) => {}
                    None => {
                        kinds.insert(place.id.clone(), place.kind.clone());
                        new.push(Taken::group(&place.id, &place.kind, row.line));
                    }
                }
            }
        }
        Ok(new)
    }
}

pub(crate) fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
