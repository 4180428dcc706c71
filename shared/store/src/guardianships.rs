//! Guardians and children: each side's profile names the other, and both
//! change in one transaction.

use domain::audit::AuditEntry;
use domain::directory::User;
use domain::ids::{TenantId, UserId};
use domain::people::{MAX_CHILDREN, MAX_GUARDIANS};

use crate::Store;
use crate::batches::pause;
use crate::error::StoreError;
use crate::transaction::Refused;
use crate::users::changed;

/// Attempts at a change that lost a race for one of the profiles.
const ATTEMPTS: u32 = 8;

/// Why somebody did not become a guardian.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("there is no such guardian")]
    NoGuardian,
    #[error("there is no such child")]
    NoChild,
    #[error("too many guardians or children")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes `guardian` a guardian of `child`, in memory. Whether anything changed.
pub fn link(guardian: &mut User, child: &mut User) -> bool {
    let one = guardian.children.insert(child.id.clone());
    let other = child.guardians.insert(guardian.id.clone());
    one || other
}

impl Store {
    /// Makes one person the guardian of another; told twice, it is the same.
    pub async fn link_guardian(
        &self,
        tenant: &TenantId,
        guardian: &UserId,
        child: &UserId,
        audit: &AuditEntry,
    ) -> Result<(), LinkError> {
        for attempt in 0..ATTEMPTS {
            let (before_guardian, before_child) =
                tokio::try_join!(self.user(tenant, guardian), self.user(tenant, child))?;
            let before_child = before_child.ok_or(LinkError::NoChild)?;
            let before_guardian = before_guardian.ok_or(LinkError::NoGuardian)?;
            let (mut guardian, mut child) = (before_guardian.clone(), before_child.clone());
            if !link(&mut guardian, &mut child) {
                return Ok(());
            }
            if guardian.children.len() > MAX_CHILDREN || child.guardians.len() > MAX_GUARDIANS {
                return Err(LinkError::TooMany);
            }
            let sides = [(before_guardian, guardian), (before_child, child)];
            if self.relate(tenant, sides, Some(audit)).await?.is_some() {
                return Ok(());
            }
            pause(attempt).await;
        }
        Err(StoreError::Unavailable("a guardianship kept colliding".to_owned()).into())
    }

    /// Ends a guardianship; the profiles as they are afterwards. One side may
    /// be gone already.
    pub async fn unlink_guardian(
        &self,
        tenant: &TenantId,
        guardian: &UserId,
        child: &UserId,
        audit: Option<&AuditEntry>,
    ) -> Result<Vec<User>, StoreError> {
        for attempt in 0..ATTEMPTS {
            let found = tokio::try_join!(self.user(tenant, guardian), self.user(tenant, child))?;
            let sides = [found.0, found.1].into_iter().flatten().map(|before| {
                let mut after = before.clone();
                after.children.remove(child);
                after.guardians.remove(guardian);
                (before, after)
            });
            let sides: Vec<(User, User)> = sides.collect();
            if let Some(people) = self.relate(tenant, sides, audit).await? {
                return Ok(people);
            }
            pause(attempt).await;
        }
        Err(StoreError::Unavailable(
            "a guardianship kept colliding".to_owned(),
        ))
    }

    /// Writes what differs; `None` after a lost race.
    async fn relate(
        &self,
        tenant: &TenantId,
        sides: impl IntoIterator<Item = (User, User)>,
        audit: Option<&AuditEntry>,
    ) -> Result<Option<Vec<User>>, StoreError> {
        let mut transaction = self.transaction();
        let mut people = Vec::new();
        for (before, mut after) in sides {
            if before != after {
                after.version += 1;
                after.updated_at = self.now();
                transaction = changed(transaction, tenant, &before, &after, None)?;
            }
            people.push(after);
        }
        if transaction.is_empty() {
            return Ok(Some(people));
        }
        if let Some(audit) = audit {
            transaction = transaction.audit(tenant, audit);
        }
        match transaction.commit().await {
            Ok(()) => Ok(Some(people)),
            Err(Refused::Conditions(_)) => Ok(None),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Writes many profiles whose guardianships changed, each held to the
    /// version that was read: at most 90. Whether it happened.
    pub async fn relate_many(
        &self,
        tenant: &TenantId,
        people: &[(User, User)],
    ) -> Result<bool, StoreError> {
        let mut transaction = self.transaction();
        for (before, after) in people {
            let item = crate::users::profile(tenant, after, None)?;
            let same = crate::tenants::version_is(before.version);
            transaction = transaction.put(item, Some(same));
        }
        match transaction.commit().await {
            Ok(()) => Ok(true),
            Err(Refused::Conditions(_)) => Ok(false),
            Err(Refused::Store(error)) => Err(error),
        }
    }
}
