//! Communities and who gets into them.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::AuditEntry;
use domain::community::access::Enrolled;
use domain::community::{Access, Community, CommunityCounts, Member, Standpoint};
use domain::directory::Standing;
use domain::ids::{CommunityId, GroupId, TenantId, UserId};
use domain::{Caller, Problem};
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::table::{Item, Keys, Range, n, parse, text};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// Everything that decides about a person's access, in one consistent read.
pub(crate) struct Wanted {
    community: Keys,
    member: Keys,
    group: Option<Keys>,
    enrolment: Option<Keys>,
}

impl Wanted {
    pub fn new(tenant: &TenantId, user: &UserId, community: &CommunityId) -> Self {
        let group = Community::group_of(community);
        let group = group.as_ref();
        Self {
            community: keys::community(tenant, community),
            member: keys::community_member(tenant, community, user),
            group: group.map(|group| keys::group(tenant, group)),
            enrolment: group.map(|group| keys::membership(tenant, user, group)),
        }
    }

    pub fn keys(&self) -> Vec<Keys> {
        let sure = [&self.community, &self.member];
        let others = self.group.iter().chain(&self.enrolment);
        sure.into_iter().chain(others).cloned().collect()
    }

    pub fn standpoint(&self, items: &[Item]) -> Result<Standpoint, StoreError> {
        let find = |wanted: Option<&Keys>| find(items, wanted);
        Ok(Standpoint {
            community: parsed(find(Some(&self.community)))?,
            member: parsed(find(Some(&self.member)))?,
            group: parsed(find(self.group.as_ref()))?,
            enrolment: parsed(find(self.enrolment.as_ref()))?,
        })
    }
}

pub(crate) fn find<'a>(items: &'a [Item], wanted: Option<&Keys>) -> Option<&'a Item> {
    let wanted = wanted?;
    items.iter().find(|item| {
        text(item, "pk").as_deref() == Some(&wanted.pk)
            && text(item, "sk").as_deref() == Some(&wanted.sk)
    })
}

pub(crate) fn parsed<T: DeserializeOwned>(item: Option<&Item>) -> Result<Option<T>, StoreError> {
    item.cloned().map(parse).transpose()
}

impl Store {
    /// Lets a caller into a community as what they are at this moment, or says
    /// which step of the ladder they do not get over.
    pub async fn community_access(
        &self,
        caller: &Caller,
        community: &CommunityId,
    ) -> Result<Access, Problem> {
        let standpoint = self.standpoint(caller, community).await?;
        standpoint.access(caller, self.now())
    }

    /// The ladder up to enrolment, for those who are about to join.
    pub async fn community_enrolment(
        &self,
        caller: &Caller,
        community: &CommunityId,
    ) -> Result<Enrolled, Problem> {
        let standpoint = self.standpoint(caller, community).await?;
        standpoint.enrolled(caller, self.now())
    }

    async fn standpoint(
        &self,
        caller: &Caller,
        community: &CommunityId,
    ) -> Result<Standpoint, StoreError> {
        let wanted = Wanted::new(&caller.tenant, &caller.user, community);
        let items = self.batch_get_consistent(wanted.keys()).await?;
        wanted.standpoint(&items)
    }
}

impl Store {
    pub async fn community(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
    ) -> Result<Option<Community>, StoreError> {
        self.read(&keys::community(tenant, community)).await
    }

    /// Makes a community, and its room with it, with its first owner where it
    /// has one. Position 0 of the refusal: there is one already; 1: the group is
    /// gone or closed.
    pub async fn create_community(
        &self,
        tenant: &TenantId,
        community: &Community,
        owner: Option<&Member>,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let open = Expression::new("attribute_exists(#pk) AND #status = :active")
            .value(":active", crate::table::s("active"));
        let begun = self
            .transaction()
            .create(&keys::community(tenant, &community.id), community)
            .check(&keys::group(tenant, &community.group), open);
        let with_owner = match owner {
            Some(owner) => begun.new_member(tenant, &community.id, owner),
            None => begun,
        };
        with_owner
            .open_community_room(tenant, &community.id, community.created_at)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Position 0 of the refusal: it has changed meanwhile.
    pub async fn update_community(
        &self,
        tenant: &TenantId,
        after: &Community,
        seen: u64,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .replace(&keys::community(tenant, &after.id), after, seen)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// All communities of a tenant in the order of their ids.
    pub async fn list_communities(
        &self,
        tenant: &TenantId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Rows<Community>, StoreError> {
        let range = Range {
            after: after.map(ToOwned::to_owned),
            limit: Some(limit),
            consistent: true,
            ..Range::of(keys::communities(tenant))
        };
        let mut rows = self.rows::<Community>(&range).await?;
        rows.items.retain(|community| !community.closing);
        Ok(rows)
    }

    /// The communities of the courses in which somebody is enrolled now, in the
    /// order of their ids.
    pub async fn communities_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<Community>, StoreError> {
        let now = self.now();
        let memberships = self.memberships_of(tenant, user).await?;
        let holding = memberships.into_iter().filter(|own| own.holds(now));
        let groups: Vec<GroupId> = holding.map(|own| own.group).collect();
        let groups = self.groups(tenant, &groups).await?;
        let open = groups
            .iter()
            .filter(|group| group.status == Standing::Active);
        let keys = open.map(|group| keys::community(tenant, &Community::id_of(&group.id)));
        let found = self.batch_get_consistent(keys.collect()).await?;
        let mut communities = found
            .into_iter()
            .map(parse)
            .collect::<Result<Vec<Community>, _>>()?;
        communities.retain(|community| !community.closing);
        communities.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(communities)
    }

    /// Figures and own membership of some communities, in their order.
    pub async fn community_facts(
        &self,
        tenant: &TenantId,
        user: &UserId,
        communities: &[CommunityId],
    ) -> Result<Vec<(CommunityCounts, Option<Member>)>, StoreError> {
        let wanted: Vec<[Keys; 2]> = communities
            .iter()
            .map(|id| {
                [
                    keys::community_counts(tenant, id),
                    keys::community_member(tenant, id, user),
                ]
            })
            .collect();
        let items = self.batch_get_consistent(wanted.concat()).await?;
        let facts = wanted.iter().map(|[counts, member]| {
            let counts: Option<CommunityCounts> = parsed(find(&items, Some(counts)))?;
            Ok((
                counts.unwrap_or_default(),
                parsed(find(&items, Some(member)))?,
            ))
        });
        facts.collect()
    }
}

/// The condition that a community takes members and posts.
pub(crate) fn is_open() -> Expression {
    Expression::new("#closing = :no").value(":no", AttributeValue::Bool(false))
}

impl Transaction {
    /// Adds to counters of an item; nothing where all of them stay.
    pub(crate) fn tally(
        self,
        keys: &Keys,
        counters: &[(&str, i64)],
        condition: Option<Expression>,
    ) -> Self {
        let changed: Vec<_> = counters.iter().filter(|(_, by)| *by != 0).collect();
        if changed.is_empty() {
            return self;
        }
        let terms: Vec<String> = changed
            .iter()
            .map(|(name, _)| format!("#{name} :{name}"))
            .collect();
        let change = changed.iter().fold(
            Expression::new(format!("ADD {}", terms.join(", "))),
            |change, (name, by)| change.value(&format!(":{name}"), n(by)),
        );
        self.update(keys, change, condition)
    }
}
