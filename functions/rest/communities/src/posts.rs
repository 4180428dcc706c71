//! Read posts: lists, one, and the thread below it.

use axum::Json;
use axum::extract::State;
use domain::community::PostStatus;
use domain::cursor::CursorKey;
use domain::ids::{CommunityId, PostId};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::Store;
use store::posts::PostList;

use crate::body::PostBody;
use crate::found;
use crate::manage::ListQuery;

/// Which posts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PostsQuery {
    /// `published` unless named. `pending` is the queue of the moderators, and
    /// for others what they wrote of it; `draft` is the caller's own.
    status: Option<PostStatus>,
    /// 20 unless named, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List posts
///
/// What is published comes without the replies: the pinned first, then the
/// newest. What is pending comes with replies, the oldest first. A page may be
/// short while `after` says that there is more.
#[utoipa::path(
    get,
    path = "/v1/communities/{id}/posts",
    operation_id = "listPosts",
    tag = "communities",
    params(("id" = CommunityId, Path), PostsQuery),
    responses(
        (status = 200, description = "A page", body = Page<PostBody>),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_posts(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Path(id): Path<CommunityId>,
    Query(query): Query<PostsQuery>,
) -> Answer<Json<Page<PostBody>>> {
    let access = store.community_access(&caller, &id).await?;
    let status = query.status.unwrap_or(PostStatus::Published);
    let list = match status {
        PostStatus::Published => PostList::Published,
        PostStatus::Draft => PostList::Drafts(&caller.user),
        PostStatus::Pending if access.is_moderator() => PostList::Pending(None),
        PostStatus::Pending => PostList::Pending(Some(&caller.user)),
    };
    let paging = ListQuery::new(query.page_size, query.after);
    let name = format!("posts|{id}|{status:?}");
    page(&store, &cursors, &caller, &id, list, (&name, paging)).await
}

async fn page(
    store: &Store,
    cursors: &CursorKey,
    caller: &Caller,
    community: &CommunityId,
    list: PostList<'_>,
    (name, paging): (&str, ListQuery),
) -> Answer<Json<Page<PostBody>>> {
    let size = page_size(paging.page_size)?;
    let after = paging.after.as_deref();
    let after = after
        .map(|after| cursors.open(caller, name, after))
        .transpose()?;
    let rows = store
        .list_posts(
            &caller.tenant,
            community,
            list,
            &caller.user,
            (after.as_deref(), size),
        )
        .await?;
    let items = rows.items.into_iter().map(PostBody::from).collect();
    let more = rows
        .more
        .map(|position| cursors.seal(caller, name, &position));
    Ok(Json(Page::new(items, more, size)))
}

/// Get a post
///
/// Counts that the caller has opened it, once however often they do.
#[utoipa::path(
    get,
    path = "/v1/posts/{id}",
    operation_id = "getPost",
    tag = "communities",
    params(("id" = PostId, Path)),
    responses(
        (status = 200, description = "The post", body = PostBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_post(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
) -> Answer<Json<PostBody>> {
    let (tenant, user) = (&caller.tenant, &caller.user);
    let (post, _) = found(&store, &caller, &id).await?;
    let counts = post.is_out() && !post.deleted;
    let (mut counted, seen) = store.count_of_post(tenant, post, user).await?;
    if counts && !seen {
        match store.record_view(tenant, &id, user).await {
            Ok(recorded) => counted.counts.views += u64::from(recorded),
            // Reading does not fail for the sake of counting; the next view counts.
            Err(error) => tracing::warn!(post = %id, %error, "a view was not counted"),
        }
    }
    Ok(Json(PostBody::from(counted)))
}

/// List replies
///
/// Everything below a post, in the order of reading: each reply is followed by
/// what replies to it, up to five levels deep; `parent` and `depth` tell where
/// it belongs. Works for a reply, too.
#[utoipa::path(
    get,
    path = "/v1/posts/{id}/replies",
    operation_id = "listReplies",
    tag = "communities",
    params(("id" = PostId, Path), ListQuery),
    responses(
        (status = 200, description = "A page", body = Page<PostBody>),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_replies(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PostId>,
    Query(paging): Query<ListQuery>,
) -> Answer<Json<Page<PostBody>>> {
    let (post, access) = found(&store, &caller, &id).await?;
    let list = PostList::Thread(&post);
    let name = format!("replies|{id}");
    page(
        &store,
        &cursors,
        &caller,
        &access.community.id,
        list,
        (&name, paging),
    )
    .await
}

/// A post that was just written, as its author gets it.
pub(crate) async fn answered(
    store: &Store,
    caller: &Caller,
    post: domain::community::Post,
) -> Result<PostBody, Problem> {
    let (counted, _) = store
        .count_of_post(&caller.tenant, post, &caller.user)
        .await?;
    Ok(PostBody::from(counted))
}
