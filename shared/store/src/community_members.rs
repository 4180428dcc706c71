//! Who joined a community, and as what. Members, moderators and counters change
//! together; whether somebody is still enrolled is asked of the directory.

use std::collections::HashSet;

use domain::audit::AuditEntry;
use domain::community::{Community, Member, MemberRole};
use domain::directory::Standing;
use domain::ids::{CommunityId, TenantId, UserId};
use serde::{Deserialize, Serialize};

use crate::communities::is_open;
use crate::error::StoreError;
use crate::table::{Range, n, s};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// Moderators that are told of a post that waits.
const MODERATORS: u32 = 100;

/// That somebody was removed.
#[derive(Debug, Serialize, Deserialize)]
struct Removed {
    user: UserId,
    by: UserId,
}

fn owners(role: Option<MemberRole>) -> i64 {
    i64::from(role == Some(MemberRole::Owner))
}

/// What holds a community's counters to having an owner left.
fn another_owner(lost: bool) -> Option<Expression> {
    lost.then(|| Expression::new("#owners > :least").value(":least", n(1)))
}

impl Transaction {
    /// Adds somebody who must not be a member yet: two writes, three for those
    /// who moderate. The first of them is the member.
    pub(crate) fn new_member(
        self,
        tenant: &TenantId,
        community: &CommunityId,
        member: &Member,
    ) -> Self {
        let counters = [("members", 1), ("owners", owners(Some(member.role)))];
        self.create(
            &keys::community_member(tenant, community, &member.user),
            member,
        )
        .tally(&keys::community_counts(tenant, community), &counters, None)
        .moderates(tenant, community, member, None)
    }

    /// Lists a member among those who moderate, or no longer.
    fn moderates(
        self,
        tenant: &TenantId,
        community: &CommunityId,
        member: &Member,
        before: Option<MemberRole>,
    ) -> Self {
        let keys = keys::community_moderator(tenant, community, &member.user);
        if member.role >= MemberRole::Moderator {
            self.set(&keys, member)
        } else if before.is_some_and(|before| before >= MemberRole::Moderator) {
            self.delete(&keys, None)
        } else {
            self
        }
    }
}

impl Store {
    pub async fn community_member(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        user: &UserId,
    ) -> Result<Option<Member>, StoreError> {
        self.read(&keys::community_member(tenant, community, user))
            .await
    }

    /// Somebody joins. Positions of the refusal: 0, the community is being
    /// deleted; 1, they were removed from it; 2, they are a member already.
    pub async fn join_community(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        member: &Member,
    ) -> Result<(), Refused> {
        self.transaction()
            .check(&keys::community(tenant, community), is_open())
            .check(
                &keys::community_removed(tenant, community, &member.user),
                Expression::new("attribute_not_exists(#pk)"),
            )
            .new_member(tenant, community, member)
            .commit()
            .await
    }

    /// Somebody leaves, or is removed by the actor of `audit`. Positions of the
    /// refusal: 0, their membership has changed; 1, they are the last owner.
    pub async fn leave_community(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        member: &Member,
        audit: Option<&AuditEntry>,
    ) -> Result<(), Refused> {
        let lost = owners(Some(member.role));
        let same = Expression::new("#role = :role").value(":role", s(member.role.as_str()));
        let left = self
            .transaction()
            .delete(
                &keys::community_member(tenant, community, &member.user),
                Some(same),
            )
            .tally(
                &keys::community_counts(tenant, community),
                &[("members", -1), ("owners", -lost)],
                another_owner(lost > 0),
            )
            .delete(
                &keys::community_moderator(tenant, community, &member.user),
                None,
            );
        let Some(audit) = audit else {
            return left.commit().await;
        };
        let removed = Removed {
            user: member.user.clone(),
            by: audit.actor.clone(),
        };
        left.set(
            &keys::community_removed(tenant, community, &member.user),
            &removed,
        )
        .audit(tenant, audit)
        .commit()
        .await
    }

