//! Why somebody did or did not get something.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use domain::explain::{Explanation, FeedPlace, Known, explain};
use domain::ids::{TenantId, UserId};
use domain::log::LogRow;
use domain::problem::ProblemBody;
use domain::send::{Send, SendStatus, delivery_id, is_complete};
use domain::{Channel, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::{Store, StoreError};
use utoipa::IntoParams;

use crate::Notifications;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExplainQuery {
    /// About whom; oneself without it.
    #[param(value_type = Option<String>)]
    user: Option<UserId>,
}

/// Explain why a person did or did not get a notification
///
/// For staff, in plain words and by channel, also for somebody who got nothing.
/// The id may also be that of the send.
#[utoipa::path(
    get,
    path = "/v1/notifications/{id}/explain",
    operation_id = "explainNotification",
    tag = "notifications",
    params(("id" = String, Path, description = "`ntf_…` or `snd_…`"), ExplainQuery),
    responses(
        (status = 200, description = "The explanation", body = Explanation),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such notification or person", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn explain_notification(
    State(app): State<Notifications>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
    Query(query): Query<ExplainQuery>,
) -> Answer<Json<Explanation>> {
    caller.require_staff()?;
    let (store, tenant) = (&app.store, &caller.tenant);
    let send = app.send_by(&caller, &id).await?;
    let send = send.ok_or_else(Problem::not_found)?;
    let about = query.user.as_ref().unwrap_or(&caller.user);
    let user = store.user(tenant, about).await?;
    let user = user.ok_or_else(Problem::not_found)?;
    let on = |channel| delivery_id(&send.id, channel, user.id.as_str());
    let deliveries = BTreeSet::from([Channel::Email, Channel::Sms].map(on));
    let (person, feed, feed_skip, rows, complete) = tokio::try_join!(
        store.facts_of_person(tenant, user.clone(), store.now()),
        place(store, tenant, &send, &user.id),
        store.feed_skip(tenant, &send.id, &user.id),
        store.log_rows(tenant, &deliveries),
        has_ended(store, tenant, &send),
    )?;
    let rows: Vec<LogRow> = rows.into_values().collect();
    let known = Known {
        send: &send,
        user: &user,
        person: &person,
        feed,
        feed_skip,
        rows: &rows,
        complete,
    };
    Ok(Json(explain(&known)))
}

/// A finished send is marked by the sweeper; its ledger tells at once.
async fn has_ended(store: &Store, tenant: &TenantId, send: &Send) -> Result<bool, StoreError> {
    if send.status != SendStatus::Sending {
        return Ok(send.status > SendStatus::Sending);
    }
    let ledger = store.ledger(tenant, &send.id).await?;
    Ok(is_complete(send, &ledger))
}

async fn place(
    store: &Store,
    tenant: &TenantId,
    send: &Send,
    user: &UserId,
) -> Result<FeedPlace, StoreError> {
    match &send.notification {
        Some(id) => store.feed_place(tenant, user, id).await,
        None => Ok(FeedPlace::Absent),
    }
}
