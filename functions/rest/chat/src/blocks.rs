//! Whom one does not want to hear from. The other person is never told.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::UserId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Page, Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Body, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Chat;
use crate::people::Somebody;

/// Whom to block.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct BlockInput {
    user: UserId,
}

/// Somebody whom the caller has blocked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockBody {
    user: Somebody,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BlocksQuery {
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// Block somebody
///
/// They cannot tell: what they write looks sent, what they ask looks pending,
/// and the caller sees none of it. Pending invitations between the two end.
#[utoipa::path(
    post,
    path = "/v1/chat/blocks",
    operation_id = "blockPerson",
    tag = "chat",
    request_body = BlockInput,
    responses(
        (status = 201, description = "Blocked", body = BlockBody),
        (status = 200, description = "Blocked before", body = BlockBody),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn block_person(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Body(input): Body<BlockInput>,
) -> Answer<(StatusCode, Json<BlockBody>)> {
    if input.user == caller.user {
        return Err(Problem::invalid("user", "self", "You cannot block yourself.").into());
    }
    let (block, new) = app.store.block(&caller, &input.user).await?;
    let names = app.names(&caller, [block.user.clone()]).await?;
    let body = BlockBody {
        user: names.of(&block.user),
        since: block.since,
    };
    let status = if new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(body)))
}

/// List whom one has blocked
#[utoipa::path(
    get,
    path = "/v1/chat/blocks",
    operation_id = "listBlocks",
    tag = "chat",
    params(BlocksQuery),
    responses((status = 200, description = "A page of people", body = Page<BlockBody>)),
)]
pub(crate) async fn list_blocks(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Query(query): Query<BlocksQuery>,
) -> Answer<Json<Page<BlockBody>>> {
    let size = page_size(query.page_size)?;
    let after = app.opened(&caller, "blocks", query.after.as_deref())?;
    let after = after.map(|after| after.parse()).transpose()?;
    let rows = app
        .store
        .blocked_by(&caller.tenant, &caller.user, after.as_ref(), size)
        .await?;
    let more = rows
        .more
        .map(|more| app.cursors.seal(&caller, "blocks", &more));
    let people = rows.items.iter().map(|block| block.user.clone());
    let names = app.names(&caller, people).await?;
    let items = rows.items.into_iter().map(|block| BlockBody {
        user: names.of(&block.user),
        since: block.since,
    });
    Ok(Json(Page::new(items.collect(), more, size)))
}

/// Lift a block
///
/// To write to each other again, the two need a new invitation.
#[utoipa::path(
    delete,
    path = "/v1/chat/blocks/{user}",
    operation_id = "unblockPerson",
    tag = "chat",
    params(("user" = UserId, Path, description = "Whom to unblock")),
    responses(
        (status = 204, description = "Lifted"),
        (status = 404, description = "Not blocked", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unblock_person(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(user): Path<UserId>,
) -> Answer<StatusCode> {
    if app.store.unblock(&caller, &user).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found().into())
    }
}
