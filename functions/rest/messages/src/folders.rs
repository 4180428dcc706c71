//! Folders, threads, and how much is unread.

use axum::Json;
use axum::extract::State;
use domain::ids::{MessageId, ThreadId, UserId};
use domain::message::{Folder, MessageFilter};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Code, Page, Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::IntoParams;

use crate::Messages;
use crate::body::MessageBody;

/// Pages of a thread that are looked at for the first message of the caller's.
const ROUNDS: u32 = 10;
/// Characters of a search.
const MAX_SEARCH: usize = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FolderQuery {
    /// `inbox` unless told, or `sent`.
    #[serde(default)]
    #[param(inline)]
    folder: Folder,
    /// Words in subject or text; each must be there.
    q: Option<String>,
    /// Written by this person; of the inbox only.
    #[param(value_type = Option<String>)]
    from: Option<UserId>,
    /// Written at or after.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Written before.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Only unread, or only read ones; of the inbox only.
    unread: Option<bool>,
    /// Only urgent ones, or only others.
    urgent: Option<bool>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// How many messages are unread.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UnreadMessages {
    /// At most 100, which stands for more.
    unread_count: u32,
}

impl FolderQuery {
    fn filter(&self) -> Result<MessageFilter, Problem> {
        let bad = |field, code, message: &str| {
            Err(Problem::new(Code::BadQuery).field(field, code, message))
        };
        if self.q.as_ref().is_some_and(|q| q.len() > MAX_SEARCH) {
            return bad("q", "too_long", "At most 200 bytes.");
        }
        let sent = self.folder == Folder::Sent;
        if sent && self.unread.is_some() {
            return bad(
                "unread",
                "conflict",
                "What one sent is neither read nor unread.",
            );
        }
        if sent && self.from.is_some() {
            return bad("from", "conflict", "What one sent is from oneself.");
        }
        Ok(MessageFilter {
            unread: self.unread,
            urgent: self.urgent,
            from: self.from.clone(),
            since: self.since,
            until: self.until,
            words: MessageFilter::words_of(self.q.as_deref()),
        })
    }
}

/// List a folder, newest first
///
/// A page of a search may be short while `after` says that there is more.
#[utoipa::path(
    get,
    path = "/v1/messages",
    operation_id = "listMessages",
    tag = "messages",
    params(FolderQuery),
    responses(
        (status = 200, description = "A page of the folder", body = Page<MessageBody>),
        (status = 400, description = "A parameter is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_messages(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Query(query): Query<FolderQuery>,
) -> Answer<Json<Page<MessageBody>>> {
    let (size, filter) = (page_size(query.page_size)?, query.filter()?);
    let list = format!("messages?{:?}&{filter:?}", query.folder);
    let after = query
        .after
        .map(|after| app.cursors.open(&caller, &list, &after));
    let after: Option<MessageId> = after.transpose()?.map(|after| after.parse()).transpose()?;
    let rows = app
        .store
        .folder_page(
            &caller.tenant,
            &caller.user,
            query.folder,
            &filter,
            after,
            size,
        )
        .await?;
    let more = rows
        .more
        .map(|more| app.cursors.seal(&caller, &list, &more));
    let items = rows.items.into_iter().map(MessageBody::listed);
    Ok(Json(Page::new(items.collect(), more, size)))
}

/// How many are unread
#[utoipa::path(
    get,
    path = "/v1/messages/unread-count",
    operation_id = "countUnreadMessages",
    tag = "messages",
    responses((status = 200, description = "The count", body = UnreadMessages)),
)]
pub(crate) async fn count_unread_messages(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
) -> Answer<Json<UnreadMessages>> {
    let unread_count = store.unread_messages(&caller.tenant, &caller.user).await?;
    Ok(Json(UnreadMessages { unread_count }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// 20 unless told, at most 100.
    pub(crate) page_size: Option<u32>,
    /// The `after` of the page before.
    pub(crate) after: Option<String>,
}

/// Read a thread, oldest first
///
/// Those of its messages that the caller has in a folder.
#[utoipa::path(
    get,
    path = "/v1/messages/threads/{id}",
    operation_id = "getMessageThread",
    tag = "messages",
    params(("id" = ThreadId, Path, description = "`thr_…`"), PageQuery),
    responses(
        (status = 200, description = "A page of the thread", body = Page<MessageBody>),
        (status = 404, description = "The caller takes no part in it", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_thread(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ThreadId>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<MessageBody>>> {
    let size = page_size(query.page_size)?;
    let list = format!("messages/threads/{id}");
    let after = query
        .after
        .map(|after| app.cursors.open(&caller, &list, &after));
    let (mut after, mut items) = (after.transpose()?, Vec::new());
    let first = after.is_none();
    for _ in 0..ROUNDS {
        let rows = app
            .store
            .thread_page(&caller.tenant, &caller.user, &id, after, size)
            .await?;
        (items, after) = (rows.items, rows.more);
        if !items.is_empty() || after.is_none() {
            break;
        }
    }
    if first && items.is_empty() {
        return Err(Problem::not_found().into());
    }
    let more = after.map(|after| app.cursors.seal(&caller, &list, &after));
    let items = items.into_iter().map(MessageBody::whole).collect();
    Ok(Json(Page::new(items, more, size)))
}
