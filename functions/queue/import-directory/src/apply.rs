//! Applying: people, their memberships, and the guardianships inside the chunk.
//! What a chunk wrote carries the import's stamp, so that a repeated chunk knows
//! its own work and reports the same. Both profiles of a guardianship are
//! written, though not always in one transaction: a chunk is not done before
//! all of its writes are.

use std::collections::{BTreeMap, BTreeSet};

use domain::Timestamp;
use domain::audit::AuditEntry;
use domain::directory::{Group, Membership, Standing, User};
use domain::ids::{AuditId, GroupId, UserId};
use domain::import::{
    BadRow, ChunkReport, Defaults, ImportRow, Outcome, Outcomes, RowStatus, merge,
};
use domain::people::touches_privilege;
use store::import_people::{PersonChange, Stamped};

use crate::check::count;
use crate::kin::Kin;
use crate::load::Job;
use crate::{Importer, Trouble};

/// Attempts at people who are being changed by others at the same time.
const ATTEMPTS: usize = 8;

/// What is known of the people of a chunk.
struct Known<'a> {
    kin: &'a Kin,
    people: BTreeMap<UserId, Stamped>,
    memberships: BTreeMap<(UserId, GroupId), Membership>,
    defaults: Defaults,
    now: Timestamp,
}

impl Importer {
    pub(crate) async fn apply(&self, job: &Job) -> Result<ChunkReport, Trouble> {
        let (rows, broken) = self.sound(job).await?;
        if !job.import.dry_run {
            self.ensure_groups(job, &rows).await?;
        }
        let mut people = self.people(job, rows.iter()).await?;
        let kin = Kin::of(&rows, &people);
        let mut ended: BTreeMap<u64, Outcome> = broken.into_iter().map(invalid).collect();
        let mut pending: Vec<&ImportRow> = rows.iter().collect();
        for _ in 0..ATTEMPTS {
            let known = self.known(job, &pending, people, &kin).await?;
            let raced = self.attempt(job, &pending, &known, &mut ended).await?;
            pending.retain(|row| raced.contains(&row.id));
            if pending.is_empty() {
                break;
            }
            people = self.people(job, pending.iter().copied()).await?;
        }
        if !pending.is_empty() {
            return Err(Trouble::Raced);
        }
        let outcomes = Outcomes {
            rows: ended.into_values().collect(),
        };
        let report = outcomes.report(count(kin.open(&rows)));
        self.store
            .put_outcomes(&job.tenant, &job.import.id, job.chunk, outcomes)
            .await?;
        Ok(report)
    }

    /// Decides and writes; the answer names those who lost a race.
    async fn attempt(
        &self,
        job: &Job,
        rows: &[&ImportRow],
        known: &Known<'_>,
        ended: &mut BTreeMap<u64, Outcome>,
    ) -> Result<BTreeSet<UserId>, Trouble> {
        let mut changes = Vec::new();
        for row in rows {
            let (status, change) = decide(job, row, known);
            let outcome = Outcome {
                line: row.line,
                status,
                id: Some(row.id.clone()),
            };
            ended.insert(row.line, outcome);
            changes.extend(change);
        }
        if job.import.dry_run {
            return Ok(BTreeSet::new());
        }
        let raced = self.store.write_people(&job.tenant, changes).await?;
        Ok(raced.into_iter().collect())
    }

    async fn people(
        &self,
        job: &Job,
        rows: impl Iterator<Item = &ImportRow>,
    ) -> Result<BTreeMap<UserId, Stamped>, Trouble> {
        let ids = rows.map(|row| &row.id);
        let stamped = self.store.stamped_users(&job.tenant, ids).await?;
        Ok(stamped
            .into_iter()
            .map(|stamped| (stamped.user.id.clone(), stamped))
            .collect())
    }

    async fn known<'a>(
        &self,
        job: &Job,
        rows: &[&ImportRow],
        people: BTreeMap<UserId, Stamped>,
        kin: &'a Kin,
    ) -> Result<Known<'a>, Trouble> {
        let tenant = &job.tenant;
        let settings = self.store.tenant(tenant).await?;
        let settings = settings.ok_or(Trouble::Gone("the tenant"))?;
        // New people have no memberships to look for.
        let there = rows.iter().filter(|row| people.contains_key(&row.id));
        let wanted: Vec<(UserId, GroupId)> = there
            .flat_map(|row| {
                row.groups
                    .iter()
                    .map(|place| (row.id.clone(), place.id.clone()))
            })
            .collect();
        let found = self.store.memberships(tenant, &wanted).await?;
        let memberships = found
            .into_iter()
            .map(|found| ((found.user.clone(), found.group.clone()), found));
        Ok(Known {
            kin,
            people,
            memberships: memberships.collect(),
            defaults: Defaults {
                locale: settings.locale,
                time_zone: settings.time_zone,
            },
            now: self.store.now(),
        })
    }

    /// Groups that the rows name and nobody has made, under their ids as names.
    async fn ensure_groups(&self, job: &Job, rows: &[ImportRow]) -> Result<(), Trouble> {
        let places = rows.iter().flat_map(|row| &row.groups);
        let mut named: BTreeMap<GroupId, &str> = BTreeMap::new();
        for place in places {
            let kind = named.entry(place.id.clone()).or_insert(&place.kind);
            // A kind that is asserted anywhere says more than a bare `group`.
            if *kind == "group" {
                *kind = &place.kind;
            }
        }
        let ids: Vec<GroupId> = named.keys().cloned().collect();
        for known in self.store.groups(&job.tenant, &ids).await? {
            named.remove(&known.id);
        }
        let now = self.store.now();
        for (id, kind) in named {
            let group = Group {
                name: id.to_string(),
                id,
                kind: kind.to_owned(),
                attributes: BTreeMap::new(),
                status: Standing::Active,
                created_at: now,
                updated_at: now,
                version: 1,
            };
            self.store.ensure_group(&job.tenant, &group).await?;
        }
        Ok(())
    }
}

