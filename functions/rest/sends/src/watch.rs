//! Watching sends, and changing or cancelling those that have not gone.

use axum::Json;
use axum::extract::State;
use domain::announcement::Announcement;
use domain::audit::AuditEntry;
use domain::communication::CommunicationLog;
use domain::cursor::CursorKey;
use domain::ids::SendId;
use domain::page::{Page, page_size};
use domain::problem::ProblemBody;
use domain::send::{DeliveryStatus, Origin, Send, SendStatus};
use domain::{Caller, Channel, Problem, Timestamp, schedule};
use lambda::rest::{Answer, Authenticated, Body, Path, Query};
use serde::Deserialize;
use store::log_search::LogFilter;
use store::sends::SendFilter;
use store::{Refused, Store};

use crate::access;
use crate::body::SendBody;

/// Attempts at changing what the planner changes at the same time.
const ATTEMPTS: usize = 5;

/// Which sends.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SendQuery {
    status: Option<SendStatus>,
    /// 20 unless named, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List sends
///
/// Newest first. Staff see all, teachers their own. A page may be shorter than
/// asked and still have a next one.
#[utoipa::path(get, path = "/v1/sends", operation_id = "listSends", tag = "sends", params(SendQuery),
    responses((status = 200, description = "A page of sends", body = Page<SendBody>)))]
pub(crate) async fn list_sends(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<SendQuery>,
) -> Answer<Json<Page<SendBody>>> {
    caller.require_author()?;
    let size = page_size(query.page_size)?;
    let name = format!("sends|{:?}", query.status);
    let after = open(&cursors, &caller, &name, query.after.as_deref())?
        .map(|after| after.parse::<SendId>())
        .transpose()?;
    let filter = SendFilter {
        status: query.status,
        actor: (!caller.is_staff()).then(|| caller.user.clone()),
    };
    let rows = store
        .list_sends(&caller.tenant, &filter, after.as_ref(), size)
        .await?;
    let next = rows.more.map(|id| cursors.seal(&caller, &name, &id));
    let items = rows
        .items
        .into_iter()
        .map(|send| SendBody::of(send, None))
        .collect();
    Ok(Json(Page::new(items, next, size)))
}

/// Watch a send
///
/// Counts by channel and status, and how far it is.
#[utoipa::path(get, path = "/v1/sends/{id}", operation_id = "getSend", tag = "sends", params(("id" = SendId, Path)),
    responses(
        (status = 200, description = "The send with its progress", body = SendBody),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(crate) async fn get_send(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<SendId>,
) -> Answer<Json<SendBody>> {
    let send = access::seen(&store, &caller, &id).await?;
    let ledger = store.ledger(&caller.tenant, &id).await?;
    Ok(Json(SendBody::of(send, Some(&ledger))))
}

/// A new time.
#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct SendChange {
    send_at: Timestamp,
}

