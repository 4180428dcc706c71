//! Communities, their members and their posts.

use domain::community::post::{Post, PostStatus};
use domain::ids::{CommunityId, PostId, TenantId, UserId};

use super::t;
use crate::table::Keys;

pub fn community(tenant: &TenantId, community: &CommunityId) -> Keys {
    Keys::new(communities(tenant), community.as_str())
}

pub fn communities(tenant: &TenantId) -> String {
    t(tenant, "COMMUNITIES")
}

/// Counters of a community, apart from what is edited.
pub fn community_counts(tenant: &TenantId, community: &CommunityId) -> Keys {
    Keys::new(t(tenant, format_args!("COMMUNITY#{community}")), "COUNTS")
}

/// Sort keys of members begin with this.
pub const MEMBER: &str = "MEMBER#";
/// Sort keys of those among them who moderate begin with this.
pub const MODERATOR: &str = "MODERATOR#";

pub fn community_member(tenant: &TenantId, community: &CommunityId, user: &UserId) -> Keys {
    Keys::new(
        community_members(tenant, community),
        format!("{MEMBER}{user}"),
    )
}

/// A moderator or owner once more, so that they are found among thousands.
pub fn community_moderator(tenant: &TenantId, community: &CommunityId, user: &UserId) -> Keys {
    Keys::new(
        community_members(tenant, community),
        format!("{MODERATOR}{user}"),
    )
}

/// Somebody who was removed and cannot join again by themselves.
pub fn community_removed(tenant: &TenantId, community: &CommunityId, user: &UserId) -> Keys {
    Keys::new(
        community_members(tenant, community),
        format!("REMOVED#{user}"),
    )
}

pub fn community_members(tenant: &TenantId, community: &CommunityId) -> String {
    t(tenant, format_args!("MEMBERS#{community}"))
}

/// Where each post of a community stands: one row for each.
pub fn post_places(tenant: &TenantId, community: &CommunityId) -> String {
    t(tenant, format_args!("POSTS#{community}"))
}

/// A post's only place: in the list of what is published, in its thread, in the
/// queue of the moderators, or among its author's drafts.
pub fn post_place(tenant: &TenantId, post: &Post) -> Keys {
    let at = |instant: Option<domain::Timestamp>| {
        format!(
            "{:014}#{}",
            instant.unwrap_or(post.created_at).as_millisecond().max(0),
            post.id
        )
    };
    let place = match post.status {
        PostStatus::Published if !post.ancestors.is_empty() => thread_place(post),
        PostStatus::Published => match post.pinned_at {
            Some(pinned) => format!("{PUBLISHED}1#{}", at(Some(pinned))),
            None => format!("{PUBLISHED}0#{}", at(post.published_at)),
        },
        PostStatus::Pending => format!("{PENDING}{}", at(post.submitted_at)),
        PostStatus::Draft => format!("{}{}", post_drafts(&post.author), at(None)),
    };
    Keys::new(post_places(tenant, &post.community), place)
}

/// Places of published posts begin with this; what is pinned comes last, so
/// first from the end.
pub const PUBLISHED: &str = "PUBLISHED#";
/// Places of posts that wait for approval begin with this.
pub const PENDING: &str = "PENDING#";

/// The beginning of the places of an author's drafts.
pub fn post_drafts(author: &UserId) -> String {
    format!("DRAFT#{author}#")
}

/// The beginning of the places of everything below a post, in the order of
/// reading: each reply is followed by what replies to it.
pub fn post_thread(post: &Post) -> String {
    format!("{}/", thread_place(post))
}

fn thread_place(post: &Post) -> String {
    let mut place = "REPLY#".to_owned();
    for ancestor in &post.ancestors {
        place.push_str(ancestor.bare());
        place.push('/');
    }
    place.push_str(post.id.bare());
    place
}

pub fn post(tenant: &TenantId, post: &PostId) -> Keys {
    Keys::new(post_partition(tenant, post), "POST")
}

/// Everything about one post.
pub fn post_partition(tenant: &TenantId, post: &PostId) -> String {
    t(tenant, format_args!("POST#{post}"))
}

/// Counters of a post, apart from what is edited.
pub fn post_counts(tenant: &TenantId, post: &PostId) -> Keys {
    Keys::new(post_partition(tenant, post), "COUNTS")
}

/// That a person opened a post.
pub fn post_view(tenant: &TenantId, post: &PostId, user: &UserId) -> Keys {
    Keys::new(post_partition(tenant, post), format!("VIEW#{user}"))
}

/// Sort keys of reactions begin with this.
pub const REACTION: &str = "REACTION#";

/// All kinds in which a person reacted to a post.
pub fn post_reaction(tenant: &TenantId, post: &PostId, user: &UserId) -> Keys {
    Keys::new(post_partition(tenant, post), format!("{REACTION}{user}"))
}
