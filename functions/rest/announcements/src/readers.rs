//! For everybody: what I may see, and that I have read it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::announcement::Announcement;
use domain::cursor::CursorKey;
use domain::ids::AnnouncementId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::visibility::visible;
use domain::{Page, Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::Store;

use crate::access;
use crate::body::AnnouncementBody;

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// 20 unless named, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

const MINE: &str = "announcements/mine";

/// List my announcements
///
/// What is published to an audience that the caller is in now, latest first,
/// also when they joined later. A page may be short while `after` says that
/// there is more.
#[utoipa::path(
    get,
    path = "/v1/announcements/mine",
    operation_id = "listMyAnnouncements",
    tag = "announcements",
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<AnnouncementBody>),
        (status = 400, description = "The cursor is not of this list", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_my_announcements(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<AnnouncementBody>>> {
    let (tenant, now) = (&caller.tenant, store.now());
    let size = page_size(query.page_size)?;
    let after = query.after.as_deref();
    let after = after
        .map(|after| cursors.open(&caller, MINE, after))
        .transpose()?;
    let facts = store.person_facts(&caller, now).await?;
    let out = (Timestamp::UNIX_EPOCH, now);
    let keep = |one: &Announcement| visible(&one.reaches, &facts);
    let mut page = store
        .published_announcements(tenant, out, after.as_deref(), size, keep)
        .await?;
    let ids: Vec<AnnouncementId> = page.items.iter().map(|one| one.id.clone()).collect();
    let read = store
        .announcements_read_by(tenant, &ids, &caller.user)
        .await?;
    let position = page.page.after.take();
    page.page.after = position.map(|position| cursors.seal(&caller, MINE, &position));
    Ok(Json(page.map(|one| {
        let is_read = read.contains(&one.id);
        AnnouncementBody::reading(one, now, Some(is_read))
    })))
}

/// Get an announcement
///
/// For those who run it, as it stands; for people in its audience, what it says
/// once it is out.
#[utoipa::path(
    get,
    path = "/v1/announcements/{id}",
    operation_id = "getAnnouncement",
    tag = "announcements",
    params(("id" = AnnouncementId, Path)),
    responses(
        (status = 200, description = "The announcement", body = AnnouncementBody),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_announcement(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AnnouncementId>,
) -> Answer<Json<AnnouncementBody>> {
    let found = access::found(&store, &caller, &id).await?;
    let sees = access::runs(&caller, &found)
        || access::is_reader(&store, &caller, &found).await?.is_some();
    if !sees {
        return Err(Problem::not_found().into());
    }
    let now = store.now();
    Ok(Json(AnnouncementBody::of(found, &caller, now)))
}

/// Mark an announcement read
///
/// The first time counts. Staff who look at what is not addressed to them, and
/// the publisher, are not counted among its readers.
#[utoipa::path(
    post,
    path = "/v1/announcements/{id}/read",
    operation_id = "markAnnouncementRead",
    tag = "announcements",
    params(("id" = AnnouncementId, Path)),
    responses(
        (status = 204, description = "Read"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mark_announcement_read(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AnnouncementId>,
) -> Answer<StatusCode> {
    let found = access::found(&store, &caller, &id).await?;
    let reads = access::is_reader(&store, &caller, &found).await?.is_some();
    if !reads && !access::runs(&caller, &found) {
        return Err(Problem::not_found().into());
    }
    if reads && found.published_by.as_ref() != Some(&caller.user) {
        store
            .mark_announcement_read(&caller.tenant, &id, &caller.user, store.now())
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
