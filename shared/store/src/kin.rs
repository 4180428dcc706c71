//! Guardians, as parts of audiences.

use std::collections::{BTreeSet, HashSet};

use domain::directory::Standing;
use domain::ids::{GroupId, UserId};
use domain::tasks::PlanCursor;

use crate::error::StoreError;
use crate::resolve::{Found, ResolvedPage, Snapshot, by_shard, fits, found};
use crate::{Store, keys};

impl Store {
    /// The guardians of some students of a group. A guardian of several
    /// children in the group belongs to the first of them, so that the pages of
    /// the other children do not find the same guardian again.
    pub(crate) async fn guardians(
        &self,
        snapshot: &Snapshot<'_>,
        group: &GroupId,
        students: Vec<UserId>,
    ) -> Result<Vec<Found>, StoreError> {
        let here: HashSet<UserId> = students.iter().cloned().collect();
        let children = self.profiles(snapshot.tenant, students).await?;
        let ids: BTreeSet<UserId> = children
            .values()
            .flat_map(|child| child.guardians.clone())
            .collect();
        let guardians = self
            .profiles(snapshot.tenant, ids.into_iter().collect())
            .await?;
        let siblings: BTreeSet<UserId> = guardians
            .values()
            .filter(|guardian| guardian.children.len() > 1)
            .flat_map(|guardian| guardian.children.clone())
            .collect();
        let enrolled = self
            .students_among(snapshot, group, siblings.into_iter().collect())
            .await?;
        let active = guardians
            .values()
            .filter(|guardian| guardian.status == Standing::Active);
        let mut people: Vec<Found> = active
            .filter(|guardian| {
                let mut in_group = guardian
                    .children
                    .iter()
                    .filter(|child| here.contains(*child) || enrolled.contains(*child));
                in_group.next().is_some_and(|first| here.contains(first))
            })
            .map(found)
            .collect();
        people.sort();
        Ok(people)
    }

    /// The guardians of one person, on one page.
    pub(crate) async fn guardians_of_one(
        &self,
        snapshot: &Snapshot<'_>,
        child: &UserId,
        role: Option<&domain::Role>,
        cursor: &PlanCursor,
    ) -> Result<ResolvedPage, StoreError> {
        let mut page = ResolvedPage {
            next: Some(PlanCursor {
                expression: cursor.expression + 1,
                ..PlanCursor::default()
            }),
            ..ResolvedPage::default()
        };
        let profiles = self.profiles(snapshot.tenant, vec![child.clone()]).await?;
        let Some(child) = profiles.into_values().find(|child| fits(child, role)) else {
            page.unresolved.push(cursor.expression);
            return Ok(page);
        };
        let guardians = self
            .profiles(snapshot.tenant, child.guardians.into_iter().collect())
            .await?;
        let active = guardians.values().filter(|guardian| fits(guardian, None));
        page.people = active.map(found).collect();
        page.people.sort();
        Ok(page)
    }

    /// Which of some people are students of a group.
    pub(crate) async fn students_among(
        &self,
        snapshot: &Snapshot<'_>,
        group: &GroupId,
        users: Vec<UserId>,
    ) -> Result<HashSet<UserId>, StoreError> {
        let profiles = self.profiles(snapshot.tenant, users).await?;
        let mut enrolled = HashSet::new();
        for (shard, users) in by_shard(profiles.values().map(found)) {
            let partition = keys::audience_group(snapshot.tenant, group, shard);
            enrolled.extend(self.students(&partition, &users, snapshot.at).await?);
        }
        Ok(enrolled)
    }
}
