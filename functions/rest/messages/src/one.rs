//! One message: read, marked, deleted, and who else has read it.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::{MessageId, UserId};
use domain::message::{Correspondent, Folder, MAX_RECIPIENTS, Message};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Serialize;
use store::messages::Mail;
use store::messages_read::Receipt;

use crate::Messages;
use crate::body::MessageBody;
use crate::folders::PageQuery;

/// Whether somebody has read a message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ReceiptBody {
    user: Correspondent,
    /// When for the first time; nothing while it is unread.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
}

impl Messages {
    /// A message in a folder of the caller's, or 404.
    pub(crate) async fn mail(&self, caller: &Caller, id: &MessageId) -> Answer<Mail> {
        let mail = self.store.mail(&caller.tenant, &caller.user, id).await?;
        Ok(mail.ok_or_else(Problem::not_found)?)
    }

    /// The same in one folder.
    async fn mail_in(&self, caller: &Caller, id: &MessageId, folder: Folder) -> Answer<Mail> {
        let mail = self.mail(caller, id).await?;
        if mail.folder == folder {
            Ok(mail)
        } else {
            Err(Problem::not_found().into())
        }
    }
}

/// Get a message
///
/// Reading it this way does not mark it as read.
#[utoipa::path(
    get,
    path = "/v1/messages/{id}",
    operation_id = "getMessage",
    tag = "messages",
    params(("id" = MessageId, Path, description = "`msg_…`")),
    responses(
        (status = 200, description = "The message", body = MessageBody),
        (status = 404, description = "In no folder of the caller's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_message(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Path(id): Path<MessageId>,
) -> Answer<Json<MessageBody>> {
    Ok(Json(MessageBody::whole(app.mail(&caller, &id).await?)))
}

/// Delete a message from one's own folder
///
/// Others keep it.
#[utoipa::path(
    delete,
    path = "/v1/messages/{id}",
    operation_id = "deleteMessage",
    tag = "messages",
    params(("id" = MessageId, Path, description = "`msg_…`")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "In no folder of the caller's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_message(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Path(id): Path<MessageId>,
) -> Answer<StatusCode> {
    let (tenant, user, store) = (&caller.tenant, &caller.user, &app.store);
    let deleted = match app.mail(&caller, &id).await?.folder {
        Folder::Inbox => {
            store
                .delete_from_inbox(tenant, user, &id, store.now())
                .await?
        }
        Folder::Sent => store.delete_from_sent(tenant, user, &id).await?,
    };
    done(deleted)
}

/// Mark a message as read
///
/// Its sender is told of the first time.
#[utoipa::path(
    post,
    path = "/v1/messages/{id}/read",
    operation_id = "markMessageRead",
    tag = "messages",
    params(("id" = MessageId, Path, description = "`msg_…`")),
    responses(
        (status = 204, description = "Read"),
        (status = 404, description = "Not in the caller's inbox", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mark_message_read(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Path(id): Path<MessageId>,
) -> Answer<StatusCode> {
    let mail = app.mail_in(&caller, &id, Folder::Inbox).await?;
    if mail.entry.read {
        return Ok(StatusCode::NO_CONTENT);
    }
    let (tenant, user, now) = (&caller.tenant, &caller.user, app.store.now());
    let marked = app
        .store
        .mark_message_read(tenant, user, &mail.entry, now)
        .await?;
    done(marked)
}

/// Mark a message as unread
///
/// What its sender knows stays as it is.
#[utoipa::path(
    post,
    path = "/v1/messages/{id}/unread",
    operation_id = "markMessageUnread",
    tag = "messages",
    params(("id" = MessageId, Path, description = "`msg_…`")),
    responses(
        (status = 204, description = "Unread"),
        (status = 404, description = "Not in the caller's inbox", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mark_message_unread(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Path(id): Path<MessageId>,
) -> Answer<StatusCode> {
    app.mail_in(&caller, &id, Folder::Inbox).await?;
    let (tenant, user) = (&caller.tenant, &caller.user);
    let marked = app.store.mark_message_unread(tenant, user, &id).await?;
    done(marked)
}

fn done(done: bool) -> Answer<StatusCode> {
    if done {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found().into())
    }
}

/// Who has read a message
///
/// For its sender: everybody it is addressed to; of a broadcast, those who have
/// read it.
#[utoipa::path(
    get,
    path = "/v1/messages/{id}/receipts",
    operation_id = "listMessageReceipts",
    tag = "messages",
    params(("id" = MessageId, Path, description = "`msg_…`"), PageQuery),
    responses(
        (status = 200, description = "A page of people", body = Page<ReceiptBody>),
        (status = 404, description = "Not in the caller's sent folder", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_receipts(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Path(id): Path<MessageId>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<ReceiptBody>>> {
    let size = page_size(query.page_size)?;
    let message = app.mail_in(&caller, &id, Folder::Sent).await?.message;
    let list = format!("messages/{id}/receipts");
    let after = query
        .after
        .map(|after| app.cursors.open(&caller, &list, &after));
    let after: Option<UserId> = after.transpose()?.map(|after| after.parse()).transpose()?;
    if message.broadcast.is_none() {
        let items = app.receipts_of(&caller, &message).await?;
        return Ok(Json(Page::new(items, None, size)));
    }
    let rows = app
        .store
        .message_receipts(&caller.tenant, &id, after.as_ref(), size)
        .await?;
    let more = rows
        .more
        .map(|more| app.cursors.seal(&caller, &list, &more));
    let items = app.named(&caller, rows.items).await?;
    Ok(Json(Page::new(items, more, size)))
}

impl Messages {
    /// Everybody whom a message is addressed to.
    async fn receipts_of(&self, caller: &Caller, message: &Message) -> Answer<Vec<ReceiptBody>> {
        let most = u32::try_from(MAX_RECIPIENTS).unwrap_or(u32::MAX);
        let rows = self
            .store
            .message_receipts(&caller.tenant, &message.id, None, most)
            .await?;
        let read: HashMap<UserId, Timestamp> = rows
            .items
            .into_iter()
            .map(|receipt| (receipt.user, receipt.read_at))
            .collect();
        let people = message.to.iter().map(|user| ReceiptBody {
            read_at: read.get(&user.id).copied(),
            user: user.clone(),
        });
        Ok(people.collect())
    }

    /// Those who have read it, with their names.
    async fn named(&self, caller: &Caller, receipts: Vec<Receipt>) -> Answer<Vec<ReceiptBody>> {
        let ids: Vec<UserId> = receipts.iter().map(|one| one.user.clone()).collect();
        let people = self.store.users(&caller.tenant, &ids).await?;
        let names: HashMap<UserId, String> = people
            .into_iter()
            .map(|person| (person.id, person.name))
            .collect();
        let bodies = receipts.into_iter().map(|receipt| ReceiptBody {
            user: Correspondent {
                name: names.get(&receipt.user).cloned().unwrap_or_default(),
                id: receipt.user,
            },
            read_at: Some(receipt.read_at),
        });
        Ok(bodies.collect())
    }
}
