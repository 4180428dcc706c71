//! Resolves audiences page by page. Expressions are walked in order; a person
//! whom an earlier expression already found is left out by point tests of
//! membership, so that no page needs the memory of those before it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::audience::{Audience, Expression};
use domain::directory::{Standing, User};
use domain::ids::{TenantId, UserId};
use domain::tasks::PlanCursor;

use crate::Store;
use crate::audience::{is_student, partition};
use crate::error::StoreError;

/// Single recipients resolved in one page.
const SINGLES: usize = 500;

/// A person of an audience and the shard that lists them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub user: UserId,
    pub shard: u32,
}

/// One page of an audience.
#[derive(Debug, Clone, Default)]
pub struct ResolvedPage {
    pub people: Vec<Found>,
    /// Positions of expressions that are bare addresses or numbers.
    pub addresses: Vec<usize>,
    /// Positions of expressions that named nobody who exists any more.
    pub unresolved: Vec<usize>,
    /// Where the next page begins; its totals are the caller's to fill.
    pub next: Option<PlanCursor>,
}

/// What the walk needs to know besides the audience.
#[derive(Debug, Clone)]
pub struct Snapshot<'a> {
    pub tenant: &'a TenantId,
    pub audience: &'a Audience,
    /// Epoch second of the snapshot: later members do not count.
    pub at: i64,
    pub shards: u32,
}

impl Store {
    /// The page at a cursor.
    pub async fn resolve(
        &self,
        snapshot: &Snapshot<'_>,
        cursor: &PlanCursor,
    ) -> Result<ResolvedPage, StoreError> {
        let include = &snapshot.audience.include;
        let Some(expression) = include.get(cursor.expression) else {
            return Ok(ResolvedPage::default());
        };
        let mut page = if expression.is_single() {
            self.singles(snapshot, cursor).await?
        } else {
            self.partition_page(snapshot, expression, cursor).await?
        };
        let earlier = &include[..cursor.expression];
        page.people = self.subtract(snapshot, page.people, earlier).await?;
        page.people = self
            .subtract(snapshot, page.people, &snapshot.audience.except)
            .await?;
        page.next = page.next.filter(|next| next.expression < include.len());
        Ok(page)
    }

    /// A run of single recipients from the cursor on.
    async fn singles(
        &self,
        snapshot: &Snapshot<'_>,
        cursor: &PlanCursor,
    ) -> Result<ResolvedPage, StoreError> {
        let run: Vec<(usize, &Expression)> = snapshot
            .audience
            .include
            .iter()
            .enumerate()
            .skip(cursor.expression)
            .take_while(|(_, expression)| expression.is_single())
            .take(SINGLES)
            .collect();
        let ids: Vec<UserId> = run
            .iter()
            .filter_map(|(_, expression)| match expression {
                Expression::User { id, .. } => Some(id.clone()),
                _ => None,
            })
            .collect();
        let profiles = self.profiles(snapshot.tenant, ids).await?;
        let mut page = ResolvedPage::default();
        let mut seen = HashSet::new();
        for (position, expression) in &run {
            match expression {
                Expression::User { id, role } => {
                    match profiles.get(id).filter(|user| fits(user, role.as_ref())) {
                        Some(user) if seen.insert(id.clone()) => page.people.push(found(user)),
                        Some(_) => {}
                        None => page.unresolved.push(*position),
                    }
                }
                address if snapshot.audience.except.contains(address) => {}
                _ => page.addresses.push(*position),
            }
        }
        page.next = Some(PlanCursor {
            expression: cursor.expression + run.len(),
            ..PlanCursor::default()
        });
        Ok(page)
    }

    /// A page of the cursor's partition.
    async fn partition_page(
        &self,
        snapshot: &Snapshot<'_>,
        expression: &Expression,
        cursor: &PlanCursor,
    ) -> Result<ResolvedPage, StoreError> {
        if let Expression::GuardiansOfUser { id, role } = expression {
            return self
                .guardians_of_one(snapshot, id, role.as_ref(), cursor)
                .await;
        }
        let Some(partition) = partition(snapshot.tenant, expression, cursor.shard) else {
            return Ok(ResolvedPage::default());
        };
        let members = self
            .members(&partition, cursor.after.as_ref(), None)
            .await?;
        let counted: Vec<_> = members
            .members
            .into_iter()
            .filter(|member| member.counts(snapshot.at))
            .collect();
        let people = match expression {
            Expression::GuardiansOf { id, .. } => {
                let students = counted
                    .into_iter()
                    .filter(|member| is_student(member.row.r.as_deref()));
                self.guardians(snapshot, id, students.map(|member| member.user).collect())
                    .await?
            }
            _ => counted
                .into_iter()
                .filter(|member| finds(expression, member.row.r.as_deref()))
                .map(|member| Found {
                    user: member.user,
                    shard: cursor.shard,
                })
                .collect(),
        };
        let next = match members.more {
            Some(after) => PlanCursor {
                after: Some(after),
                ..cursor.clone()
            },
            None if cursor.shard + 1 < snapshot.shards => PlanCursor {
                shard: cursor.shard + 1,
                after: None,
                ..cursor.clone()
            },
            None => PlanCursor {
                expression: cursor.expression + 1,
                shard: 0,
                after: None,
                ..cursor.clone()
            },
        };
        Ok(ResolvedPage {
            people,
            next: Some(next),
            ..ResolvedPage::default()
        })
    }

