//! Making, changing and removing people.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::automation::role_changed;
use domain::directory::{Standing, Tenant, User};
use domain::ids::UserId;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path};
use store::users::Follows;
use store::{Refused, Store};

use crate::Directory;
use crate::rights::may_change;
use crate::user_input::{NewUser, UserBody, UserChanges, UserReplacement};
use crate::version::{ATTEMPTS, IfMatch, changed, require};

/// Create a person
#[utoipa::path(
    post,
    path = "/v1/users",
    operation_id = "createUser",
    tag = "directory",
    request_body = NewUser,
    responses(
        (status = 201, description = "The person", body = UserBody),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The id is taken, or was that of somebody who is erased", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_user(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Body(input): Body<NewUser>,
) -> Answer<(StatusCode, Json<UserBody>)> {
    caller.require_staff()?;
    let store = &directory.store;
    let tenant = tenant(store, &caller).await?;
    let user = input.into_user(&tenant, store.now())?;
    may_change(&caller, None, Some(&user))?;
    let audit = AuditEntry::new(&caller, "user.created", user.id.as_str(), store.now());
    match store.create_user(&caller.tenant, &user, &audit).await {
        Ok(user) => Ok((StatusCode::CREATED, Json(user.into()))),
        Err(Refused::Conditions(_)) => Err(taken(store, &caller, &user.id).await?.into()),
        Err(Refused::Store(error)) => Err(error.into()),
    }
}

/// Why an id cannot be given to somebody new.
async fn taken(store: &Store, caller: &Caller, id: &UserId) -> Result<Problem, Problem> {
    let stored = store.stored_user(&caller.tenant, id).await?;
    let erased = stored.is_some_and(|user| user.erased_at.is_some());
    Ok(match erased {
        true => Problem::new(Code::Erased).detail("The person with this id was erased."),
        false => Problem::conflict("There is somebody with this id."),
    })
}

/// Replace what is said of a person
#[utoipa::path(
    put,
    path = "/v1/users/{id}",
    operation_id = "replaceUser",
    tag = "directory",
    params(("id" = UserId, Path, description = "The person")),
    request_body = UserReplacement,
    responses(
        (status = 200, description = "The person", body = UserBody),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace_user(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<UserId>,
    if_match: IfMatch,
    Body(input): Body<UserReplacement>,
) -> Answer<Json<UserBody>> {
    caller.require_staff()?;
    let tenant = tenant(&directory.store, &caller).await?;
    let changes = input.into_changes(&tenant);
    let user = change(&directory, &caller, &id, if_match, &changes).await?;
    Ok(Json(user.into()))
}

/// Change a person
#[utoipa::path(
    patch,
    path = "/v1/users/{id}",
    operation_id = "updateUser",
    tag = "directory",
    params(("id" = UserId, Path, description = "The person")),
    request_body = UserChanges,
    responses(
        (status = 200, description = "The person", body = UserBody),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_user(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<UserId>,
    if_match: IfMatch,
    Body(changes): Body<UserChanges>,
) -> Answer<Json<UserBody>> {
    caller.require_staff()?;
    let user = change(&directory, &caller, &id, if_match, &changes).await?;
    Ok(Json(user.into()))
}

/// Remove a person from the directory
#[utoipa::path(
    delete,
    path = "/v1/users/{id}",
    operation_id = "removeUser",
    tag = "directory",
    params(("id" = UserId, Path, description = "The person")),
    responses(
        (status = 204, description = "Removed, with memberships and guardianships"),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile, or oneself", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove_user(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<UserId>,
    if_match: IfMatch,
) -> Answer<StatusCode> {
    caller.require_staff()?;
    let store = &directory.store;
    let seen = if_match.or(None)?;
    for _ in 0..ATTEMPTS {
        let found = store.user(&caller.tenant, &id).await?;
        let user = found.ok_or_else(Problem::not_found)?;
        require(seen, user.version)?;
        may_change(&caller, Some(&user), None)?;
        let audit = AuditEntry::new(&caller, "user.removed", id.as_str(), store.now());
        match store.remove_user(&caller.tenant, &user, &audit).await {
            Ok(()) => return Ok(StatusCode::NO_CONTENT),
            Err(Refused::Conditions(_)) if seen.is_none() => {}
            Err(refused) => return Err(refused.or_conflict(CHANGED).into()),
        }
    }
    Err(changed().into())
}

const CHANGED: &str = "The person has changed since they were read; read them again.";

pub(crate) async fn tenant(store: &Store, caller: &Caller) -> Result<Tenant, Problem> {
    let found = store.tenant(&caller.tenant).await?;
    found.ok_or_else(Problem::not_found)
}

/// Applies changes to a person, again if somebody was faster and the caller
/// does not insist on a version.
async fn change(
    directory: &Directory,
    caller: &Caller,
    id: &UserId,
    if_match: IfMatch,
    changes: &UserChanges,
) -> Result<User, Problem> {
    let store = &directory.store;
    let seen = if_match.or(changes.version)?;
    for _ in 0..ATTEMPTS {
        let found = store.user(&caller.tenant, id).await?;
        let before = found.ok_or_else(Problem::not_found)?;
        require(seen, before.version)?;
        let mut after = changes.apply(&before)?;
        may_change(caller, Some(&before), Some(&after))?;
        if after == before {
            return Ok(before);
        }
        let now = store.now();
        after.version += 1;
        after.updated_at = now;
        let suspended = after.status == Standing::Suspended && before.status != after.status;
        if suspended || !before.roles.is_subset(&after.roles) {
            // A token made before this no longer opens anything.
            after.session_epoch = now.as_second();
        }
        let follows = Follows {
            audit: trail(caller, &before, &after),
            event: role_changed(&before, &after, &caller.user, now),
            test: caller.is_test(),
        };
        let updated = store.update_user(&caller.tenant, &before, &after, &follows);
        match updated.await {
            Ok(tasks) => {
                store.hand_over(&directory.queue, &tasks).await;
                return Ok(after);
            }
            Err(Refused::Conditions(_)) if seen.is_none() => {}
            Err(refused) => return Err(refused.or_conflict(CHANGED)),
        }
    }
    Err(changed())
}

/// What the trail keeps of a change.
fn trail(caller: &Caller, before: &User, after: &User) -> Vec<AuditEntry> {
    let words = |user: &User| {
        let roles: Vec<&str> = user.roles.iter().map(domain::Role::as_str).collect();
        roles.join(" ")
    };
    let entry = |act: &str| AuditEntry::new(caller, act, after.id.as_str(), after.updated_at);
    let mut trail = Vec::new();
    if before.roles != after.roles {
        let detail = format!("{} → {}", words(before), words(after));
        trail.push(entry("user.role_changed").detail(detail));
    }
    if before.status != after.status {
        trail.push(match after.status {
            Standing::Suspended => entry("user.suspended"),
            Standing::Active => entry("user.reinstated"),
        });
    }
    if trail.is_empty() {
        trail.push(entry("user.updated"));
    }
    trail
}
