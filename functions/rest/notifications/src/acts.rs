//! What people do to their own feed.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Problem;
use domain::feed::FeedItem;
use domain::ids::{AnnouncementId, NotificationId};
use domain::problem::ProblemBody;
use lambda::rest::{Answer, Authenticated, Path};
use store::Store;

use crate::feed::UnreadCount;

/// Mark one as read
///
/// The notification of an announcement counts as opening the announcement.
#[utoipa::path(
    post,
    path = "/v1/notifications/{id}/read",
    operation_id = "markNotificationRead",
    tag = "notifications",
    params(("id" = NotificationId, Path, description = "`ntf_…`")),
    responses(
        (status = 200, description = "What is still unread", body = UnreadCount),
        (status = 404, description = "Not in the caller's feed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mark_notification_read(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<NotificationId>,
) -> Answer<Json<UnreadCount>> {
    let (tenant, user) = (&caller.tenant, &caller.user);
    let marked = store.mark_read(tenant, user, &id).await?;
    let (item, state) = marked.ok_or_else(Problem::not_found)?;
    if let Some(announcement) = announcement(&item) {
        store
            .mark_announcement_read(tenant, &announcement, user, store.now())
            .await?;
    }
    let unread_count = store.unread_now(tenant, user, Some(&state)).await?;
    Ok(Json(UnreadCount { unread_count }))
}

fn announcement(item: &FeedItem) -> Option<AnnouncementId> {
    let reference = item.notification.reference.as_ref()?;
    if reference.kind == "announcement" {
        reference.id.parse().ok()
    } else {
        None
    }
}

/// Mark all as read
#[utoipa::path(
    post,
    path = "/v1/notifications/read-all",
    operation_id = "markAllNotificationsRead",
    tag = "notifications",
    responses((status = 200, description = "What came meanwhile", body = UnreadCount)),
)]
pub(crate) async fn mark_all_notifications_read(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
) -> Answer<Json<UnreadCount>> {
    let state = store.mark_all_read(&caller.tenant, &caller.user).await?;
    let unread_count = store
        .unread_now(&caller.tenant, &caller.user, Some(&state))
        .await?;
    Ok(Json(UnreadCount { unread_count }))
}

/// Delete one
#[utoipa::path(
    delete,
    path = "/v1/notifications/{id}",
    operation_id = "deleteNotification",
    tag = "notifications",
    params(("id" = NotificationId, Path, description = "`ntf_…`")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "Not in the caller's feed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_notification(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<NotificationId>,
) -> Answer<StatusCode> {
    if store
        .delete_notification(&caller.tenant, &caller.user, &id, None)
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found().into())
    }
}

/// Clear the feed
#[utoipa::path(
    delete,
    path = "/v1/notifications",
    operation_id = "clearNotifications",
    tag = "notifications",
    responses((status = 204, description = "Cleared")),
)]
pub(crate) async fn clear_notifications(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
) -> Answer<StatusCode> {
    store.clear_feed(&caller.tenant, &caller.user).await?;
    Ok(StatusCode::NO_CONTENT)
}