    /// Leaves out the people that any of the expressions finds.
    async fn subtract(
        &self,
        snapshot: &Snapshot<'_>,
        people: Vec<Found>,
        expressions: &[Expression],
    ) -> Result<Vec<Found>, StoreError> {
        let mut people = people;
        let named = self
            .named_among(snapshot.tenant, &people, expressions)
            .await?;
        people.retain(|person| !named.contains(&person.user));
        for expression in expressions
            .iter()
            .filter(|expression| !expression.is_single())
        {
            if people.is_empty() || *expression == Expression::All {
                return Ok(Vec::new());
            }
            let out = self.found_by(snapshot, expression, &people).await?;
            people.retain(|person| !out.contains(&person.user));
        }
        Ok(people)
    }

    /// Which of some people expressions name one by one. Whoever no longer has
    /// the role that is asserted is not found by it, here as in the walk.
    async fn named_among(
        &self,
        tenant: &TenantId,
        people: &[Found],
        expressions: &[Expression],
    ) -> Result<HashSet<UserId>, StoreError> {
        let here: HashSet<&UserId> = people.iter().map(|person| &person.user).collect();
        let mut named = HashSet::new();
        let mut asserted = Vec::new();
        for expression in expressions {
            match expression {
                Expression::User { id, role: None } if here.contains(id) => {
                    named.insert(id.clone());
                }
                Expression::User {
                    id,
                    role: Some(role),
                } if here.contains(id) => asserted.push((id, role)),
                _ => {}
            }
        }
        let profiles = self
            .profiles(
                tenant,
                asserted.iter().map(|(id, _)| (*id).clone()).collect(),
            )
            .await?;
        let fitting = asserted
            .into_iter()
            .filter(|(id, role)| profiles.get(*id).is_some_and(|user| fits(user, Some(role))));
        named.extend(fitting.map(|(id, _)| id.clone()));
        Ok(named)
    }

    /// Which of some people an expression finds.
    async fn found_by(
        &self,
        snapshot: &Snapshot<'_>,
        expression: &Expression,
        people: &[Found],
    ) -> Result<HashSet<UserId>, StoreError> {
        if let Expression::GuardiansOf { id, .. } = expression {
            let ids = people.iter().map(|person| person.user.clone()).collect();
            let profiles = self.profiles(snapshot.tenant, ids).await?;
            let children: BTreeSet<UserId> = profiles
                .values()
                .flat_map(|user| user.children.clone())
                .collect();
            let enrolled = self
                .students_among(snapshot, id, children.into_iter().collect())
                .await?;
            let guards = profiles.into_values().filter(|user| {
                !user
                    .children
                    .is_disjoint(&enrolled.iter().cloned().collect())
            });
            return Ok(guards.map(|user| user.id).collect());
        }
        if let Expression::GuardiansOfUser { id, role } = expression {
            let child = self.profiles(snapshot.tenant, vec![id.clone()]).await?;
            let child = child.into_values().find(|child| fits(child, role.as_ref()));
            return Ok(child
                .map(|child| child.guardians.into_iter().collect())
                .unwrap_or_default());
        }
        let mut out = HashSet::new();
        for (shard, users) in by_shard(people.iter().cloned()) {
            let Some(partition) = partition(snapshot.tenant, expression, shard) else {
                continue;
            };
            let found = match expression {
                Expression::StudentsOf { .. } => {
                    self.students(&partition, &users, snapshot.at).await?
                }
                _ => self.among(&partition, &users, snapshot.at).await?,
            };
            out.extend(found);
        }
        Ok(out)
    }

    pub(crate) async fn profiles(
        &self,
        tenant: &TenantId,
        ids: Vec<UserId>,
    ) -> Result<HashMap<UserId, User>, StoreError> {
        let users = self.users(tenant, &ids).await?;
        Ok(users
            .into_iter()
            .map(|user| (user.id.clone(), user))
            .collect())
    }
}

pub(crate) fn found(user: &User) -> Found {
    Found {
        user: user.id.clone(),
        shard: user.shard,
    }
}

/// Whether an expression over a group finds a member with this role in it.
fn finds(expression: &Expression, role: Option<&str>) -> bool {
    !matches!(expression, Expression::StudentsOf { .. }) || is_student(role)
}

pub(crate) fn fits(user: &User, role: Option<&domain::Role>) -> bool {
    user.status == Standing::Active && role.is_none_or(|role| user.roles.contains(role))
}

pub(crate) fn by_shard(people: impl IntoIterator<Item = Found>) -> BTreeMap<u32, Vec<UserId>> {
    let mut shards: BTreeMap<u32, Vec<UserId>> = BTreeMap::new();
    for person in people {
        shards.entry(person.shard).or_default().push(person.user);
    }
    shards
}
