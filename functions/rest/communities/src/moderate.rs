//! What moderators do: approve, reject, pin, delete; authors delete, too.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::community::{Access, Post};
use domain::ids::PostId;
use domain::problem::ProblemBody;
use domain::{Caller, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path};
use serde::Deserialize;
use store::Store;
use store::post_changes::Told;

use crate::body::PostBody;
use crate::notify::decided;
use crate::posts::answered;
use crate::{CHANGED, Communities, found};

/// A post for somebody who moderates its community.
async fn moderated(store: &Store, caller: &Caller, id: &PostId) -> Result<(Post, Access), Problem> {
    let (post, access) = found(store, caller, id).await?;
    access.require_moderator()?;
    Ok((post, access))
}

/// Approve a post
///
/// It is published, and its author is told.
#[utoipa::path(
    post,
    path = "/v1/posts/{id}/approve",
    operation_id = "approvePost",
    tag = "communities",
    params(("id" = PostId, Path)),
    responses(
        (status = 200, description = "As it is now", body = PostBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It does not wait for approval", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn approve_post(
    State(app): State<Communities>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
) -> Answer<Json<PostBody>> {
    let (before, access) = moderated(&app.store, &caller, &id).await?;
    let after = before.approve(app.store.now())?;
    let body = decide(&app, &caller, &access, (before, after), "post.approved").await?;
    Ok(Json(body))
}

/// Why.
#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct PostRejectionInput {
    /// For the author; at most 2,000 bytes.
    notes: String,
}

/// Reject a post
///
/// It goes back to its author as a draft, with notes, and can be submitted again.
#[utoipa::path(
    post,
    path = "/v1/posts/{id}/reject",
    operation_id = "rejectPost",
    tag = "communities",
    params(("id" = PostId, Path)),
    request_body = PostRejectionInput,
    responses(
        (status = 200, description = "As it is now", body = PostBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It does not wait for approval", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "There are no notes", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reject_post(
    State(app): State<Communities>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
    Body(input): Body<PostRejectionInput>,
) -> Answer<Json<PostBody>> {
    let (before, access) = moderated(&app.store, &caller, &id).await?;
    let after = before.reject(&caller.user, &input.notes, app.store.now())?;
    let body = decide(&app, &caller, &access, (before, after), "post.rejected").await?;
    Ok(Json(body))
}

async fn decide(
    app: &Communities,
    caller: &Caller,
    access: &Access,
    (before, after): (Post, Post),
    act: &str,
) -> Result<PostBody, Problem> {
    let (store, now) = (&app.store, app.store.now());
    let mut told = decided(store, caller, access, (&before, &after), now).await?;
    told.audit = Some(AuditEntry::new(caller, act, after.id.as_str(), now));
    let changed = store
        .change_post(&caller.tenant, &before, &after, &told)
        .await;
    changed.map_err(|refused| {
        let gone = refused.at(1);
        refused.or_conflict(if gone {
            "What it replies to is not published any more; reject it."
        } else {
            CHANGED
        })
    })?;
    app.store.hand_over(&app.queue, told.tasks()).await;
    answered(store, caller, after).await
}

/// Pin a post
///
/// Above all others, below those that are pinned later.
#[utoipa::path(
    post,
    path = "/v1/posts/{id}/pin",
    operation_id = "pinPost",
    tag = "communities",
    params(("id" = PostId, Path)),
    responses(
        (status = 200, description = "As it is now", body = PostBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is a reply, or not published", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn pin_post(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
) -> Answer<Json<PostBody>> {
    Ok(Json(place(&store, &caller, &id, true).await?))
}

/// Unpin a post
#[utoipa::path(
    post,
    path = "/v1/posts/{id}/unpin",
    operation_id = "unpinPost",
    tag = "communities",
    params(("id" = PostId, Path)),
    responses(
        (status = 200, description = "As it is now", body = PostBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is a reply, or not published", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unpin_post(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
) -> Answer<Json<PostBody>> {
    Ok(Json(place(&store, &caller, &id, false).await?))
}

async fn place(
    store: &Store,
    caller: &Caller,
    id: &PostId,
    pin: bool,
) -> Result<PostBody, Problem> {
    let (before, _) = moderated(store, caller, id).await?;
    let now = store.now();
    let Some(after) = before.pin(pin, now)? else {
        return answered(store, caller, before).await;
    };
    let act = if pin { "post.pinned" } else { "post.unpinned" };
    let told = Told {
        audit: Some(AuditEntry::new(caller, act, id.as_str(), now)),
        ..Told::default()
    };
    store
        .change_post(&caller.tenant, &before, &after, &told)
        .await
        .map_err(|refused| refused.or_conflict(CHANGED))?;
    answered(store, caller, after).await
}

/// Delete a post
///
/// By its author or a moderator. If something stands below it, its place stays
/// without title and body.
#[utoipa::path(
    delete,
    path = "/v1/posts/{id}",
    operation_id = "deletePost",
    tag = "communities",
    params(("id" = PostId, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "A step of the ladder is missing, or not the author", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has changed meanwhile, or was deleted", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_post(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
) -> Answer<StatusCode> {
    let (post, access) = found(&store, &caller, &id).await?;
    let mut told = Told::default();
    if post.author != caller.user {
        access.require_moderator()?;
        let audit = AuditEntry::new(&caller, "post.deleted", id.as_str(), store.now());
        told.audit = Some(audit);
    }
    post.require_present()?;
    let removed = match store.remove_post(&caller.tenant, &post, &told).await {
        Err(refused) if refused.at(1) && !refused.at(0) => {
            let tombstone = post.tombstone(store.now());
            store
                .change_post(&caller.tenant, &post, &tombstone, &told)
                .await
        }
        other => other,
    };
    removed.map_err(|refused| refused.or_conflict(CHANGED))?;
    Ok(StatusCode::NO_CONTENT)
}
