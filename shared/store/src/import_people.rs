//! Writing many people at once, as an import does: a transaction for some
//! twenty of them, each held to what was read.

use std::collections::BTreeSet;

use domain::audit::AuditEntry;
use domain::directory::{Membership, User, shard_of};
use domain::ids::{TenantId, UserId};
use futures::{StreamExt, TryStreamExt};

use crate::error::StoreError;
use crate::memberships::placed_anew;
use crate::table::{parse, text};
use crate::transaction::{Refused, Transaction};
use crate::users::{STAMP, added_by, address_entries, audience_rows, changed};
use crate::{Store, keys};

/// Writes that a transaction may have.
const WRITES: usize = 100;
/// People in one transaction: profiles of the largest size stay under its 4 MB.
const PEOPLE: usize = 20;
/// Transactions under way at once.
const PARALLEL: usize = 4;

/// A person as read, with the stamp of the import that wrote them last.
#[derive(Debug, Clone)]
pub struct Stamped {
    pub user: User,
    pub stamp: Option<String>,
}

/// What is to become of one person.
#[derive(Debug, Clone)]
pub struct PersonChange {
    pub before: Option<User>,
    pub after: User,
    /// Memberships that are new or whose role changes.
    pub memberships: Vec<Membership>,
    pub audit: Option<AuditEntry>,
    pub stamp: Option<String>,
}

impl PersonChange {
    /// Writes it takes, at most.
    fn writes(&self, tenant: &TenantId) -> usize {
        let after = audience_rows(tenant, &self.after);
        let rows = self.before.as_ref().map_or(after.len(), |before| {
            after
                .symmetric_difference(&audience_rows(tenant, before))
                .count()
        });
        let entries = address_entries(tenant, &self.after).len()
            + self
                .before
                .as_ref()
                .map_or(0, |before| address_entries(tenant, before).len());
        // The profile, entries by address and number, the audit entry.
        1 + rows + entries + 2 * self.memberships.len() + usize::from(self.audit.is_some())
    }
}

impl Store {
    /// People by id with their stamps; unknown ids are absent.
    pub async fn stamped_users(
        &self,
        tenant: &TenantId,
        ids: impl Iterator<Item = &UserId>,
    ) -> Result<Vec<Stamped>, StoreError> {
        let unique: BTreeSet<&UserId> = ids.collect();
        let keys = unique.into_iter().map(|id| keys::user(tenant, id));
        let found = self.batch_get(keys.collect()).await?;
        let stamped = found.into_iter().map(|item| {
            Ok(Stamped {
                stamp: text(&item, STAMP),
                user: parse(item)?,
            })
        });
        stamped.collect()
    }

    /// Writes people, each as it was decided or not at all. The answer names
    /// those that lost a race: they must be read and decided again.
    pub async fn write_people(
        &self,
        tenant: &TenantId,
        mut changes: Vec<PersonChange>,
    ) -> Result<Vec<UserId>, StoreError> {
        self.allot_shards(tenant, &mut changes).await?;
        let packs = packs(tenant, changes);
        let written = packs.into_iter().map(|pack| self.write_pack(tenant, pack));
        let raced: Vec<Vec<UserId>> = futures::stream::iter(written)
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await?;
        Ok(raced.into_iter().flatten().collect())
    }

    /// Gives each new person the next place in the audience shards.
    async fn allot_shards(
        &self,
        tenant: &TenantId,
        changes: &mut [PersonChange],
    ) -> Result<(), StoreError> {
        let new = changes.iter().filter(|change| change.before.is_none());
        let count = new.count() as u64;
        if count == 0 {
            return Ok(());
        }
        let last = self.allot_ordinals(tenant, count).await?;
        let new = changes.iter_mut().filter(|change| change.before.is_none());
        for (ordinal, change) in (last + 1 - count..).zip(new) {
            change.after.shard = shard_of(ordinal);
        }
        Ok(())
    }

    async fn write_pack(
        &self,
        tenant: &TenantId,
        pack: Vec<PersonChange>,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut transaction = self.transaction();
        for change in &pack {
            transaction = written(transaction, tenant, change)?;
        }
        match transaction.commit().await {
            Ok(()) => Ok(Vec::new()),
            Err(Refused::Conditions(_)) => {
                Ok(pack.into_iter().map(|change| change.after.id).collect())
            }
            Err(Refused::Store(error)) => Err(error),
        }
    }
}

fn written(
    transaction: Transaction,
    tenant: &TenantId,
    change: &PersonChange,
) -> Result<Transaction, StoreError> {
    let stamp = change.stamp.as_deref();
    let mut transaction = match &change.before {
        Some(before) => changed(transaction, tenant, before, &change.after, stamp)?,
        None => added_by(transaction, tenant, &change.after, stamp)?,
    };
    for membership in &change.memberships {
        transaction = placed_anew(transaction, tenant, &change.after, membership);
    }
    if let Some(audit) = &change.audit {
        transaction = transaction.audit(tenant, audit);
    }
    Ok(transaction)
}

fn packs(tenant: &TenantId, changes: Vec<PersonChange>) -> Vec<Vec<PersonChange>> {
    let mut packs: Vec<Vec<PersonChange>> = Vec::new();
    let mut filled = WRITES;
    for change in changes {
        let writes = change.writes(tenant);
        let fits = packs.last().is_some_and(|pack| pack.len() < PEOPLE);
        if !fits || filled + writes > WRITES {
            packs.push(Vec::new());
            filled = 0;
        }
        filled += writes;
        if let Some(pack) = packs.last_mut() {
            pack.push(change);
        }
    }
    packs
}
