//! Reading one's own feed.

use axum::Json;
use axum::extract::State;
use domain::feed::{FeedCursor, FeedItem};
use domain::ids::NotificationId;
use domain::notification::{Level, Priority};
use domain::page::{PageInfo, page_size};
use domain::problem::ProblemBody;
use domain::{Caller, Code, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use store::Store;
use store::feed::FeedFilter;
use utoipa::IntoParams;

use crate::Notifications;

/// What a bell's dropdown shows.
const RECENT: u32 = 10;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedQuery {
    /// Only unread, or only read ones.
    unread: Option<bool>,
    /// 1 to 4, or `low`, `medium`, `high`, `urgent`.
    priority: Option<Priority>,
    /// Only this type, such as `announcement`.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    kind: Option<String>,
    level: Option<Level>,
    /// The `cursor` of an earlier answer or frame: answers what came since,
    /// oldest first, overlapping by at least a minute. Not with filters.
    since: Option<String>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// A part of a feed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FeedAnswer {
    items: Vec<FeedItem>,
    page: PageInfo,
    /// Give this as `?since=`, or in a `resume` frame, to get what came later.
    cursor: String,
    /// At most 100, which stands for more.
    unread_count: u32,
    /// Whether there is more right now: behind `page.after`, or since `cursor`.
    more: bool,
}

/// How many notifications are unread.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UnreadCount {
    /// At most 100, which stands for more.
    pub(crate) unread_count: u32,
}

/// List one's own notifications, newest first, or those since a cursor
#[utoipa::path(
    get,
    path = "/v1/notifications",
    operation_id = "listNotifications",
    tag = "notifications",
    params(FeedQuery),
    responses(
        (status = 200, description = "A page of the feed", body = FeedAnswer),
        (status = 400, description = "A parameter is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_notifications(
    State(app): State<Notifications>,
    Authenticated(caller): Authenticated,
    Query(query): Query<FeedQuery>,
) -> Answer<Json<FeedAnswer>> {
    let size = page_size(query.page_size)?;
    match &query.since {
        Some(since) => {
            query.refuse_filters()?;
            Ok(Json(app.since(&caller, since, size).await?))
        }
        None => Ok(Json(app.page(&caller, query, size).await?)),
    }
}

impl FeedQuery {
    fn refuse_filters(&self) -> Result<(), Problem> {
        let filtered = self.unread.is_some()
            || self.priority.is_some()
            || self.kind.is_some()
            || self.level.is_some()
            || self.after.is_some();
        if filtered {
            let message = "`since` goes with `page_size` only.";
            return Err(Problem::new(Code::BadQuery).field("since", "conflict", message));
        }
        Ok(())
    }

    fn filter(&self) -> FeedFilter {
        FeedFilter {
            unread: self.unread,
            priority: self.priority,
            kind: self.kind.clone(),
            level: self.level,
            ..FeedFilter::default()
        }
    }
}

impl Notifications {
    async fn page(&self, caller: &Caller, query: FeedQuery, size: u32) -> Answer<FeedAnswer> {
        let filter = query.filter();
        let list = format!("notifications?{filter:?}");
        let after = query
            .after
            .map(|after| self.cursors.open(caller, &list, &after))
            .transpose()?;
        let after: Option<NotificationId> = after.map(|after| after.parse()).transpose()?;
        let (tenant, user) = (&caller.tenant, &caller.user);
        // Taken before the feed is read: what comes meanwhile is newer.
        let cursor = FeedCursor::now(self.store.now()).to_string();
        let page = self
            .store
            .feed_page(tenant, user, &filter, after.as_ref(), size)
            .await?;
        let unread_count = match page.unread {
            Some(count) => count,
            None => self.store.unread_count(tenant, user, &page.state).await?,
        };
        let after = page
            .more
            .map(|more| self.cursors.seal(caller, &list, more.as_str()));
        let more = after.is_some();
        let page_info = PageInfo {
            after,
            page_size: size,
        };
        Ok(FeedAnswer {
            items: page.items,
            page: page_info,
            cursor,
            unread_count,
            more,
        })
    }

    async fn since(&self, caller: &Caller, since: &str, size: u32) -> Answer<FeedAnswer> {
        let cursor: FeedCursor = since.parse()?;
        let (tenant, user) = (&caller.tenant, &caller.user);
        let found = self.store.feed_since(tenant, user, &cursor, size).await?;
        let unread_count = self
            .store
            .unread_now(tenant, user, Some(&found.state))
            .await?;
        Ok(FeedAnswer {
            items: found.items,
            page: PageInfo {
                after: None,
                page_size: size,
            },
            cursor: found.cursor.to_string(),
            unread_count,
            more: found.more,
        })
    }
}

/// The latest ten, with the unread count: what a bell shows
#[utoipa::path(
    get,
    path = "/v1/notifications/recent",
    operation_id = "listRecentNotifications",
    tag = "notifications",
    responses((status = 200, description = "The latest notifications", body = FeedAnswer)),
)]
pub(crate) async fn list_recent_notifications(
    State(app): State<Notifications>,
    Authenticated(caller): Authenticated,
) -> Answer<Json<FeedAnswer>> {
    let everything = FeedQuery {
        unread: None,
        priority: None,
        kind: None,
        level: None,
        since: None,
        page_size: None,
        after: None,
    };
    Ok(Json(app.page(&caller, everything, RECENT).await?))
}

/// How many are unread
#[utoipa::path(
    get,
    path = "/v1/notifications/unread-count",
    operation_id = "countUnreadNotifications",
    tag = "notifications",
    responses((status = 200, description = "The count", body = UnreadCount)),
)]
pub(crate) async fn count_unread_notifications(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
) -> Answer<Json<UnreadCount>> {
    let unread_count = store.unread_now(&caller.tenant, &caller.user, None).await?;
    Ok(Json(UnreadCount { unread_count }))
}

/// Get one of one's own notifications
#[utoipa::path(
    get,
    path = "/v1/notifications/{id}",
    operation_id = "getNotification",
    tag = "notifications",
    params(("id" = NotificationId, Path, description = "`ntf_…`")),
    responses(
        (status = 200, description = "The notification", body = FeedItem),
        (status = 404, description = "Not in the caller's feed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_notification(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<NotificationId>,
) -> Answer<Json<FeedItem>> {
    let found = store.feed_entry(&caller.tenant, &caller.user, &id).await?;
    let (item, _) = found.ok_or_else(Problem::not_found)?;
    Ok(Json(item))
}