fn invalid(row: BadRow) -> (u64, Outcome) {
    let outcome = Outcome {
        line: row.line,
        status: RowStatus::Invalid,
        id: row.id,
    };
    (row.line, outcome)
}

/// How a row ends, and what is written for it.
fn decide(job: &Job, row: &ImportRow, known: &Known<'_>) -> (RowStatus, Option<PersonChange>) {
    let found = known.people.get(&row.id);
    let before = found.map(|found| &found.user);
    if before.is_some_and(|before| before.erased_at.is_some()) {
        // Erased since the row was checked: the id is nobody's any more.
        return (RowStatus::Invalid, None);
    }
    let mut row = row.clone();
    let touches = |before: &User| {
        let after = row.roles.as_ref();
        after.is_some_and(|after| touches_privilege(&before.roles, after))
    };
    // Somebody was given such a role since the row was checked.
    if !job.import.by_admin && before.is_some_and(touches) {
        row.roles = None;
    }
    let memberships = memberships(&row, before, known);
    let merged = merge(&row, before, &known.defaults, known.now);
    let after = match (merged, before) {
        (Some(after), _) => Some(after),
        // The profile holds the memberships to what was read.
        (None, Some(before)) if !memberships.is_empty() => Some(next(before, known.now)),
        _ => None,
    };
    let mine = found.and_then(|found| found.stamp.as_deref());
    let created = stamp(job, RowStatus::Created);
    let updated = stamp(job, RowStatus::Updated);
    let relatives = after
        .clone()
        .or_else(|| before.map(|before| next(before, known.now)));
    let relatives = relatives.and_then(|mut user| known.kin.add_to(&mut user).then_some(user));
    let new_child = before.is_some_and(|before| !row.guardian_of.is_subset(&before.children));
    let status = if before.is_none() || mine == Some(&created) {
        RowStatus::Created
    } else if after.is_some() || mine == Some(&updated) || new_child {
        RowStatus::Updated
    } else {
        RowStatus::Unchanged
    };
    let stamp = match status {
        RowStatus::Created => Some(created),
        RowStatus::Updated => Some(updated),
        _ => mine.map(ToOwned::to_owned),
    };
    let change = relatives.or(after).map(|after| PersonChange {
        audit: before.and_then(|before| role_change(job, before, &after, known.now)),
        before: before.cloned(),
        after,
        memberships,
        stamp,
    });
    (status, change)
}

/// The same person, written anew.
fn next(before: &User, now: Timestamp) -> User {
    User {
        version: before.version + 1,
        updated_at: now,
        ..before.clone()
    }
}

fn stamp(job: &Job, status: RowStatus) -> String {
    let word = if status == RowStatus::Created {
        "created"
    } else {
        "updated"
    };
    format!("{}:{word}", job.import.id)
}

/// Memberships that the row adds or whose role it changes.
fn memberships(row: &ImportRow, before: Option<&User>, known: &Known<'_>) -> Vec<Membership> {
    let mut changed = Vec::new();
    for place in &row.groups {
        let found = before.and_then(|_| known.memberships.get(&(row.id.clone(), place.id.clone())));
        match found {
            Some(found) if found.role == place.role => {}
            Some(found) => changed.push(Membership {
                role: place.role.clone(),
                ..found.clone()
            }),
            None => changed.push(Membership {
                group: place.id.clone(),
                user: row.id.clone(),
                role: place.role.clone(),
                status: Standing::Active,
                expires_at: None,
                created_at: known.now,
            }),
        }
    }
    changed
}

fn role_change(job: &Job, before: &User, after: &User, now: Timestamp) -> Option<AuditEntry> {
    (before.roles != after.roles).then(|| AuditEntry {
        id: AuditId::new(now),
        act: "user.role_changed".to_owned(),
        actor: job.import.created_by.clone(),
        subject: after.id.to_string(),
        detail: Some(job.import.id.to_string()),
        at: now,
    })
}
