//! What authors do: write, edit, hand in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::community::post::Words;
use domain::community::{Access, Post};
use domain::ids::{CommunityId, PostId};
use domain::problem::ProblemBody;
use domain::{Caller, Problem};
use lambda::rest::{Answer, Authenticated, Body, Once, Path};
use serde::Deserialize;
use store::Store;

use crate::body::PostBody;
use crate::notify::told;
use crate::posts::answered;
use crate::{CHANGED, Communities, found};

const PARENT_GONE: &str = "What it replies to is not published any more.";

/// A post, or a reply.
#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct PostInput {
    /// One line, at most 200 characters; replies may have none.
    #[serde(default)]
    title: String,
    /// Plain text, at most 10,000 bytes.
    body: String,
    /// What it replies to.
    #[serde(default)]
    parent: Option<PostId>,
    /// Keep it to oneself until it is submitted.
    #[serde(default)]
    draft: bool,
}

/// Write a post or a reply
///
/// Where posts are approved, those of members wait for a moderator: `status` is
/// `pending`. The author of what is replied to is notified.
#[utoipa::path(
    post,
    path = "/v1/communities/{id}/posts",
    operation_id = "createPost",
    tag = "communities",
    params(("id" = CommunityId, Path)),
    request_body = PostInput,
    responses(
        (status = 201, description = "Written", body = PostBody),
        (status = 403, description = "A step of the ladder is missing, or there are no replies here", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such community", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "What it replies to is gone", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_post(
    State(app): State<Communities>,
    Authenticated(caller): Authenticated,
    Path(id): Path<CommunityId>,
    Once(effect): Once,
    Body(input): Body<PostInput>,
) -> Answer<(StatusCode, Json<PostBody>)> {
    let (store, now) = (&app.store, app.store.now());
    let access = store.community_access(&caller, &id).await?;
    let parent = parent(store, &caller, input.parent.as_ref()).await?;
    let post = match &effect {
        Some(effect) => PostId::of(effect.send_id().bare()),
        None => PostId::new(now),
    };
    let words = Words {
        title: &input.title,
        body: &input.body,
    };
    let draft = Post::new(post, &access, &caller.user, parent.as_ref(), words, now)?;
    let post = if input.draft {
        draft
    } else {
        draft.released(&access, now)
    };
    let told = told(store, &caller, &access, None, &post, now).await?;
    let post = match store.create_post(&caller.tenant, &post, &told).await {
        Ok(()) => {
            app.store.hand_over(&app.queue, told.tasks()).await;
            post
        }
        // The first attempt at this request made it before it died.
        Err(refused) if refused.at(0) && effect.is_some() => {
            found(store, &caller, &post.id).await?.0
        }
        Err(refused) if refused.at(1) => return Err(Problem::not_found().into()),
        Err(refused) => return Err(refused.or_conflict(PARENT_GONE).into()),
    };
    let body = answered(store, &caller, post).await?;
    Ok((StatusCode::CREATED, Json(body)))
}

/// The post that is replied to; one that the caller cannot see is unknown.
async fn parent(
    store: &Store,
    caller: &Caller,
    id: Option<&PostId>,
) -> Result<Option<Post>, Problem> {
    let Some(id) = id else { return Ok(None) };
    let known = store.post(&caller.tenant, id).await?;
    known.map(Some).ok_or_else(|| {
        let message = "There is no published post with this id in the community.";
        Problem::invalid("parent", "unknown_post", message)
    })
}

/// Other words; what is left out stays.
#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct PostChange {
    title: Option<String>,
    body: Option<String>,
    /// The version that was read; a conflict if there is a newer one.
    version: Option<u64>,
}

/// Edit a post
///
/// By its author. Where posts are approved, what was approved with the old words
/// waits again with the new ones.
#[utoipa::path(
    patch,
    path = "/v1/posts/{id}",
    operation_id = "updatePost",
    tag = "communities",
    params(("id" = PostId, Path)),
    request_body = PostChange,
    responses(
        (status = 200, description = "As it is now", body = PostBody),
        (status = 403, description = "A step of the ladder is missing, or not the author", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has changed meanwhile, or was deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_post(
    State(app): State<Communities>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
    Body(input): Body<PostChange>,
) -> Answer<Json<PostBody>> {
    let (before, access) = found(&app.store, &caller, &id).await?;
    before.require_author(&caller)?;
    if input
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(Problem::conflict(CHANGED).into());
    }
    let after = before.edit(
        &access,
        input.title.as_deref(),
        input.body.as_deref(),
        app.store.now(),
    )?;
    Ok(Json(step(&app, &caller, &access, before, after).await?))
}

/// Submit a draft
///
/// Also one that came back from a moderator. It is published, or waits.
#[utoipa::path(
    post,
    path = "/v1/posts/{id}/submit",
    operation_id = "submitPost",
    tag = "communities",
    params(("id" = PostId, Path)),
    responses(
        (status = 200, description = "As it is now", body = PostBody),
        (status = 403, description = "A step of the ladder is missing, or not the author", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is no draft", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn submit_post(
    State(app): State<Communities>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
) -> Answer<Json<PostBody>> {
    let (before, access) = found(&app.store, &caller, &id).await?;
    before.require_author(&caller)?;
    let after = before.submit(&access, app.store.now())?;
    Ok(Json(step(&app, &caller, &access, before, after).await?))
}

/// One step of a post's author.
async fn step(
    app: &Communities,
    caller: &Caller,
    access: &Access,
    before: Post,
    after: Post,
) -> Result<PostBody, Problem> {
    let (store, now) = (&app.store, app.store.now());
    let told = told(store, caller, access, Some(&before), &after, now).await?;
    let changed = store
        .change_post(&caller.tenant, &before, &after, &told)
        .await;
    changed.map_err(|refused| {
        let gone = refused.at(1);
        refused.or_conflict(if gone { PARENT_GONE } else { CHANGED })
    })?;
    app.store.hand_over(&app.queue, told.tasks()).await;
    answered(store, caller, after).await
}
