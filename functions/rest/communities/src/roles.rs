//! What others are in a community, and that they are no longer in it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::community::{Member, MemberRole};
use domain::ids::{CommunityId, UserId};
use domain::problem::ProblemBody;
use domain::{Caller, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path};
use serde::Deserialize;
use store::Store;

use crate::CHANGED;
use crate::body::CommunityMemberBody;
use crate::members::with_names;

pub(crate) const LAST_OWNER: &str = "A community keeps an owner; name another one first.";

#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct CommunityMemberInput {
    role: MemberRole,
}

/// Give somebody a role
///
/// Makes somebody who is enrolled a member, too. Moderators make members and
/// moderators, and change those who are no owners; owners and administrators
/// may do everything.
#[utoipa::path(
    put,
    path = "/v1/communities/{id}/members/{user}",
    operation_id = "setCommunityMember",
    tag = "communities",
    params(("id" = CommunityId, Path), ("user" = UserId, Path)),
    request_body = CommunityMemberInput,
    responses(
        (status = 200, description = "Their membership", body = CommunityMemberBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such community or person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "They are the last owner, or not enrolled", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set_member(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path((id, user)): Path<(CommunityId, UserId)>,
    Body(input): Body<CommunityMemberInput>,
) -> Answer<Json<CommunityMemberBody>> {
    let tenant = &caller.tenant;
    let access = store.community_access(&caller, &id).await?;
    let before = store.community_member(tenant, &id, &user).await?;
    access.may_set_role(before.as_ref().map(|member| member.role), input.role)?;
    require_candidate(&store, &caller, &id, &user, before.is_some()).await?;
    let after = Member {
        user: user.clone(),
        role: input.role,
        joined_at: before
            .as_ref()
            .map_or_else(|| store.now(), |member| member.joined_at),
    };
    if before.as_ref() != Some(&after) {
        let audit = AuditEntry::new(&caller, "community.role_changed", id.as_str(), store.now())
            .detail(format!("{user} {}", after.role.as_str()));
        let role = before.map(|member| member.role);
        let set = store
            .set_member_role(tenant, &id, role, &after, &audit)
            .await;
        set.map_err(|refused| {
            let last = refused.at(2) && role == Some(MemberRole::Owner);
            refused.or_conflict(if last { LAST_OWNER } else { CHANGED })
        })?;
    }
    let mut bodies = with_names(&store, &caller, &id, vec![after]).await?;
    Ok(Json(bodies.pop().ok_or_else(Problem::not_found)?))
}

/// 404 for who is not in the directory, 409 for who is not enrolled and was not
/// a member before.
async fn require_candidate(
    store: &Store,
    caller: &Caller,
    id: &CommunityId,
    user: &UserId,
    is_member: bool,
) -> Result<(), Problem> {
    let known = store.user(&caller.tenant, user).await?;
    if known.is_none() {
        return Err(Problem::not_found());
    }
    let reachable = store
        .reachable_in(&caller.tenant, id, vec![user.clone()])
        .await?;
    if reachable.is_empty() && !is_member {
        return Err(Problem::conflict("They are not enrolled in the course."));
    }
    Ok(())
}

/// Remove a member
///
/// They cannot join again by themselves. Only owners and administrators remove
/// owners.
#[utoipa::path(
    delete,
    path = "/v1/communities/{id}/members/{user}",
    operation_id = "removeCommunityMember",
    tag = "communities",
    params(("id" = CommunityId, Path), ("user" = UserId, Path)),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such community or member", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "They are the last owner, or the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove_member(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path((id, user)): Path<(CommunityId, UserId)>,
) -> Answer<StatusCode> {
    let tenant = &caller.tenant;
    let access = store.community_access(&caller, &id).await?;
    access.require_moderator()?;
    let member = store.community_member(tenant, &id, &user).await?;
    let member = member.ok_or_else(Problem::not_found)?;
    access.may_remove(member.role)?;
    if user == caller.user {
        return Err(Problem::conflict("Leave the community instead.").into());
    }
    let audit = AuditEntry::new(
        &caller,
        "community.member_removed",
        id.as_str(),
        store.now(),
    )
    .detail(user.as_str());
    let removed = store
        .leave_community(tenant, &id, &member, Some(&audit))
        .await;
    removed.map_err(|refused| {
        let last = refused.at(1) && member.role == MemberRole::Owner;
        refused.or_conflict(if last { LAST_OWNER } else { CHANGED })
    })?;
    Ok(StatusCode::NO_CONTENT)
}
