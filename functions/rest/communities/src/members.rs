//! Join, leave, and see who else is there.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::community::{Member, MemberRole};
use domain::cursor::CursorKey;
use domain::ids::{CommunityId, UserId};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Page, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use store::Store;

use crate::CHANGED;
use crate::body::CommunityMemberBody;
use crate::manage::ListQuery;
use crate::roles::LAST_OWNER;

/// Join a community
///
/// For everybody who is enrolled in its course. Who teaches the course, and
/// staff, begin as moderators. Joining again changes nothing; who was removed
/// by a moderator comes back only by one.
#[utoipa::path(
    post,
    path = "/v1/communities/{id}/join",
    operation_id = "joinCommunity",
    tag = "communities",
    params(("id" = CommunityId, Path)),
    responses(
        (status = 200, description = "The caller's membership", body = CommunityMemberBody),
        (status = 403, description = "`not_enrolled`, `enrolment_ended`, or `not_allowed` for who was removed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn join_community(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<CommunityId>,
) -> Answer<Json<CommunityMemberBody>> {
    let enrolled = store.community_enrolment(&caller, &id).await?;
    let role = enrolled.enrolment.as_ref().map(|own| &own.role);
    let member = match enrolled.member {
        Some(member) => member,
        None => {
            let new = Member {
                user: caller.user.clone(),
                role: MemberRole::on_joining(role, caller.is_staff()),
                joined_at: store.now(),
            };
            join(&store, &caller, &id, new).await?
        }
    };
    let mut bodies = with_names(&store, &caller, &id, vec![member]).await?;
    Ok(Json(bodies.pop().ok_or_else(Problem::not_found)?))
}

async fn join(
    store: &Store,
    caller: &Caller,
    id: &CommunityId,
    new: Member,
) -> Result<Member, Problem> {
    match store.join_community(&caller.tenant, id, &new).await {
        Ok(()) => Ok(new),
        Err(refused) if refused.at(0) => Err(Problem::not_found()),
        Err(refused) if refused.at(1) => Err(Problem::new(Code::NotAllowed)
            .detail("A moderator removed you; ask one to let you in again.")),
        Err(refused) if refused.at(2) => {
            // Another request of theirs was first.
            let first = store
                .community_member(&caller.tenant, id, &caller.user)
                .await?;
            first.ok_or_else(|| Problem::conflict(CHANGED))
        }
        Err(refused) => Err(refused.or_conflict(CHANGED)),
    }
}

/// Leave a community
///
/// The last owner cannot, until there is another.
#[utoipa::path(
    post,
    path = "/v1/communities/{id}/leave",
    operation_id = "leaveCommunity",
    tag = "communities",
    params(("id" = CommunityId, Path)),
    responses(
        (status = 204, description = "Left"),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The caller is the last owner", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn leave_community(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<CommunityId>,
) -> Answer<StatusCode> {
    let access = store.community_access(&caller, &id).await?;
    let member = access
        .member
        .ok_or_else(|| Problem::new(Code::NotMember).detail("You have not joined."))?;
    let left = store
        .leave_community(&caller.tenant, &id, &member, None)
        .await;
    left.map_err(|refused| {
        let last = refused.at(1) && member.role == MemberRole::Owner;
        refused.or_conflict(if last { LAST_OWNER } else { CHANGED })
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// List members
#[utoipa::path(
    get,
    path = "/v1/communities/{id}/members",
    operation_id = "listCommunityMembers",
    tag = "communities",
    params(("id" = CommunityId, Path), ListQuery),
    responses(
        (status = 200, description = "A page", body = Page<CommunityMemberBody>),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_members(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Path(id): Path<CommunityId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<CommunityMemberBody>>> {
    store.community_access(&caller, &id).await?;
    let name = format!("members|{id}");
    let size = page_size(query.page_size)?;
    let after = query.after.as_deref();
    let after = after
        .map(|after| cursors.open(&caller, &name, after))
        .transpose()?;
    let rows = store
        .community_members(&caller.tenant, &id, after.as_deref(), size)
        .await?;
    let items = with_names(&store, &caller, &id, rows.items).await?;
    let more = rows
        .more
        .map(|position| cursors.seal(&caller, &name, &position));
    Ok(Json(Page::new(items, more, size)))
}

/// Members as they are answered, in their order.
pub(crate) async fn with_names(
    store: &Store,
    caller: &Caller,
    id: &CommunityId,
    members: Vec<Member>,
) -> Result<Vec<CommunityMemberBody>, Problem> {
    let users: Vec<UserId> = members.iter().map(|member| member.user.clone()).collect();
    let enrolled = store.enrolled_among(&caller.tenant, id, &users).await?;
    let people = store.users(&caller.tenant, &users).await?;
    let mut names: HashMap<UserId, String> = people
        .into_iter()
        .map(|person| (person.id, person.name))
        .collect();
    let bodies = members.into_iter().map(|member| CommunityMemberBody {
        name: names.remove(&member.user),
        enrolled: enrolled.contains(&member.user),
        role: member.role,
        joined_at: member.joined_at,
        user: member.user,
    });
    Ok(bodies.collect())
}
