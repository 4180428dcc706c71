//! Who belongs to which group. A membership is seen from the person, and by a
//! tiny row from the group: in its audience while it counts, among the resting
//! ones while it or the person is suspended. All change together.

use domain::Timestamp;
use domain::audit::AuditEntry;
use domain::directory::{Membership, Standing, User};
use domain::ids::{GroupId, TenantId, UserId};

use crate::audience::Member;
use crate::error::StoreError;
use crate::table::{Keys, Range, parse};
use crate::transaction::{Expression, Refused, Transaction};
use crate::users::AudienceRow;
use crate::{Store, keys};

/// Memberships that one transaction removes, at three writes each.
const REMOVED_AT_ONCE: usize = 30;

/// A place in a walk over the shards of a partition: which shard, after whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub shard: u32,
    pub after: Option<UserId>,
}

impl Place {
    pub const START: Self = Self {
        shard: 0,
        after: None,
    };

    /// The text that [`Display`](std::fmt::Display) makes.
    pub fn parse(text: &str) -> Option<Self> {
        let (shard, after) = text.split_once(':')?;
        Some(Self {
            shard: shard.parse().ok()?,
            after: match after {
                "" => None,
                after => Some(after.parse().ok()?),
            },
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let after = self.after.as_ref().map_or("", UserId::as_str);
        write!(f, "{}:{after}", self.shard)
    }
}

/// Some of the rows of a sharded partition.
#[derive(Debug, Clone)]
pub struct Walked {
    pub members: Vec<Member>,
    pub more: Option<Place>,
}

/// What a walk goes through.
#[derive(Debug, Clone, Copy)]
pub enum Roll<'a> {
    Role(&'a str),
    Group(&'a GroupId),
}

/// Adds the writes that put a membership where it belongs: three.
pub(crate) fn placed(
    transaction: Transaction,
    tenant: &TenantId,
    user: &User,
    membership: &Membership,
) -> Result<Transaction, StoreError> {
    let (here, elsewhere) = rows(tenant, user, membership);
    Ok(entered(transaction, tenant, membership, &here).delete(&elsewhere, None))
}

/// Adds the writes of a membership whose standing is new or the same: two.
pub(crate) fn placed_anew(
    transaction: Transaction,
    tenant: &TenantId,
    user: &User,
    membership: &Membership,
) -> Transaction {
    let (here, _) = rows(tenant, user, membership);
    entered(transaction, tenant, membership, &here)
}

fn entered(
    transaction: Transaction,
    tenant: &TenantId,
    membership: &Membership,
    here: &Keys,
) -> Transaction {
    let row = AudienceRow {
        a: membership.created_at.as_second(),
        x: membership.expires_at.map(Timestamp::as_second),
        r: Some(membership.role.to_string()),
    };
    transaction
        .set(
            &keys::membership(tenant, &membership.user, &membership.group),
            membership,
        )
        .set(here, &row)
}

/// Where the group's row stands, and where it must not.
fn rows(tenant: &TenantId, user: &User, membership: &Membership) -> (Keys, Keys) {
    let audience = Keys::new(
        keys::audience_group(tenant, &membership.group, user.shard),
        user.id.as_str(),
    );
    let resting = keys::resting(tenant, &membership.group, &user.id);
    let counts = user.status == Standing::Active && membership.status == Standing::Active;
    if counts {
        (audience, resting)
    } else {
        (resting, audience)
    }
}

fn removed(
    transaction: Transaction,
    tenant: &TenantId,
    user: &UserId,
    shard: u32,
    group: &GroupId,
) -> Transaction {
    let audience = keys::audience_group(tenant, group, shard);
    transaction
        .delete(&keys::membership(tenant, user, group), None)
        .delete(&Keys::new(audience, user.as_str()), None)
        .delete(&keys::resting(tenant, group, user), None)
}

impl Store {
    pub async fn membership(
        &self,
        tenant: &TenantId,
        user: &UserId,
        group: &GroupId,
    ) -> Result<Option<Membership>, StoreError> {
        self.read(&keys::membership(tenant, user, group)).await
    }

    /// All memberships of a person, whatever their standing.
    pub async fn memberships_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<Membership>, StoreError> {
        self.all(Range {
            prefix: Some("GROUP#".to_owned()),
            consistent: true,
            ..Range::of(keys::user(tenant, user).pk)
        })
        .await
    }

    /// Many memberships by person and group; those that do not exist are absent.
    pub async fn memberships(
        &self,
        tenant: &TenantId,
        wanted: &[(UserId, GroupId)],
    ) -> Result<Vec<Membership>, StoreError> {
        let keys = wanted
            .iter()
            .map(|(user, group)| keys::membership(tenant, user, group));
        let found = self.batch_get(keys.collect()).await?;
        found.into_iter().map(parse).collect()
    }

    /// Makes or changes a membership. Positions of the refusal: 0 is the person,
    /// who has changed meanwhile; 1 is the group, which is gone or being removed.
    pub async fn put_membership(
        &self,
        tenant: &TenantId,
        user: &User,
        membership: &Membership,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let active = Expression::new("attribute_exists(#pk) AND #status = :active")
            .value(":active", crate::table::s("active"));
        let transaction = self
            .transaction()
            .check(
                &keys::user(tenant, &user.id),
                crate::tenants::version_is(user.version),
            )
            .check(&keys::group(tenant, &membership.group), active);
        placed(transaction, tenant, user, membership)?
            .audit(tenant, audit)
            .commit()
            .await
    }

    pub async fn remove_membership(
        &self,
        tenant: &TenantId,
        user: &User,
        group: &GroupId,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        removed(self.transaction(), tenant, &user.id, user.shard, group)
            .audit(tenant, audit)
            .commit()
            .await
    }

    pub(crate) async fn remove_memberships_of(
        &self,
        tenant: &TenantId,
        user: &User,
    ) -> Result<(), Refused> {
        let memberships = self.memberships_of(tenant, &user.id).await?;
        for some in memberships.chunks(REMOVED_AT_ONCE) {
            let mut transaction = self.transaction();
            for membership in some {
                transaction = removed(transaction, tenant, &user.id, user.shard, &membership.group);
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Removes the given people's memberships of a group.
    pub(crate) async fn remove_members(
        &self,
        tenant: &TenantId,
        group: &GroupId,
        people: &[(UserId, u32)],
    ) -> Result<(), Refused> {
        for some in people.chunks(REMOVED_AT_ONCE) {
            let mut transaction = self.transaction();
            for (user, shard) in some {
                transaction = removed(transaction, tenant, user, *shard, group);
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Goes on through the people of a role or a group, shard by shard.
    pub async fn walk(
        &self,
        tenant: &TenantId,
        roll: Roll<'_>,
        from: Place,
        limit: u32,
    ) -> Result<Walked, StoreError> {
        let shards = self.audience_shards(tenant).await?;
        let mut place = from;
        let mut members = Vec::new();
        while place.shard < shards {
            let left = limit.saturating_sub(u32::try_from(members.len()).unwrap_or(limit));
            if left == 0 {
                return Ok(Walked {
                    members,
                    more: Some(place),
                });
            }
            let partition = match roll {
                Roll::Role(role) => keys::audience_role(tenant, role, place.shard),
                Roll::Group(group) => keys::audience_group(tenant, group, place.shard),
            };
            let page = self
                .members(&partition, place.after.as_ref(), Some(left))
                .await?;
            members.extend(page.members);
            place = match page.more {
                Some(last) => Place {
                    shard: place.shard,
                    after: Some(last),
                },
                None => Place {
                    shard: place.shard + 1,
                    after: None,
                },
            };
        }
        Ok(Walked {
            members,
            more: None,
        })
    }

    /// The suspended members of a group, in the order of their ids.
    pub async fn resting_members(
        &self,
        tenant: &TenantId,
        group: &GroupId,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Walked, StoreError> {
        let partition = keys::resting_members(tenant, group);
        let page = self.members(&partition, after, Some(limit)).await?;
        Ok(Walked {
            members: page.members,
            more: page.more.map(|last| Place {
                shard: 0,
                after: Some(last),
            }),
        })
    }
}
