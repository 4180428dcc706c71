//! For authors: list, create, update, delete.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::announcement::{Announcement, AnnouncementStatus, AnnouncementType};
use domain::announcement_input::AnnouncementInput;
use domain::audit::AuditEntry;
use domain::cursor::CursorKey;
use domain::ids::AnnouncementId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Page, Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Body, Path, Query};
use serde::Deserialize;
use store::Store;

use crate::access;
use crate::body::AnnouncementBody;

/// A lost race between two authors.
pub(crate) const CHANGED: &str = "It has changed meanwhile; read it again.";

/// Which announcements.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    #[serde(rename = "type")]
    kind: Option<AnnouncementType>,
    status: Option<AnnouncementStatus>,
    /// Words in title or body, in any case.
    q: Option<String>,
    /// 20 unless named, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

impl ListQuery {
    fn name(&self) -> String {
        format!(
            "announcements|{:?}|{:?}|{:?}",
            self.kind, self.status, self.q
        )
    }

    fn keeps(&self, announcement: &Announcement, now: Timestamp) -> bool {
        let says = |q: &String| {
            let q = q.to_lowercase();
            announcement.title.to_lowercase().contains(&q)
                || announcement.body.to_lowercase().contains(&q)
        };
        self.kind.is_none_or(|kind| kind == announcement.kind)
            && self
                .status
                .is_none_or(|status| status == announcement.status(now))
            && self.q.as_ref().is_none_or(says)
    }
}

/// List announcements
///
/// Newest first: all of them for staff, their own for teachers. A page may be
/// short while `after` says that there is more.
#[utoipa::path(
    get,
    path = "/v1/announcements",
    operation_id = "listAnnouncements",
    tag = "announcements",
    params(ListQuery),
    responses(
        (status = 200, description = "A page", body = Page<AnnouncementBody>),
        (status = 403, description = "Not staff and not a teacher", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_announcements(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<AnnouncementBody>>> {
    caller.require_author()?;
    let (name, now) = (query.name(), store.now());
    let size = page_size(query.page_size)?;
    let after = query.after.as_deref();
    let after = after
        .map(|after| cursors.open(&caller, &name, after))
        .transpose()?;
    let keep = |one: &Announcement| access::runs(&caller, one) && query.keeps(one, now);
    let mut page = store
        .list_announcements(&caller.tenant, after.as_deref(), size, keep)
        .await?;
    let position = page.page.after.take();
    page.page.after = position.map(|position| cursors.seal(&caller, &name, &position));
    Ok(Json(
        page.map(|one| AnnouncementBody::of(one, &caller, now)),
    ))
}

/// Create an announcement
///
/// As a draft; publish it to reach anybody. Teachers announce to the groups
/// they teach and to the guardians of these.
#[utoipa::path(
    post,
    path = "/v1/announcements",
    operation_id = "createAnnouncement",
    tag = "announcements",
    request_body = AnnouncementInput,
    responses(
        (status = 201, description = "The draft", body = AnnouncementBody),
        (status = 403, description = "Not allowed to announce to this audience", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is not valid, or the audience names nobody", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_announcement(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Body(input): Body<AnnouncementInput>,
) -> Answer<(StatusCode, Json<AnnouncementBody>)> {
    caller.require_author()?;
    let draft = access::checked(&store, &caller, input).await?;
    let now = store.now();
    let audit = AuditEntry::new(&caller, "announcement.created", draft.id.as_str(), now);
    store
        .create_announcement(&caller.tenant, &draft, &audit)
        .await
        .map_err(|refused| refused.or_conflict(CHANGED))?;
    let body = AnnouncementBody::of(draft, &caller, now);
    Ok((StatusCode::CREATED, Json(body)))
}

/// Update an announcement
///
/// All of a draft. Once it is out, only title, body and event date can change;
/// while it is scheduled, nothing can.
#[utoipa::path(
    put,
    path = "/v1/announcements/{id}",
    operation_id = "updateAnnouncement",
    tag = "announcements",
    params(("id" = AnnouncementId, Path)),
    request_body = AnnouncementInput,
    responses(
        (status = 200, description = "As it is now", body = AnnouncementBody),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is out, or has changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_announcement(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AnnouncementId>,
    Body(input): Body<AnnouncementInput>,
) -> Answer<Json<AnnouncementBody>> {
    let seen = access::managed(&store, &caller, &id).await?;
    if input.version.is_some_and(|version| version != seen.version) {
        return Err(Problem::conflict(CHANGED).into());
    }
    let edited = access::checked(&store, &caller, input).await?;
    let now = store.now();
    let after = seen.edit(edited, now)?;
    let audit = AuditEntry::new(&caller, "announcement.updated", id.as_str(), now);
    store
        .update_announcement(&caller.tenant, &after, seen.version, &audit)
        .await
        .map_err(|refused| refused.or_conflict(CHANGED))?;
    Ok(Json(AnnouncementBody::of(after, &caller, now)))
}

/// Delete an announcement
///
/// A draft, or one that was unpublished.
#[utoipa::path(
    delete,
    path = "/v1/announcements/{id}",
    operation_id = "deleteAnnouncement",
    tag = "announcements",
    params(("id" = AnnouncementId, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is published", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_announcement(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AnnouncementId>,
) -> Answer<StatusCode> {
    let seen = access::managed(&store, &caller, &id).await?;
    seen.require_deletable()?;
    let audit = AuditEntry::new(&caller, "announcement.deleted", id.as_str(), store.now());
    store
        .delete_announcement(&caller.tenant, &seen, &audit)
        .await
        .map_err(|refused| refused.or_conflict(CHANGED))?;
    Ok(StatusCode::NO_CONTENT)
}
