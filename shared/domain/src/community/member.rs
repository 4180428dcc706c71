//! Members of a community and who may change whose role.

use serde::{Deserialize, Serialize};

use crate::caller::Role;
use crate::community::Access;
use crate::ids::UserId;
use crate::problem::Problem;
use crate::time::Timestamp;

/// What a member may do; each may do what those before it may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// Reads, posts, replies, reacts.
    Member,
    /// Approves, rejects, pins, removes posts and members.
    Moderator,
    /// Changes settings, names owners, deletes the community.
    Owner,
}

impl MemberRole {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Owner => "owner",
        }
    }

    /// What somebody begins as: who teaches the course moderates.
    pub fn on_joining(enrolled_as: Option<&Role>, staff: bool) -> Self {
        if staff || enrolled_as.is_some_and(teaches) {
            Self::Moderator
        } else {
            Self::Member
        }
    }
}

/// Whether a role inside a group is that of somebody who teaches it.
pub fn teaches(role: &Role) -> bool {
    matches!(role.as_str(), "teacher" | "instructor")
}

/// Somebody's place in a community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user: UserId,
    pub role: MemberRole,
    pub joined_at: Timestamp,
}

impl Access {
    /// 403 unless the caller may give `after` to somebody who has `before`:
    /// owners anything to anybody, moderators what is below an owner to those
    /// who are no owners.
    pub fn may_set_role(
        &self,
        before: Option<MemberRole>,
        after: MemberRole,
    ) -> Result<(), Problem> {
        self.require_moderator()?;
        if before == Some(MemberRole::Owner) || after == MemberRole::Owner {
            self.require_owner()?;
        }
        Ok(())
    }

    /// 403 unless the caller may remove somebody who has `role`.
    pub fn may_remove(&self, role: MemberRole) -> Result<(), Problem> {
        self.require_moderator()?;
        if role == MemberRole::Owner {
            self.require_owner()?;
        }
        Ok(())
    }
}
