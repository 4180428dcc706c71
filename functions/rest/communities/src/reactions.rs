//! Reactions: one of each kind for each person.

use axum::Json;
use axum::extract::State;
use domain::community::reaction::Reaction;
use domain::community::{Access, Post, ReactionKind};
use domain::cursor::CursorKey;
use domain::ids::PostId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Page, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path, Query};
use serde::Deserialize;
use store::Store;

use crate::body::PostBody;
use crate::found;
use crate::manage::ListQuery;
use crate::posts::answered;

/// List reactions
///
/// Who reacted and how, in the order of people's ids; the totals are in the post.
#[utoipa::path(
    get,
    path = "/v1/posts/{id}/reactions",
    operation_id = "listReactions",
    tag = "communities",
    params(("id" = PostId, Path), ListQuery),
    responses(
        (status = 200, description = "A page", body = Page<Reaction>),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_reactions(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<Reaction>>> {
    found(&store, &caller, &id).await?;
    let name = format!("reactions|{id}");
    let size = page_size(query.page_size)?;
    let after = query.after.as_deref();
    let after = after
        .map(|after| cursors.open(&caller, &name, after))
        .transpose()?;
    let rows = store
        .reactions(&caller.tenant, &id, after.as_deref(), size)
        .await?;
    let more = rows
        .more
        .map(|position| cursors.seal(&caller, &name, &position));
    Ok(Json(Page::new(rows.items, more, size)))
}

#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct ReactionInput {
    kind: ReactionKind,
}

/// React to a post
///
/// Once in each kind; again changes nothing.
#[utoipa::path(
    put,
    path = "/v1/posts/{id}/reactions",
    operation_id = "react",
    tag = "communities",
    params(("id" = PostId, Path)),
    request_body = ReactionInput,
    responses(
        (status = 200, description = "The post with its counts", body = PostBody),
        (status = 403, description = "A step of the ladder is missing, or there are no reactions here", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is not published, or was deleted", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn react(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
    Body(input): Body<ReactionInput>,
) -> Answer<Json<PostBody>> {
    let post = reactable(&store, &caller, &id).await?;
    store
        .react(&caller.tenant, &id, &caller.user, input.kind)
        .await
        .map_err(|refused| refused.or_conflict("The post is not published any more."))?;
    Ok(Json(answered(&store, &caller, post).await?))
}

async fn reactable(store: &Store, caller: &Caller, id: &PostId) -> Result<Post, Problem> {
    let (post, access) = found(store, caller, id).await?;
    require_reactions(&access)?;
    post.require_out()?;
    Ok(post)
}

fn require_reactions(access: &Access) -> Result<(), Problem> {
    if access.community.settings.allow_reactions {
        Ok(())
    } else {
        Err(Problem::new(Code::NotAllowed).detail("This community takes no reactions."))
    }
}

/// Take a reaction back
///
/// Of one kind; none there is as good.
#[utoipa::path(
    delete,
    path = "/v1/posts/{id}/reactions/{kind}",
    operation_id = "takeReactionBack",
    tag = "communities",
    params(("id" = PostId, Path), ("kind" = ReactionKind, Path)),
    responses(
        (status = 200, description = "The post with its counts", body = PostBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take_back(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path((id, kind)): Path<(PostId, ReactionKind)>,
) -> Answer<Json<PostBody>> {
    let (post, _) = found(&store, &caller, &id).await?;
    store
        .take_reaction_back(&caller.tenant, &id, &caller.user, kind)
        .await?;
    Ok(Json(answered(&store, &caller, post).await?))
}

/// Take all reactions back
///
/// The caller's own to this post, of every kind.
#[utoipa::path(
    delete,
    path = "/v1/posts/{id}/reactions",
    operation_id = "takeReactionsBack",
    tag = "communities",
    params(("id" = PostId, Path)),
    responses(
        (status = 200, description = "The post with its counts", body = PostBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take_all_back(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
) -> Answer<Json<PostBody>> {
    let (post, _) = found(&store, &caller, &id).await?;
    let (counted, _) = store
        .count_of_post(&caller.tenant, post, &caller.user)
        .await?;
    for kind in counted.mine {
        store
            .take_reaction_back(&caller.tenant, &id, &caller.user, kind)
            .await?;
    }
    Ok(Json(answered(&store, &caller, counted.post).await?))
}
