//! Who is in an audience: pages of partitions and point tests of membership.

use std::collections::HashSet;

use domain::audience::Expression;
use domain::ids::{TenantId, UserId};
use serde::Deserialize;

use crate::error::StoreError;
use crate::table::{Keys, Range, parse};
use crate::users::AudienceRow;
use crate::{Store, keys};

/// A person found in an audience partition.
#[derive(Debug, Clone, Deserialize)]
pub struct Member {
    #[serde(rename = "sk")]
    pub user: UserId,
    #[serde(flatten)]
    pub row: AudienceRow,
}

impl Member {
    /// Whether the person counts for a snapshot taken at `at` (epoch seconds):
    /// joined by then and not expired.
    pub fn counts(&self, at: i64) -> bool {
        self.row.a <= at && self.row.x.is_none_or(|end| end > at)
    }
}

/// A page of an audience partition.
#[derive(Debug, Clone)]
pub struct Members {
    pub members: Vec<Member>,
    /// The last one seen, while there are more.
    pub more: Option<UserId>,
}

/// The partition that holds an expression's people in one shard; none for
/// expressions that name single recipients.
pub fn partition(tenant: &TenantId, expression: &Expression, shard: u32) -> Option<String> {
    Some(match expression {
        Expression::All => keys::audience_all(tenant, shard),
        Expression::Role(role) => keys::audience_role(tenant, role.as_str(), shard),
        Expression::Group { id, .. }
        | Expression::StudentsOf { id, .. }
        | Expression::GuardiansOf { id, .. } => keys::audience_group(tenant, id, shard),
        Expression::User { .. }
        | Expression::GuardiansOfUser { .. }
        | Expression::Email(_)
        | Expression::Phone(_) => return None,
    })
}

impl Store {
    /// One page (a megabyte at most) of a partition, or fewer with `limit`.
    pub async fn members(
        &self,
        partition: &str,
        after: Option<&UserId>,
        limit: Option<u32>,
    ) -> Result<Members, StoreError> {
        let range = Range {
            after: after.map(ToString::to_string),
            limit,
            ..Range::of(partition)
        };
        let rows = self.rows(&range).await?;
        let more = rows.more.and_then(|sk| sk.parse().ok());
        Ok(Members {
            members: rows.items,
            more,
        })
    }

    /// Which of the given people a partition lists at an instant (epoch seconds).
    pub async fn among(
        &self,
        partition: &str,
        users: &[UserId],
        at: i64,
    ) -> Result<HashSet<UserId>, StoreError> {
        let keys = users
            .iter()
            .map(|user| Keys::new(partition, user.as_str()))
            .collect();
        let found = self.batch_get(keys).await?;
        let members = found
            .into_iter()
            .map(parse::<Member>)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(members
            .into_iter()
            .filter(|member| member.counts(at))
            .map(|member| member.user)
            .collect())
    }

    /// Which of the given people a group's partition lists as students.
    pub(crate) async fn students(
        &self,
        partition: &str,
        users: &[UserId],
        at: i64,
    ) -> Result<HashSet<UserId>, StoreError> {
        let keys = users
            .iter()
            .map(|user| Keys::new(partition, user.as_str()))
            .collect();
        let found = self.batch_get(keys).await?;
        let members = found
            .into_iter()
            .map(parse::<Member>)
            .collect::<Result<Vec<_>, _>>()?;
        let students = members
            .into_iter()
            .filter(|member| member.counts(at) && is_student(member.row.r.as_deref()));
        Ok(students.map(|member| member.user).collect())
    }
}

/// Whether a role inside a group is that of somebody taught, not teaching.
pub(crate) fn is_student(role: Option<&str>) -> bool {
    role.is_none_or(domain::visibility::is_taught)
}
