//! Communities, members and posts as they are answered.

use domain::community::post::Rejection;
use domain::community::reaction::PostCounts;
use domain::community::{
    Community, CommunityCounts, Member, MemberRole, PostStatus, ReactionKind, Settings,
};
use domain::ids::{CommunityId, GroupId, PostId, RoomId, UserId};
use domain::{Caller, Timestamp};
use serde::Serialize;
use store::posts::Counted;

/// The discussion space of a course.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CommunityBody {
    id: CommunityId,
    /// The course whose members are enrolled.
    group: GroupId,
    name: String,
    description: String,
    settings: Settings,
    /// Its live chat, while that is open: a room like any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<RoomId>,
    /// The caller's own membership, once they have joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    membership: Option<MembershipBody>,
    counts: CommunityCounts,
    created_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Give it back with an update to write over nothing but this version.
    version: u64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MembershipBody {
    role: MemberRole,
    #[schema(value_type = String, format = DateTime)]
    joined_at: Timestamp,
}

impl From<&Member> for MembershipBody {
    fn from(member: &Member) -> Self {
        Self {
            role: member.role,
            joined_at: member.joined_at,
        }
    }
}

impl CommunityBody {
    pub(crate) fn of(
        caller: &Caller,
        community: Community,
        counts: CommunityCounts,
        member: Option<&Member>,
    ) -> Self {
        let chat = community.settings.live_chat;
        Self {
            room: chat.then(|| domain::chat::room::of_community(&caller.tenant, &community.id)),
            id: community.id,
            group: community.group,
            name: community.name,
            description: community.description,
            settings: community.settings,
            membership: member.map(MembershipBody::from),
            counts,
            created_by: community.created_by,
            created_at: community.created_at,
            updated_at: community.updated_at,
            version: community.version,
        }
    }
}

/// Somebody who has joined.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CommunityMemberBody {
    pub(crate) user: UserId,
    /// Absent for somebody whom the directory no longer has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) role: MemberRole,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) joined_at: Timestamp,
    /// Whether their enrolment in the course holds now; members whose
    /// enrolment has ended see nothing any more.
    pub(crate) enrolled: bool,
}

/// A post, or a reply to one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PostBody {
    id: PostId,
    community: CommunityId,
    author: UserId,
    /// Empty for replies without one and for what was deleted.
    title: String,
    /// Plain text with line breaks; show it as text, never as HTML.
    body: String,
    status: PostStatus,
    /// It was deleted and stays only for the replies below it.
    deleted: bool,
    /// What it replies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<PostId>,
    /// 0 for a post, 1 for a reply to it, up to 5.
    depth: usize,
    pinned: bool,
    counts: PostCounts,
    /// The caller's own reactions.
    my_reactions: Vec<ReactionKind>,
    /// Why a moderator gave it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejection: Option<Rejection>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    edited_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// Give it back with an update to write over nothing but this version.
    version: u64,
}

impl From<Counted> for PostBody {
    fn from(counted: Counted) -> Self {
        let post = counted.post;
        Self {
            parent: post.parent().cloned(),
            depth: post.ancestors.len(),
            pinned: post.pinned_at.is_some(),
            id: post.id,
            community: post.community,
            author: post.author,
            title: post.title,
            body: post.body,
            status: post.status,
            deleted: post.deleted,
            counts: counted.counts,
            my_reactions: counted.mine,
            rejection: post.rejection,
            created_at: post.created_at,
            edited_at: post.edited_at,
            published_at: post.published_at,
            version: post.version,
        }
    }
}
