//! List, read, change and delete communities.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::audit::AuditEntry;
use domain::community::{Community, Settings};
use domain::cursor::CursorKey;
use domain::ids::CommunityId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path, Query};
use serde::Deserialize;
use store::Store;

use crate::CHANGED;
use crate::body::CommunityBody;

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// 20 unless named, at most 100.
    pub(crate) page_size: Option<u32>,
    /// The `after` of the page before.
    pub(crate) after: Option<String>,
}

impl ListQuery {
    pub(crate) fn new(page_size: Option<u32>, after: Option<String>) -> Self {
        Self { page_size, after }
    }
}

/// List communities
///
/// Those of the courses in which the caller is enrolled, joined or not; all of
/// them for staff.
#[utoipa::path(
    get,
    path = "/v1/communities",
    operation_id = "listCommunities",
    tag = "communities",
    params(ListQuery),
    responses((status = 200, description = "A page", body = Page<CommunityBody>)),
)]
pub(crate) async fn list_communities(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<CommunityBody>>> {
    let size = page_size(query.page_size)?;
    let after = query.after.as_deref();
    let after = after
        .map(|after| cursors.open(&caller, "communities", after))
        .transpose()?;
    let (some, more) = if caller.is_staff() {
        let rows = store
            .list_communities(&caller.tenant, after.as_deref(), size)
            .await?;
        (rows.items, rows.more)
    } else {
        let own = store.communities_of(&caller.tenant, &caller.user).await?;
        cut(own, after.as_deref(), size as usize)
    };
    let items = with_facts(&store, &caller, some).await?;
    let more = more.map(|position| cursors.seal(&caller, "communities", &position));
    Ok(Json(Page::new(items, more, size)))
}

/// A page of a list that is read whole: nobody is enrolled in thousands.
fn cut(
    mut all: Vec<Community>,
    after: Option<&str>,
    size: usize,
) -> (Vec<Community>, Option<String>) {
    all.retain(|community| after.is_none_or(|after| community.id.as_str() > after));
    let more = all.len() > size;
    all.truncate(size);
    let last = all.last().filter(|_| more);
    let last = last.map(|community| community.id.to_string());
    (all, last)
}

async fn with_facts(
    store: &Store,
    caller: &Caller,
    communities: Vec<Community>,
) -> Result<Vec<CommunityBody>, Problem> {
    let ids: Vec<CommunityId> = communities.iter().map(|one| one.id.clone()).collect();
    let facts = store
        .community_facts(&caller.tenant, &caller.user, &ids)
        .await?;
    let bodies = communities.into_iter().zip(facts);
    Ok(bodies
        .map(|(community, (counts, member))| {
            CommunityBody::of(caller, community, counts, member.as_ref())
        })
        .collect())
}

async fn body(
    store: &Store,
    caller: &Caller,
    community: Community,
) -> Result<CommunityBody, Problem> {
    let mut bodies = with_facts(store, caller, vec![community]).await?;
    bodies.pop().ok_or_else(Problem::not_found)
}

/// Get a community
///
/// For everybody who is enrolled, so that they know what they join.
#[utoipa::path(
    get,
    path = "/v1/communities/{id}",
    operation_id = "getCommunity",
    tag = "communities",
    params(("id" = CommunityId, Path)),
    responses(
        (status = 200, description = "The community", body = CommunityBody),
        (status = 403, description = "`not_enrolled` or `enrolment_ended`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_community(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<CommunityId>,
) -> Answer<Json<CommunityBody>> {
    let enrolled = store.community_enrolment(&caller, &id).await?;
    Ok(Json(body(&store, &caller, enrolled.community).await?))
}

/// What is to be changed; what is left out stays.
#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct CommunityChange {
    name: Option<String>,
    description: Option<String>,
    settings: Option<CommunitySettingsChange>,
    /// The version that was read; a conflict if there is a newer one.
    version: Option<u64>,
}

/// Settings to be changed; those left out stay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommunitySettingsChange {
    require_post_approval: Option<bool>,
    allow_replies: Option<bool>,
    allow_reactions: Option<bool>,
    live_chat: Option<bool>,
}

impl CommunitySettingsChange {
    fn over(&self, now: Settings) -> Settings {
        Settings {
            require_post_approval: self
                .require_post_approval
                .unwrap_or(now.require_post_approval),
            allow_replies: self.allow_replies.unwrap_or(now.allow_replies),
            allow_reactions: self.allow_reactions.unwrap_or(now.allow_reactions),
            live_chat: self.live_chat.unwrap_or(now.live_chat),
        }
    }
}

/// Change a community
///
/// Its name, description and settings, by its owners and administrators.
#[utoipa::path(
    patch,
    path = "/v1/communities/{id}",
    operation_id = "updateCommunity",
    tag = "communities",
    params(("id" = CommunityId, Path)),
    request_body = CommunityChange,
    responses(
        (status = 200, description = "As it is now", body = CommunityBody),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_community(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<CommunityId>,
    Body(input): Body<CommunityChange>,
) -> Answer<Json<CommunityBody>> {
    let access = store.community_access(&caller, &id).await?;
    access.require_owner()?;
    let seen = access.community;
    if input.version.is_some_and(|version| version != seen.version) {
        return Err(Problem::conflict(CHANGED).into());
    }
    let now = store.now();
    let settings = input.settings.map(|change| change.over(seen.settings));
    let after = seen.change(
        input.name.as_deref(),
        input.description.as_deref(),
        settings,
        now,
    )?;
    let audit = AuditEntry::new(&caller, "community.updated", id.as_str(), now);
    store
        .update_community(&caller.tenant, &after, seen.version, &audit)
        .await
        .map_err(|refused| refused.or_conflict(CHANGED))?;
    Ok(Json(body(&store, &caller, after).await?))
}

/// Delete a community
///
/// With its members, posts and chat, by its owners and administrators. It is
/// gone for everybody at once; the answer to a large one is 202 while there is
/// something left to be deleted: repeat the request until it is 204.
#[utoipa::path(
    delete,
    path = "/v1/communities/{id}",
    operation_id = "deleteCommunity",
    tag = "communities",
    params(("id" = CommunityId, Path)),
    responses(
        (status = 202, description = "Gone for everybody; repeat it to delete the rest"),
        (status = 204, description = "Deleted"),
        (status = 403, description = "A step of the ladder is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_community(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<CommunityId>,
) -> Answer<Response> {
    let closed = match closing(&store, &caller, &id).await? {
        Some(closed) => closed,
        None => {
            let access = store.community_access(&caller, &id).await?;
            access.require_owner()?;
            let audit = AuditEntry::new(&caller, "community.deleted", id.as_str(), store.now());
            store
                .close_community(&caller.tenant, &access.community, &audit)
                .await
                .map_err(|refused| refused.or_conflict(CHANGED))?
        }
    };
    if store.empty_community(&caller.tenant, &closed).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let again = [(axum::http::header::RETRY_AFTER, "1")];
    Ok((StatusCode::ACCEPTED, again).into_response())
}

/// A community that is being deleted, for who may go on with it: whoever began,
/// and administrators.
async fn closing(
    store: &Store,
    caller: &Caller,
    id: &CommunityId,
) -> Result<Option<Community>, Problem> {
    let community = store.community(&caller.tenant, id).await?;
    let Some(community) = community.filter(|community| community.closing) else {
        return Ok(None);
    };
    let began = community.closed_by.as_ref() == Some(&caller.user);
    if began || caller.is_admin() {
        Ok(Some(community))
    } else {
        Err(Problem::not_found())
    }
}