/// Move a scheduled send
#[utoipa::path(patch, path = "/v1/sends/{id}", operation_id = "updateSend", tag = "sends", params(("id" = SendId, Path)),
    request_body = SendChange,
    responses(
        (status = 200, description = "The send with its new time", body = SendBody),
        (status = 409, description = "It has gone already", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(crate) async fn update_send(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<SendId>,
    Body(input): Body<SendChange>,
) -> Answer<Json<SendBody>> {
    let send = access::seen(&store, &caller, &id).await?;
    let now = store.now();
    let at = schedule::send_at(Some(input.send_at), now)?.unwrap_or(now);
    let (SendStatus::Scheduled, Some(from)) = (send.status, send.send_at) else {
        return Err(Problem::conflict("Only a scheduled send has a time to change.").into());
    };
    let moved = Send {
        send_at: Some(at),
        version: send.version + 1,
        ..send.clone()
    };
    let audit =
        AuditEntry::new(&caller, "send.rescheduled", id.as_str(), now).detail(at.to_string());
    // What people see from its time on moves with what they are told.
    let announcement = announced(&store, &caller, &send).await?;
    if announcement.as_ref().is_some_and(|one| one.is_out(now)) {
        return Err(Problem::conflict("The announcement is out already.").into());
    }
    let announcement = announcement.map(|announcement| announcement.moved(at, now));
    let announcement = announcement.as_ref();
    let done = store
        .reschedule(
            &caller.tenant,
            &moved,
            send.version,
            from,
            announcement,
            &audit,
        )
        .await;
    done.map_err(|refused| refused.or_conflict("It has changed meanwhile."))?;
    Ok(Json(SendBody::of(moved, None)))
}

/// The announcement that a send carries out.
async fn announced(
    store: &Store,
    caller: &Caller,
    send: &Send,
) -> Result<Option<Announcement>, Problem> {
    let reference = send.reference.as_ref();
    let about = reference.filter(|_| send.origin == Origin::Announcement);
    let Some(Ok(id)) = about.map(|about| about.id.parse()) else {
        return Ok(None);
    };
    let found = store.announcement(&caller.tenant, &id).await?;
    Ok(found.filter(|announcement| announcement.send.as_ref() == Some(&send.id)))
}

/// Cancel a send
///
/// What has left has left; nothing more goes out. Cancelling twice is cancelling
/// once.
#[utoipa::path(post, path = "/v1/sends/{id}/cancel", operation_id = "cancelSend", tag = "sends", params(("id" = SendId, Path)),
    responses(
        (status = 200, description = "The cancelled send", body = SendBody),
        (status = 409, description = "It is complete", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(crate) async fn cancel_send(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<SendId>,
) -> Answer<Json<SendBody>> {
    for _ in 0..ATTEMPTS {
        let send = access::seen(&store, &caller, &id).await?;
        let ledger = store.ledger(&caller.tenant, &id).await?;
        if send.status == SendStatus::Cancelled {
            return Ok(Json(SendBody::of(send, Some(&ledger))));
        }
        if send.status == SendStatus::Completed || domain::send::is_complete(&send, &ledger) {
            return Err(Problem::conflict("Everything has been delivered already.").into());
        }
        let cancelled = Send {
            status: SendStatus::Cancelled,
            version: send.version + 1,
            ..send.clone()
        };
        let audit = AuditEntry::new(&caller, "send.cancelled", id.as_str(), store.now());
        let from = send
            .send_at
            .filter(|_| send.status == SendStatus::Scheduled);
        match store
            .cancel_send(&caller.tenant, &cancelled, send.version, from, &audit)
            .await
        {
            Ok(()) => return Ok(Json(SendBody::of(cancelled, Some(&ledger)))),
            Err(Refused::Conditions(_)) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
        }
    }
    Err(Problem::conflict("It keeps changing; try again.").into())
}

/// Which deliveries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveryQuery {
    /// `email` or `sms`.
    channel: Option<Channel>,
    status: Option<DeliveryStatus>,
    /// 20 unless named, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List the deliveries of a send
///
/// Every e-mail and text to every recipient, with its status and reason.
#[utoipa::path(get, path = "/v1/sends/{id}/deliveries", operation_id = "listDeliveries", tag = "sends",
    params(("id" = SendId, Path), DeliveryQuery),
    responses((status = 200, description = "A page of deliveries", body = Page<CommunicationLog>)))]
pub(crate) async fn list_deliveries(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Path(id): Path<SendId>,
    Query(query): Query<DeliveryQuery>,
) -> Answer<Json<Page<CommunicationLog>>> {
    access::seen(&store, &caller, &id).await?;
    let size = page_size(query.page_size)?;
    let name = format!("deliveries|{id}|{:?}|{:?}", query.channel, query.status);
    let after = open(&cursors, &caller, &name, query.after.as_deref())?;
    let filter = LogFilter {
        channel: query.channel,
        status: query.status,
        send: Some(id),
        from: None,
        to: None,
        recipient: None,
    };
    let page = store
        .list_log(&caller.tenant, &filter, after.as_deref(), size)
        .await?;
    let next = page
        .page
        .after
        .map(|position| cursors.seal(&caller, &name, &position));
    let items = page.items.into_iter().map(CommunicationLog::from).collect();
    Ok(Json(Page::new(items, next, size)))
}

fn open(
    cursors: &CursorKey,
    caller: &Caller,
    name: &str,
    after: Option<&str>,
) -> Result<Option<String>, Problem> {
    after
        .map(|after| cursors.open(caller, name, after))
        .transpose()
}
