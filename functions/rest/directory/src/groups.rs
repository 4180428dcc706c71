//! Classes, courses, webinars, teams.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::directory::Group;
use domain::ids::GroupId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path, Query};
use serde::Deserialize;
use store::groups::{REMOVABLE, RemoveGroup};
use store::{Refused, Store};
use utoipa::IntoParams;

use crate::Directory;
use crate::group_input::{GroupChanges, GroupReplacement, NewGroup};
use crate::rights::may_read_group;
use crate::users::opened;
use crate::version::{ATTEMPTS, IfMatch, changed, require};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only groups of this kind.
    kind: Option<String>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List groups in the order of their ids
#[utoipa::path(
    get,
    path = "/v1/groups",
    operation_id = "listGroups",
    tag = "directory",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of groups", body = Page<Group>),
        (status = 403, description = "Neither staff nor teacher", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_groups(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<Group>>> {
    caller.require_author()?;
    let size = page_size(query.page_size)?;
    let list = format!("groups?kind={:?}", query.kind);
    let after = opened(&directory.cursors, &caller, &list, query.after.as_deref())?;
    let rows = directory
        .store
        .list_groups(
            &caller.tenant,
            query.kind.as_deref(),
            after.as_deref(),
            size,
        )
        .await?;
    let more = rows.more;
    let more = more.map(|more| directory.cursors.seal(&caller, &list, &more));
    Ok(Json(Page::new(rows.items, more, size)))
}

/// Create a group
#[utoipa::path(
    post,
    path = "/v1/groups",
    operation_id = "createGroup",
    tag = "directory",
    request_body = NewGroup,
    responses(
        (status = 201, description = "The group", body = Group),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The id is taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_group(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Body(input): Body<NewGroup>,
) -> Answer<(StatusCode, Json<Group>)> {
    caller.require_staff()?;
    let now = directory.store.now();
    let group = input.into_group(now)?;
    let audit = AuditEntry::new(&caller, "group.created", group.id.as_str(), now);
    directory
        .store
        .create_group(&caller.tenant, &group, &audit)
        .await
        .map_err(|refused| refused.or_conflict("There is a group with this id."))?;
    Ok((StatusCode::CREATED, Json(group)))
}

/// Get a group
#[utoipa::path(
    get,
    path = "/v1/groups/{id}",
    operation_id = "getGroup",
    tag = "directory",
    params(("id" = GroupId, Path, description = "The group")),
    responses(
        (status = 200, description = "The group", body = Group),
        (status = 403, description = "Not a member", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such group", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_group(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<GroupId>,
) -> Answer<Json<Group>> {
    may_read_group(&directory.store, &caller, &id).await?;
    Ok(Json(group(&directory.store, &caller, &id).await?))
}

pub(crate) async fn group(store: &Store, caller: &Caller, id: &GroupId) -> Result<Group, Problem> {
    let found = store.group(&caller.tenant, id).await?;
    found.ok_or_else(Problem::not_found)
}

/// Replace what is said of a group
#[utoipa::path(
    put,
    path = "/v1/groups/{id}",
    operation_id = "replaceGroup",
    tag = "directory",
    params(("id" = GroupId, Path, description = "The group")),
    request_body = GroupReplacement,
    responses(
        (status = 200, description = "The group", body = Group),
        (status = 404, description = "No such group", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace_group(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<GroupId>,
    if_match: IfMatch,
    Body(input): Body<GroupReplacement>,
) -> Answer<Json<Group>> {
    let changes = input.into();
    Ok(Json(
        change(&directory.store, &caller, &id, if_match, &changes).await?,
    ))
}

/// Change a group
#[utoipa::path(
    patch,
    path = "/v1/groups/{id}",
    operation_id = "updateGroup",
    tag = "directory",
    params(("id" = GroupId, Path, description = "The group")),
    request_body = GroupChanges,
    responses(
        (status = 200, description = "The group", body = Group),
        (status = 404, description = "No such group", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_group(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<GroupId>,
    if_match: IfMatch,
    Body(changes): Body<GroupChanges>,
) -> Answer<Json<Group>> {
    Ok(Json(
        change(&directory.store, &caller, &id, if_match, &changes).await?,
    ))
}

async fn change(
    store: &Store,
    caller: &Caller,
    id: &GroupId,
    if_match: IfMatch,
    changes: &GroupChanges,
) -> Result<Group, Problem> {
    caller.require_staff()?;
    let seen = if_match.or(changes.version)?;
    for _ in 0..ATTEMPTS {
        let before = group(store, caller, id).await?;
        require(seen, before.version)?;
        let mut after = changes.apply(&before)?;
        if after == before {
            return Ok(before);
        }
        let now = store.now();
        after.version += 1;
        after.updated_at = now;
        let audit = AuditEntry::new(caller, "group.updated", id.as_str(), now);
        let updated = store.update_group(&caller.tenant, &after, before.version, &audit);
        match updated.await {
            Ok(()) => return Ok(after),
            Err(Refused::Conditions(_)) if seen.is_none() => {}
            Err(Refused::Conditions(_)) => return Err(changed()),
            Err(Refused::Store(error)) => return Err(error.into()),
        }
    }
    Err(changed())
}

/// Remove a group with its memberships
#[utoipa::path(
    delete,
    path = "/v1/groups/{id}",
    operation_id = "removeGroup",
    tag = "directory",
    params(("id" = GroupId, Path, description = "The group")),
    responses(
        (status = 204, description = "Removed, with its memberships"),
        (status = 404, description = "No such group", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile, or more than 500 members", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove_group(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<GroupId>,
    if_match: IfMatch,
) -> Answer<StatusCode> {
    caller.require_staff()?;
    let store = &directory.store;
    let found = group(store, &caller, &id).await?;
    require(if_match.or(None)?, found.version)?;
    let audit = AuditEntry::new(&caller, "group.removed", id.as_str(), store.now());
    match store.remove_group(&caller.tenant, &found, &audit).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(RemoveGroup::TooMany) => {
            let detail = format!(
                "The group has more than {REMOVABLE} members; remove members first, or suspend it."
            );
            Err(Problem::conflict(detail).into())
        }
        Err(RemoveGroup::Refused(Refused::Conditions(_))) => Err(changed().into()),
        Err(RemoveGroup::Refused(Refused::Store(error))) => Err(error.into()),
    }
}