    /// Takes somebody out who is erased, also the last owner: administrators can
    /// name another one.
    pub(crate) async fn forget_member(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        member: &Member,
    ) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)");
        let lost = owners(Some(member.role));
        let forgotten = self
            .transaction()
            .delete(
                &keys::community_member(tenant, community, &member.user),
                Some(there),
            )
            .tally(
                &keys::community_counts(tenant, community),
                &[("members", -1), ("owners", -lost)],
                None,
            )
            .delete(
                &keys::community_moderator(tenant, community, &member.user),
                None,
            );
        match forgotten.commit().await {
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Makes somebody a member with a role, or gives a member another one.
    /// Positions of the refusal: 0, the community is being deleted; 1, their
    /// membership has changed; 2, they are the last owner.
    pub async fn set_member_role(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        before: Option<MemberRole>,
        after: &Member,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let begun = self
            .transaction()
            .check(&keys::community(tenant, community), is_open());
        let changed = match before {
            None => begun.new_member(tenant, community, after),
            Some(before) => {
                let member = keys::community_member(tenant, community, &after.user);
                let change =
                    Expression::new("SET #role = :after").value(":after", s(after.role.as_str()));
                let same = Expression::new("#role = :before").value(":before", s(before.as_str()));
                let owned = owners(Some(after.role)) - owners(Some(before));
                begun
                    .update(&member, change, Some(same))
                    .tally(
                        &keys::community_counts(tenant, community),
                        &[("owners", owned)],
                        another_owner(owned < 0),
                    )
                    .moderates(tenant, community, after, Some(before))
            }
        };
        changed
            .delete(
                &keys::community_removed(tenant, community, &after.user),
                None,
            )
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Members in the order of their ids.
    pub async fn community_members(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Rows<Member>, StoreError> {
        let range = Range {
            prefix: Some(keys::MEMBER.to_owned()),
            after: after.map(ToOwned::to_owned),
            limit: Some(limit),
            consistent: true,
            ..Range::of(keys::community_members(tenant, community))
        };
        self.rows(&range).await
    }

    /// Who of some people can get into a community's course now.
    pub async fn enrolled_among(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        users: &[UserId],
    ) -> Result<HashSet<UserId>, StoreError> {
        let Some(group) = Community::group_of(community) else {
            return Ok(HashSet::new());
        };
        let course = self.group(tenant, &group).await?;
        if course.is_none_or(|course| course.status != Standing::Active) {
            return Ok(HashSet::new());
        }
        let now = self.now();
        let wanted: Vec<_> = users
            .iter()
            .map(|user| (user.clone(), group.clone()))
            .collect();
        let memberships = self.memberships(tenant, &wanted).await?;
        let holding = memberships.into_iter().filter(|one| one.holds(now));
        Ok(holding.map(|one| one.user).collect())
    }

    /// Who moderates a community and can get into it now.
    pub async fn community_moderators(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
    ) -> Result<Vec<UserId>, StoreError> {
        let range = Range {
            prefix: Some(keys::MODERATOR.to_owned()),
            limit: Some(MODERATORS),
            ..Range::of(keys::community_members(tenant, community))
        };
        let members = self.rows::<Member>(&range).await?.items;
        let users: Vec<UserId> = members.into_iter().map(|member| member.user).collect();
        self.reachable_in(tenant, community, users).await
    }

    /// Those of some people who can get into a community now: the enrolled, and
    /// staff.
    pub async fn reachable_in(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
        mut users: Vec<UserId>,
    ) -> Result<Vec<UserId>, StoreError> {
        let enrolled = self.enrolled_among(tenant, community, &users).await?;
        let others: Vec<UserId> = users
            .iter()
            .filter(|user| !enrolled.contains(user))
            .cloned()
            .collect();
        let known = self.users(tenant, &others).await?;
        let staff: HashSet<UserId> = known
            .into_iter()
            .filter(|user| {
                let office = |role: &domain::Role| matches!(role.as_str(), "staff" | "admin");
                user.roles.iter().any(office)
            })
            .map(|user| user.id)
            .collect();
        users.retain(|user| enrolled.contains(user) || staff.contains(user));
        Ok(users)
    }
}
