//! Who belongs to a group.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::directory::{Membership, Standing};
use domain::ids::{GroupId, UserId};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Page, Problem, Role, Timestamp};
use garde::Validate;
use lambda::rest::{Answer, Authenticated, Body, Path, Query};
use serde::{Deserialize, Serialize};
use store::memberships::{Place, Roll};
use store::{Refused, Store};
use utoipa::{IntoParams, ToSchema};

use crate::Directory;
use crate::groups::group;
use crate::rights::may_read_members;
use crate::users::opened;
use crate::version::ATTEMPTS;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// `active` unless told; `suspended` also lists members who are suspended
    /// as people.
    #[serde(default)]
    status: Standing,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// A member as lists show them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Member {
    user: UserId,
    name: String,
    #[schema(value_type = Option<String>)]
    role: Option<String>,
    status: Standing,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A place in a group.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct PlaceInput {
    /// The role inside the group: `student`, `teacher`, `member`, …
    role: Role,
    #[serde(default)]
    status: Standing,
    /// From then on the membership no longer counts.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A new member.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct NewMember {
    user: UserId,
    /// The role inside the group: `student`, `teacher`, `member`, …
    role: Role,
    #[serde(default)]
    status: Standing,
    /// From then on the membership no longer counts.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// List the members of a group
#[utoipa::path(
    get,
    path = "/v1/groups/{id}/members",
    operation_id = "listMembers",
    tag = "directory",
    params(("id" = GroupId, Path, description = "The group"), ListQuery),
    responses(
        (status = 200, description = "A page of members", body = Page<Member>),
        (status = 403, description = "Neither staff nor teacher of the group", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such group", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_members(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<GroupId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<Member>>> {
    let (store, tenant) = (&directory.store, &caller.tenant);
    may_read_members(store, &caller, &id).await?;
    group(store, &caller, &id).await?;
    let size = page_size(query.page_size)?;
    let list = format!("members?group={id}&status={:?}", query.status);
    let after = opened(&directory.cursors, &caller, &list, query.after.as_deref())?;
    let place = after.map_or(Some(Place::START), |after| Place::parse(&after));
    let place = place.ok_or_else(|| Problem::new(Code::BadCursor))?;
    let walked = match query.status {
        Standing::Active => store.walk(tenant, Roll::Group(&id), place, size).await?,
        Standing::Suspended => {
            let after = place.after.as_ref();
            store.resting_members(tenant, &id, after, size).await?
        }
    };
    let ids: Vec<UserId> = walked.members.iter().map(|m| m.user.clone()).collect();
    let people = store.users(tenant, &ids).await?;
    let names: BTreeMap<UserId, String> = people
        .into_iter()
        .map(|person| (person.id, person.name))
        .collect();
    let members = walked.members.into_iter().map(|member| Member {
        name: names.get(&member.user).cloned().unwrap_or_default(),
        user: member.user,
        role: member.row.r,
        status: query.status,
        since: Timestamp::from_second(member.row.a).unwrap_or_default(),
        expires_at: member
            .row
            .x
            .and_then(|end| Timestamp::from_second(end).ok()),
    });
    let members = members.collect();
    let more = walked.more.map(|more| more.to_string());
    let more = more.map(|more| directory.cursors.seal(&caller, &list, &more));
    Ok(Json(Page::new(members, more, size)))
}

/// Add a member to a group
#[utoipa::path(
    post,
    path = "/v1/groups/{id}/members",
    operation_id = "addMember",
    tag = "directory",
    params(("id" = GroupId, Path, description = "The group")),
    request_body = NewMember,
    responses(
        (status = 201, description = "The membership", body = Membership),
        (status = 404, description = "No such group", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Already a member, or the group is suspended", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add_member(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<GroupId>,
    Body(input): Body<NewMember>,
) -> Answer<(StatusCode, Json<Membership>)> {
    caller.require_staff()?;
    let store = &directory.store;
    let known = store.membership(&caller.tenant, &input.user, &id).await?;
    if known.is_some() {
        return Err(Problem::conflict("This person is a member already.").into());
    }
    let place = PlaceInput {
        role: input.role,
        status: input.status,
        expires_at: input.expires_at,
    };
    let unknown = Problem::invalid("user", "unknown_user", "There is nobody with this id.");
    let made = set(store, &caller, &id, &input.user, place, unknown).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Make or change a membership
#[utoipa::path(
    put,
    path = "/v1/groups/{id}/members/{user}",
    operation_id = "setMember",
    tag = "directory",
    params(
        ("id" = GroupId, Path, description = "The group"),
        ("user" = UserId, Path, description = "The person"),
    ),
    request_body = PlaceInput,
    responses(
        (status = 200, description = "The membership", body = Membership),
        (status = 404, description = "No such group or person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The group is suspended", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set_member(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path((id, user)): Path<(GroupId, UserId)>,
    Body(input): Body<PlaceInput>,
) -> Answer<Json<Membership>> {
    caller.require_staff()?;
    let unknown = Problem::not_found();
    let made = set(&directory.store, &caller, &id, &user, input, unknown).await?;
    Ok(Json(made))
}

async fn set(
    store: &Store,
    caller: &Caller,
    group_id: &GroupId,
    user: &UserId,
    input: PlaceInput,
    unknown: Problem,
) -> Result<Membership, Problem> {
    let tenant = &caller.tenant;
    for _ in 0..ATTEMPTS {
        group(store, caller, group_id).await?;
        let Some(person) = store.user(tenant, user).await? else {
            return Err(unknown);
        };
        let known = store.membership(tenant, user, group_id).await?;
        let now = store.now();
        let membership = Membership {
            group: group_id.clone(),
            user: user.clone(),
            role: input.role.clone(),
            status: input.status,
            expires_at: input.expires_at,
            created_at: known.map_or(now, |known| known.created_at),
        };
        let audit = AuditEntry::new(caller, "membership.set", group_id.as_str(), now);
        let audit = audit.detail(format!("{user} as {}", input.role));
        match store
            .put_membership(tenant, &person, &membership, &audit)
            .await
        {
            Ok(()) => return Ok(membership),
            Err(refused) if refused.at(1) => {
                return Err(Problem::conflict("The group takes no new members."));
            }
            Err(Refused::Conditions(_)) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
        }
    }
    Err(Problem::conflict("The person keeps changing; try again."))
}

/// Remove a member from a group
#[utoipa::path(
    delete,
    path = "/v1/groups/{id}/members/{user}",
    operation_id = "removeMember",
    tag = "directory",
    params(
        ("id" = GroupId, Path, description = "The group"),
        ("user" = UserId, Path, description = "The person"),
    ),
    responses(
        (status = 204, description = "No longer a member"),
        (status = 404, description = "No such membership", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove_member(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path((id, user)): Path<(GroupId, UserId)>,
) -> Answer<StatusCode> {
    caller.require_staff()?;
    let (store, tenant) = (&directory.store, &caller.tenant);
    let known = store.membership(tenant, &user, &id).await?;
    let person = store.user(tenant, &user).await?;
    let (Some(_), Some(person)) = (known, person) else {
        return Err(Problem::not_found().into());
    };
    let audit = AuditEntry::new(&caller, "membership.removed", id.as_str(), store.now());
    let audit = audit.detail(user.as_str());
    store
        .remove_membership(tenant, &person, &id, &audit)
        .await
        .map_err(|refused| refused.or_conflict("The membership keeps changing; try again."))?;
    Ok(StatusCode::NO_CONTENT)
}
