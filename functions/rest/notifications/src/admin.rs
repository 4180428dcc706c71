//! The administrators' view: what was sent to whom, or one person's feed.

use axum::Json;
use axum::extract::State;
use domain::ids::{NotificationId, SendId, UserId, ulid_floor};
use domain::notification::Notification;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::send::Send;
use domain::{Caller, Channel, Code, Page, Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Query};
use serde::{Deserialize, Serialize};
use store::feed::FeedFilter;
use store::sends::SendFilter;
use utoipa::IntoParams;

use crate::Notifications;

/// Sends read at once, and how often for one page.
const LOOK: u32 = 100;
const ROUNDS: u32 = 10;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AdminQuery {
    /// One person's feed, read state included; otherwise one entry for each send.
    #[param(value_type = Option<String>)]
    user_id: Option<UserId>,
    #[serde(rename = "type")]
    #[param(rename = "type")]
    kind: Option<String>,
    /// Read or unread; with `user_id` only.
    read: Option<bool>,
    /// Made at or after.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Made before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Words in title or body.
    q: Option<String>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// A notification as administrators see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AdminNotification {
    #[serde(flatten)]
    notification: Notification,
    /// The send that made it, in the list of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    send: Option<SendId>,
    /// How many people it was planned for, in the list of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipients: Option<u64>,
    /// Whether the person has read it, in one person's feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<bool>,
}

/// List the organisation's notifications, newest first
#[utoipa::path(
    get,
    path = "/v1/admin/notifications",
    operation_id = "listAllNotifications",
    tag = "notifications",
    params(AdminQuery),
    responses(
        (status = 200, description = "A page of notifications", body = Page<AdminNotification>),
        (status = 400, description = "A parameter is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Neither staff nor administrator", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_all_notifications(
    State(app): State<Notifications>,
    Authenticated(caller): Authenticated,
    Query(query): Query<AdminQuery>,
) -> Answer<Json<Page<AdminNotification>>> {
    caller.require_staff()?;
    let size = page_size(query.page_size)?;
    let list = query.list();
    let after = query
        .after
        .as_deref()
        .map(|after| app.cursors.open(&caller, &list, after));
    let after = after.transpose()?;
    let (items, more) = match &query.user_id {
        Some(user) => app.persons(&caller, user, &query, after, size).await?,
        None => app.everybodys(&caller, &query, after, size).await?,
    };
    let more = more.map(|more| app.cursors.seal(&caller, &list, &more));
    Ok(Json(Page::new(items, more, size)))
}

/// A page and where the next one begins.
type Found = (Vec<AdminNotification>, Option<String>);

impl AdminQuery {
    /// The list that a cursor belongs to.
    fn list(&self) -> String {
        let Self {
            user_id,
            kind,
            read,
            from,
            to,
            q,
            ..
        } = self;
        format!("admin/notifications?{user_id:?}&{kind:?}&{read:?}&{from:?}&{to:?}&{q:?}")
    }

    fn words(&self) -> Option<String> {
        self.q
            .as_ref()
            .map(|words| words.trim().to_lowercase())
            .filter(|words| !words.is_empty())
    }

    fn takes(&self, send: &Send) -> bool {
        let texts = [&send.content.title, &send.content.body];
        let worded = |words: String| {
            texts
                .iter()
                .any(|text| text.to_lowercase().contains(&words))
        };
        send.uses(Channel::InApp)
            && self.kind.as_ref().is_none_or(|kind| *kind == send.kind)
            && self.to.is_none_or(|to| send.created_at < to)
            && self.words().is_none_or(worded)
    }
}

impl Notifications {
    async fn persons(
        &self,
        caller: &Caller,
        user: &UserId,
        query: &AdminQuery,
        after: Option<String>,
        size: u32,
    ) -> Answer<Found> {
        let filter = FeedFilter {
            unread: query.read.map(|read| !read),
            kind: query.kind.clone(),
            from: query.from,
            to: query.to,
            words: query.words(),
            ..FeedFilter::default()
        };
        let after: Option<NotificationId> = after.map(|after| after.parse()).transpose()?;
        let page = self
            .store
            .feed_page(&caller.tenant, user, &filter, after.as_ref(), size)
            .await?;
        let items = page.items.into_iter().map(|item| AdminNotification {
            notification: item.notification,
            send: None,
            recipients: None,
            read: Some(item.read),
        });
        Ok((items.collect(), page.more.map(|more| more.to_string())))
    }

    async fn everybodys(
        &self,
        caller: &Caller,
        query: &AdminQuery,
        after: Option<String>,
        size: u32,
    ) -> Answer<Found> {
        if query.read.is_some() {
            let message = "`read` goes with `user_id`: people read, sends do not.";
            return Err(Problem::new(Code::BadQuery)
                .field("read", "conflict", message)
                .into());
        }
        let floor = |at: Timestamp| SendId::of(&ulid_floor(at).to_string());
        let (oldest, mut after) = (
            query.from.map(floor),
            after.map(|after| after.parse()).transpose()?,
        );
        if after.is_none() {
            after = query.to.map(floor);
        }
        let mut items = Vec::new();
        for _ in 0..ROUNDS {
            let rows = self
                .store
                .list_sends(&caller.tenant, &SendFilter::default(), after.as_ref(), LOOK)
                .await?;
            for send in rows.items {
                if oldest.as_ref().is_some_and(|oldest| send.id < *oldest) {
                    return Ok((items, None));
                }
                if query.takes(&send) {
                    items.extend(of_send(&send));
                }
                if items.len() >= size as usize {
                    return Ok((items, Some(send.id.to_string())));
                }
            }
            match rows.more {
                Some(more) => after = Some(more.parse()?),
                None => return Ok((items, None)),
            }
        }
        Ok((items, after.map(|after| after.to_string())))
    }
}

/// A send's notification; none before it is planned or once it is retracted.
fn of_send(send: &Send) -> Option<AdminNotification> {
    let content = &send.content;
    let recipients = send
        .plan
        .as_ref()
        .and_then(|plan| plan.recipients.get(&Channel::InApp));
    Some(AdminNotification {
        notification: Notification::of(send, content.title.clone(), content.body.clone())?,
        send: Some(send.id.clone()),
        recipients: recipients.copied(),
        read: None,
    })
}
