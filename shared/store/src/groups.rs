//! Classes, courses, webinars, teams.

use std::collections::BTreeSet;

use domain::audit::AuditEntry;
use domain::directory::{Group, Standing};
use domain::ids::{GroupId, TenantId, UserId};

use crate::error::StoreError;
use crate::memberships::{Place, Roll};
use crate::table::{Range, parse};
use crate::transaction::Refused;
use crate::{Rows, Store, keys};

/// Members with whom a group can still be removed in one request.
pub const REMOVABLE: u32 = 500;
/// Groups that one query reads while it looks for those that are wanted.
const SCANNED: u32 = 200;

/// Why a group was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveGroup {
    /// More than [`REMOVABLE`] people belong to it.
    #[error("the group has too many members")]
    TooMany,
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl From<StoreError> for RemoveGroup {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Store {
    pub async fn group(
        &self,
        tenant: &TenantId,
        group: &GroupId,
    ) -> Result<Option<Group>, StoreError> {
        self.read(&keys::group(tenant, group)).await
    }

    /// Groups by id, in no order; unknown ids are absent.
    pub async fn groups(
        &self,
        tenant: &TenantId,
        ids: &[GroupId],
    ) -> Result<Vec<Group>, StoreError> {
        let unique: BTreeSet<&GroupId> = ids.iter().collect();
        let keys = unique.into_iter().map(|id| keys::group(tenant, id));
        let found = self.batch_get(keys.collect()).await?;
        found.into_iter().map(parse).collect()
    }

    /// Groups in the order of their ids, optionally of one kind.
    pub async fn list_groups(
        &self,
        tenant: &TenantId,
        kind: Option<&str>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Rows<Group>, StoreError> {
        let mut items: Vec<Group> = Vec::new();
        let mut after = after.map(ToOwned::to_owned);
        loop {
            let range = Range {
                after: after.take(),
                limit: Some(SCANNED),
                ..Range::of(keys::groups(tenant))
            };
            let rows = self.rows::<Group>(&range).await?;
            for group in rows.items {
                if items.len() == limit as usize {
                    let more = items.last().map(|last| last.id.to_string());
                    return Ok(Rows { items, more });
                }
                if kind.is_none_or(|kind| group.kind == kind) {
                    items.push(group);
                }
            }
            match rows.more {
                None => return Ok(Rows { items, more: None }),
                more => after = more,
            }
        }
    }

    /// Position 0 of the refusal: there is a group with this id.
    pub async fn create_group(
        &self,
        tenant: &TenantId,
        group: &Group,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .create(&keys::group(tenant, &group.id), group)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Makes a group unless there is one with its id.
    pub async fn ensure_group(&self, tenant: &TenantId, group: &Group) -> Result<(), StoreError> {
        let created = self
            .transaction()
            .create(&keys::group(tenant, &group.id), group)
            .commit()
            .await;
        match created {
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Position 0 of the refusal: the group has changed meanwhile.
    pub async fn update_group(
        &self,
        tenant: &TenantId,
        after: &Group,
        seen: u64,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .replace(&keys::group(tenant, &after.id), after, seen)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Removes a group and its memberships. It is suspended first, so that
    /// nobody can join it meanwhile; a removal that broke off can be repeated.
    pub async fn remove_group(
        &self,
        tenant: &TenantId,
        group: &Group,
        audit: &AuditEntry,
    ) -> Result<(), RemoveGroup> {
        let mut closed = group.clone();
        closed.status = Standing::Suspended;
        closed.version += 1;
        closed.updated_at = self.now();
        let people = self.everybody_in(tenant, &group.id).await?;
        if people.len() > REMOVABLE as usize {
            return Err(RemoveGroup::TooMany);
        }
        self.transaction()
            .replace(&keys::group(tenant, &group.id), &closed, group.version)
            .commit()
            .await?;
        // Read again: somebody may have joined before the group was closed.
        let people = self.everybody_in(tenant, &group.id).await?;
        self.remove_members(tenant, &group.id, &people).await?;
        self.transaction()
            .delete(
                &keys::group(tenant, &group.id),
                Some(crate::tenants::version_is(closed.version)),
            )
            .audit(tenant, audit)
            .commit()
            .await?;
        Ok(())
    }

    /// The members of a group with their shards, a few more than [`REMOVABLE`]
    /// at most.
    async fn everybody_in(
        &self,
        tenant: &TenantId,
        group: &GroupId,
    ) -> Result<Vec<(UserId, u32)>, StoreError> {
        let counted = self
            .walk(tenant, Roll::Group(group), Place::START, REMOVABLE + 1)
            .await?;
        let resting = self
            .resting_members(tenant, group, None, REMOVABLE + 1)
            .await?;
        let ids: Vec<UserId> = counted
            .members
            .into_iter()
            .chain(resting.members)
            .map(|member| member.user)
            .collect();
        let people = self.users(tenant, &ids).await?;
        Ok(people
            .into_iter()
            .map(|person| (person.id, person.shard))
            .collect())
    }
}
