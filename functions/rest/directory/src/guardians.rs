//! Who is whose guardian.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::ids::UserId;
use domain::people::{MAX_CHILDREN, MAX_GUARDIANS};
use domain::problem::ProblemBody;
use domain::{Page, Problem};
use garde::Validate;
use lambda::rest::{Answer, Authenticated, Body, Path};
use serde::Deserialize;
use store::guardianships::LinkError;
use utoipa::ToSchema;

use crate::Directory;
use crate::rights::may_read_user;
use crate::user_input::UserBody;

/// A guardian to be.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct NewGuardian {
    guardian: UserId,
}

/// List a person's guardians
#[utoipa::path(
    get,
    path = "/v1/users/{id}/guardians",
    operation_id = "listGuardians",
    tag = "directory",
    params(("id" = UserId, Path, description = "The child")),
    responses(
        (status = 200, description = "The guardians, all on one page", body = Page<UserBody>),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_guardians(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<UserId>,
) -> Answer<Json<Page<UserBody>>> {
    let store = &directory.store;
    may_read_user(store, &caller, &id).await?;
    let found = store.user(&caller.tenant, &id).await?;
    let child = found.ok_or_else(Problem::not_found)?;
    let ids: Vec<UserId> = child.guardians.into_iter().collect();
    let mut people = store.users(&caller.tenant, &ids).await?;
    people.sort_by(|a, b| a.id.cmp(&b.id));
    let people = people.into_iter().map(UserBody::from).collect();
    let size = u32::try_from(MAX_GUARDIANS).unwrap_or(u32::MAX);
    Ok(Json(Page::new(people, None, size)))
}

/// Make somebody a guardian
#[utoipa::path(
    post,
    path = "/v1/users/{id}/guardians",
    operation_id = "addGuardian",
    tag = "directory",
    params(("id" = UserId, Path, description = "The child")),
    request_body = NewGuardian,
    responses(
        (status = 200, description = "The child", body = UserBody),
        (status = 404, description = "No such child", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Too many guardians or children", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such guardian", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add_guardian(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<UserId>,
    Body(input): Body<NewGuardian>,
) -> Answer<Json<UserBody>> {
    caller.require_staff()?;
    let store = &directory.store;
    if input.guardian == id {
        let message = "Nobody is their own guardian.";
        return Err(Problem::invalid("guardian", "invalid", message).into());
    }
    let audit = AuditEntry::new(&caller, "guardian.added", id.as_str(), store.now());
    let audit = audit.detail(input.guardian.as_str());
    store
        .link_guardian(&caller.tenant, &input.guardian, &id, &audit)
        .await
        .map_err(refused)?;
    let child = store.user(&caller.tenant, &id).await?;
    Ok(Json(child.ok_or_else(Problem::not_found)?.into()))
}

fn refused(error: LinkError) -> Problem {
    match error {
        LinkError::NoChild => Problem::not_found(),
        LinkError::NoGuardian => {
            Problem::invalid("guardian", "unknown_user", "There is nobody with this id.")
        }
        LinkError::TooMany => Problem::conflict(format!(
            "A person has at most {MAX_GUARDIANS} guardians and {MAX_CHILDREN} children."
        )),
        LinkError::Store(error) => error.into(),
    }
}

/// End a guardianship
#[utoipa::path(
    delete,
    path = "/v1/users/{id}/guardians/{guardian}",
    operation_id = "removeGuardian",
    tag = "directory",
    params(
        ("id" = UserId, Path, description = "The child"),
        ("guardian" = UserId, Path, description = "The guardian"),
    ),
    responses(
        (status = 204, description = "No longer a guardian"),
        (status = 404, description = "No such guardianship", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove_guardian(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path((id, guardian)): Path<(UserId, UserId)>,
) -> Answer<StatusCode> {
    caller.require_staff()?;
    let store = &directory.store;
    let found = store.user(&caller.tenant, &id).await?;
    if !found.is_some_and(|child| child.guardians.contains(&guardian)) {
        return Err(Problem::not_found().into());
    }
    let audit = AuditEntry::new(&caller, "guardian.removed", id.as_str(), store.now());
    let audit = audit.detail(guardian.as_str());
    store
        .unlink_guardian(&caller.tenant, &guardian, &id, Some(&audit))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
