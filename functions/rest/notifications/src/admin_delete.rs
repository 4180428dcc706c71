//! Removing a notification from one person's feed, or from everybody's.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::audit::AuditEntry;
use domain::ids::{NotificationId, SendId, UserId};
use domain::problem::ProblemBody;
use domain::send::Send;
use domain::tasks::{Envelope, RetractCursor, Task};
use domain::{Caller, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::outbox::OutboxRow;
use utoipa::IntoParams;

use crate::Notifications;
use crate::send::Accepted;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteQuery {
    /// Whose; without it, everybody's.
    #[param(value_type = Option<String>)]
    user_id: Option<UserId>,
}

/// Delete a notification from one feed, or retract it from all
///
/// To retract, the id may also be that of the send.
#[utoipa::path(
    delete,
    path = "/v1/admin/notifications/{id}",
    operation_id = "deleteAnyNotification",
    tag = "notifications",
    params(("id" = String, Path, description = "`ntf_…`, or `snd_…` to retract"), DeleteQuery),
    responses(
        (status = 202, description = "Being retracted from every feed", body = Accepted),
        (status = 204, description = "Deleted from the person's feed"),
        (status = 403, description = "Neither staff nor administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such notification", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not sent yet", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_any_notification(
    State(app): State<Notifications>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
    Query(query): Query<DeleteQuery>,
) -> Answer<Response> {
    caller.require_staff()?;
    match query.user_id {
        Some(user) => {
            app.delete_for(&caller, &user, &id.parse()?).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        None => {
            let send = app.retract(&caller, &id).await?;
            Ok((StatusCode::ACCEPTED, Json(Accepted { send })).into_response())
        }
    }
}

impl Notifications {
    async fn delete_for(&self, caller: &Caller, user: &UserId, id: &NotificationId) -> Answer<()> {
        let now = self.store.now();
        let audit = AuditEntry::new(caller, "notification.deleted", id.as_str(), now)
            .detail(format!("from the feed of {user}"));
        let deleted = self
            .store
            .delete_notification(&caller.tenant, user, id, Some(&audit))
            .await?;
        if deleted {
            Ok(())
        } else {
            Err(Problem::not_found().into())
        }
    }

    async fn retract(&self, caller: &Caller, id: &str) -> Answer<SendId> {
        let tenant = &caller.tenant;
        let send = self
            .send_by(caller, id)
            .await?
            .ok_or_else(Problem::not_found)?;
        let Some(notification) = send.notification.clone() else {
            return Err(match send.planned_at {
                Some(_) => Problem::not_found(),
                None => Problem::conflict("It has not gone out; cancel the send instead."),
            }
            .into());
        };
        let now = self.store.now();
        let task = Task::RetractNotification {
            send: send.id.clone(),
            notification: notification.clone(),
            cursor: RetractCursor::default(),
        };
        let row = OutboxRow::new(Envelope::new(tenant.clone(), task), now);
        let audit = AuditEntry::new(caller, "notification.retracted", send.id.as_str(), now)
            .detail(notification.to_string());
        let retracted =
            self.store
                .retract_notification(tenant, &send.id, &notification, &row, &audit);
        retracted
            .await
            .map_err(|refused| refused.or_conflict("It is being retracted already."))?;
        self.store.hand_over(&self.queue, [&row]).await;
        Ok(send.id)
    }

    /// The send behind the id of a send or of its notification.
    pub(crate) async fn send_by(&self, caller: &Caller, id: &str) -> Answer<Option<Send>> {
        if let Ok(send) = id.parse::<SendId>() {
            return Ok(self.store.send(&caller.tenant, &send).await?);
        }
        Ok(self
            .store
            .send_of_notification(&caller.tenant, &id.parse()?)
            .await?)
    }
}
