//! Publish and unpublish.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::announcement::{Announcement, AnnouncementStatus};
use domain::audit::AuditEntry;
use domain::ids::AnnouncementId;
use domain::problem::ProblemBody;
use domain::schedule::MAX_AHEAD;
use domain::{Caller, Problem, Timestamp, time};
use lambda::rest::{Answer, Authenticated, Path};
use serde::Deserialize;
use store::sends::Start;
use store::{Refused, Store};

use crate::Announcements;
use crate::access;
use crate::body::AnnouncementBody;
use crate::manage::CHANGED;
use crate::optional::Optional;

/// Attempts at taking back what its planner changes at the same time.
const ATTEMPTS: usize = 5;

/// When.
#[derive(Debug, Default, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct PublishInput {
    /// At once without; before the announcement's own `publish_at`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    send_at: Option<Timestamp>,
}

/// Publish an announcement
///
/// Reaches everybody in its audience but the publisher: in the feed, live, and
/// by e-mail and SMS where it asks for these. Publishing again what is
/// published gives the same answer and reaches nobody twice. A test key cannot:
/// what is published is real to its readers.
#[utoipa::path(
    post,
    path = "/v1/announcements/{id}/publish",
    operation_id = "publishAnnouncement",
    tag = "announcements",
    params(("id" = AnnouncementId, Path)),
    request_body = Option<PublishInput>,
    responses(
        (status = 202, description = "Published, or scheduled; `send_id` is the send to watch", body = AnnouncementBody),
        (status = 403, description = "Not allowed to announce to this audience, or with a test key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn publish_announcement(
    State(state): State<Announcements>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AnnouncementId>,
    Optional(input): Optional<PublishInput>,
) -> Answer<(StatusCode, Json<AnnouncementBody>)> {
    require_real(&caller)?;
    let store = &state.store;
    let now = store.now();
    let seen = access::managed(store, &caller, &id).await?;
    access::require_audience(store, &caller, &seen).await?;
    let published = if seen.status == AnnouncementStatus::Published {
        seen
    } else {
        let at = input.send_at.or(seen.publish_at);
        require_near(at, now)?;
        once(&state, &caller, seen, at, now).await?
    };
    let body = AnnouncementBody::of(published, &caller, now);
    Ok((StatusCode::ACCEPTED, Json(body)))
}

/// What is published is real to all its readers, whoever published it.
fn require_real(caller: &Caller) -> Result<(), Problem> {
    if caller.is_test() {
        let detail = "A test key makes drafts only; publish with a live key.";
        return Err(Problem::forbidden(detail));
    }
    Ok(())
}

/// Publishes what was read, or finds that somebody else just has.
async fn once(
    state: &Announcements,
    caller: &Caller,
    seen: Announcement,
    send_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Announcement, Problem> {
    let store = &state.store;
    let templates = access::templates(store, caller, &seen).await?;
    let Some((published, send)) = seen.publish(caller, &templates, send_at, now) else {
        return Ok(seen);
    };
    let start = Start::of(&caller.tenant, &send, now);
    let audit = AuditEntry::new(caller, "announcement.published", seen.id.as_str(), now)
        .detail(send.id.as_str());
    let done = store
        .publish_announcement(
            &caller.tenant,
            &published,
            seen.version,
            (&send, &start),
            &audit,
        )
        .await;
    match done {
        Ok(()) => {
            store.hand_over(&state.queue, start.task()).await;
            Ok(published)
        }
        Err(Refused::Store(error)) => Err(error.into()),
        Err(Refused::Conditions(_)) => access::found(store, caller, &seen.id)
            .await
            .ok()
            .filter(|other| other.status == AnnouncementStatus::Published)
            .ok_or_else(|| Problem::conflict(CHANGED)),
    }
}

fn require_near(at: Option<Timestamp>, now: Timestamp) -> Result<(), Problem> {
    let end = time::plus_seconds(now, MAX_AHEAD * 86_400);
    if at.is_some_and(|at| at > end) {
        let message = format!("At most {MAX_AHEAD} days ahead.");
        return Err(Problem::invalid("send_at", "too_far", message));
    }
    Ok(())
}

/// Unpublish an announcement
///
/// Nobody of its audience sees it any more, and what has not left yet of its
/// send stays. It can be published again, as a new send.
#[utoipa::path(
    post,
    path = "/v1/announcements/{id}/unpublish",
    operation_id = "unpublishAnnouncement",
    tag = "announcements",
    params(("id" = AnnouncementId, Path)),
    responses(
        (status = 200, description = "Unpublished", body = AnnouncementBody),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It was never published", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unpublish_announcement(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AnnouncementId>,
) -> Answer<Json<AnnouncementBody>> {
    let now = store.now();
    for _ in 0..ATTEMPTS {
        let seen = access::managed(&store, &caller, &id).await?;
        let Some(after) = seen.unpublish(now)? else {
            return Ok(Json(AnnouncementBody::of(seen, &caller, now)));
        };
        let audit = AuditEntry::new(&caller, "announcement.unpublished", id.as_str(), now);
        let done = store
            .unpublish_announcement(&caller.tenant, &after, seen.version, &audit)
            .await;
        match done {
            Ok(()) => return Ok(Json(AnnouncementBody::of(after, &caller, now))),
            // It or its send has moved on meanwhile: look again.
            Err(Refused::Conditions(_)) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
        }
    }
    Err(Problem::conflict(CHANGED).into())
}
