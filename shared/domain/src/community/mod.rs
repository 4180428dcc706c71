//! Communities: the discussion space of a course, who may do what in it, and
//! what is posted.

pub mod access;
pub mod member;
pub mod notices;
pub mod post;
pub mod reaction;

use serde::{Deserialize, Serialize};

use crate::directory::Membership;
use crate::ids::{CommunityId, GroupId, UserId};
use crate::problem::Problem;
use crate::time::Timestamp;
use crate::{Caller, people, text};

pub use access::{Access, Standpoint};
pub use member::{Member, MemberRole};
pub use post::{Post, PostStatus};
pub use reaction::ReactionKind;

/// The preference category of everything that communities notify of.
pub const CATEGORY: &str = "communities";
/// Bytes of a description.
pub const MAX_DESCRIPTION: usize = 2_000;

/// How a community is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = CommunitySettings)]
pub struct Settings {
    /// Posts of members wait until a moderator has approved them.
    pub require_post_approval: bool,
    pub allow_replies: bool,
    pub allow_reactions: bool,
    /// Whether its room is open.
    pub live_chat: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            require_post_approval: false,
            allow_replies: true,
            allow_reactions: true,
            live_chat: true,
        }
    }
}

/// The discussion space of a course. There is one for a group at most, which
/// is why its id is made of the group's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Community {
    pub id: CommunityId,
    pub group: GroupId,
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub settings: Settings,
    /// It is being deleted: nobody finds it any more.
    #[serde(default)]
    pub closing: bool,
    /// Who deletes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<UserId>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: u64,
}

impl Community {
    /// A new community of a group, with a name and a description that are checked.
    pub fn new(
        caller: &Caller,
        group: GroupId,
        name: &str,
        description: &str,
        settings: Settings,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        Ok(Self {
            id: Self::id_of(&group),
            group,
            name: checked_name(name)?,
            description: checked_description(description)?,
            settings,
            closing: false,
            closed_by: None,
            created_by: caller.user.clone(),
            created_at: now,
            updated_at: now,
            version: 1,
        })
    }

    /// The id of a group's community.
    pub fn id_of(group: &GroupId) -> CommunityId {
        CommunityId::of(group.as_str())
    }

    /// The group whose community an id names; none for an id that no community
    /// can have.
    pub fn group_of(id: &CommunityId) -> Option<GroupId> {
        id.bare().parse().ok()
    }

    /// What a change makes of it; fields that are not given stay.
    pub fn change(
        &self,
        name: Option<&str>,
        description: Option<&str>,
        settings: Option<Settings>,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        Ok(Self {
            name: name.map_or_else(|| Ok(self.name.clone()), checked_name)?,
            description: description
                .map_or_else(|| Ok(self.description.clone()), checked_description)?,
            settings: settings.unwrap_or(self.settings),
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// The first step of its deletion.
    pub fn close(&self, by: &UserId, now: Timestamp) -> Self {
        Self {
            closing: true,
            closed_by: Some(by.clone()),
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }
}

/// 403 unless the caller may open a community for a group: staff, and who
/// teaches it.
pub fn may_create(
    caller: &Caller,
    membership: Option<&Membership>,
    now: Timestamp,
) -> Result<(), Problem> {
    let teaches = membership.is_some_and(|own| own.holds(now) && member::teaches(&own.role));
    if caller.is_staff() || teaches {
        Ok(())
    } else {
        Err(Problem::forbidden(
            "Staff, administrators and those who teach the course open its community.",
        ))
    }
}

fn checked_name(name: &str) -> Result<String, Problem> {
    people::name(name)
        .map_err(|complaint| Problem::new(crate::Code::Invalid).errors(vec![complaint.at("name")]))
}

fn checked_description(description: &str) -> Result<String, Problem> {
    if description.trim().is_empty() {
        return Ok(String::new());
    }
    text::check("description", description, MAX_DESCRIPTION)
}

/// Figures of a community, from counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct CommunityCounts {
    pub members: u64,
    /// Published posts without the replies to them.
    pub posts: u64,
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub owners: u64,
}
