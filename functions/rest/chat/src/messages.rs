//! What is said in a room: read, write, edit, delete.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::chat::{Item, Message, NewMessage, Receipt};
use domain::ids::RoomId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::tasks::{Envelope, RoomChange, Task};
use domain::{Code, Page, Problem};
use lambda::rest::{Answer, Authenticated, Body, Once, Path, Query};
use serde::{Deserialize, Serialize};
use store::room_messages::{Delivery, Posted};
use utoipa::{IntoParams, ToSchema};

use crate::Chat;

/// A message to be written.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct RoomMessageInput {
    /// The client's own name for it, new for each message: the same one again
    /// gives the same message. Made up where there is none.
    #[serde(default)]
    client_msg_id: Option<String>,
    /// At most 4,096 bytes.
    text: String,
    /// The `seq` of the message that it answers.
    #[serde(default)]
    reply_to: Option<u64>,
}

/// Another text for a message.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct RoomMessageEdit {
    /// At most 4,096 bytes.
    text: String,
}

/// How far the caller has read.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct RoomReadInput {
    seq: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessagesQuery {
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SyncQuery {
    /// The last place that the caller knows; without it, the newest ones.
    after_seq: Option<u64>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
}

/// What happened in a room after a place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SyncBody {
    items: Vec<Item>,
    /// Everything up to here is known now.
    through_seq: u64,
    /// Ask again after `through_seq`.
    more: bool,
}

/// List the messages of a room, newest first
///
/// What was edited or deleted stands as it is now.
#[utoipa::path(
    get,
    path = "/v1/chat/rooms/{id}/messages",
    operation_id = "listRoomMessages",
    tag = "chat",
    params(("id" = RoomId, Path, description = "`rom_…`"), MessagesQuery),
    responses(
        (status = 200, description = "A page of messages", body = Page<Message>),
        (status = 403, description = "Not (or no longer) in the community", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No room of the caller's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_messages(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<RoomId>,
    Query(query): Query<MessagesQuery>,
) -> Answer<Json<Page<Message>>> {
    let size = page_size(query.page_size)?;
    app.store.enter_room(&caller, &id).await?;
    let list = format!("chat/rooms/{id}/messages");
    let before = app.opened(&caller, &list, query.after.as_deref())?;
    let before = before.map(|before| before.parse());
    let before = before
        .transpose()
        .map_err(|_| Problem::new(Code::BadCursor))?;
    let history = app
        .store
        .room_messages(&caller.tenant, &id, &caller.user, before, size)
        .await?;
    let more = history.before.map(|before| before.to_string());
    let more = more.map(|more| app.cursors.seal(&caller, &list, &more));
    Ok(Json(Page::new(history.messages, more, size)))
}

/// Write a message
///
/// It reaches open sockets of the room, and the bell of whoever has none open.
#[utoipa::path(
    post,
    path = "/v1/chat/rooms/{id}/messages",
    operation_id = "postRoomMessage",
    tag = "chat",
    params(("id" = RoomId, Path, description = "`rom_…`")),
    request_body = RoomMessageInput,
    responses(
        (status = 201, description = "Written, now or before under the same `client_msg_id`", body = Message),
        (status = 403, description = "Not in contact, or the caller has blocked the other", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No room of the caller's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The `client_msg_id` was used for another message", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post_message(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<RoomId>,
    Once(effect): Once,
    Body(input): Body<RoomMessageInput>,
) -> Answer<(StatusCode, Json<Message>)> {
    let name = match (input.client_msg_id, effect) {
        (Some(name), _) => name,
        (None, Some(effect)) => effect.mark,
        (None, None) => domain::ids::ulid(app.store.now()).to_string(),
    };
    let new = NewMessage::checked(name, &input.text, input.reply_to)?;
    let posted = app.store.post_message(&caller, &id, &new, Delivery::Queued);
    let message = app.written(posted.await?).await?;
    Ok((StatusCode::CREATED, Json(message)))
}

/// Edit a message
///
/// Authors edit their own, for as long as the organisation lets them.
#[utoipa::path(
    patch,
    path = "/v1/chat/rooms/{id}/messages/{seq}",
    operation_id = "editRoomMessage",
    tag = "chat",
    params(("id" = RoomId, Path, description = "`rom_…`"), ("seq" = u64, Path, description = "The message")),
    request_body = RoomMessageEdit,
    responses(
        (status = 200, description = "As it is now", body = Message),
        (status = 403, description = "Somebody else's, too old, or not in contact", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such message", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "Deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn edit_message(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path((id, seq)): Path<(RoomId, u64)>,
    Body(input): Body<RoomMessageEdit>,
) -> Answer<Json<Message>> {
    let posted = app
        .store
        .edit_message(&caller, &id, seq, &input.text, Delivery::Queued)
        .await?;
    Ok(Json(app.written(posted).await?))
}

/// Delete a message
///
/// A tombstone stays. Authors delete their own, for as long as the organisation
/// lets them; moderators of a community delete anybody's.
#[utoipa::path(
    delete,
    path = "/v1/chat/rooms/{id}/messages/{seq}",
    operation_id = "deleteRoomMessage",
    tag = "chat",
    params(("id" = RoomId, Path, description = "`rom_…`"), ("seq" = u64, Path, description = "The message")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Somebody else's, too old, or not in contact", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such message", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_message(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path((id, seq)): Path<(RoomId, u64)>,
) -> Answer<StatusCode> {
    let posted = app
        .store
        .delete_message(&caller, &id, seq, Delivery::Queued)
        .await?;
    app.store.hand_over(&app.queue, &posted.outbox).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Tell how far one has read
///
/// The other person sees it, and when. Reading back changes nothing.
#[utoipa::path(
    post,
    path = "/v1/chat/rooms/{id}/read",
    operation_id = "markRoomRead",
    tag = "chat",
    params(("id" = RoomId, Path, description = "`rom_…`")),
    request_body = RoomReadInput,
    responses(
        (status = 204, description = "Noted"),
        (status = 404, description = "No room of the caller's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The room has not come so far", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mark_read(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<RoomId>,
    Body(input): Body<RoomReadInput>,
) -> Answer<StatusCode> {
    let receipt = app.store.mark_room_read(&caller, &id, input.seq).await?;
    if let Some(receipt) = receipt {
        let tenant = caller.tenant.clone();
        app.tell(Envelope::new(tenant, read_task(id, receipt)))
            .await;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn read_task(room: RoomId, receipt: Receipt) -> Task {
    Task::DeliverLive {
        room,
        change: RoomChange::Read(receipt),
    }
}

/// Get what one has missed in a room
///
/// Every change after a place, in order: new messages, edits and deletions, each
/// with its message as it is now.
#[utoipa::path(
    get,
    path = "/v1/chat/rooms/{id}/sync",
    operation_id = "syncRoom",
    tag = "chat",
    params(("id" = RoomId, Path, description = "`rom_…`"), SyncQuery),
    responses(
        (status = 200, description = "What happened since", body = SyncBody),
        (status = 404, description = "No room of the caller's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sync_room(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<RoomId>,
    Query(query): Query<SyncQuery>,
) -> Answer<Json<SyncBody>> {
    let size = page_size(query.page_size)?;
    app.store.enter_room(&caller, &id).await?;
    let synced = app
        .store
        .room_since(&caller.tenant, &id, &caller.user, query.after_seq, size)
        .await?;
    Ok(Json(SyncBody {
        items: synced.items,
        through_seq: synced.through_seq,
        more: synced.more,
    }))
}

impl Chat {
    /// Has it pushed, and tells the author what was written.
    async fn written(&self, posted: Posted) -> Answer<Message> {
        self.store.hand_over(&self.queue, &posted.outbox).await;
        let message = posted.message_for(&posted.target.author);
        Ok(message.ok_or_else(Problem::not_found)?)
    }

    /// Puts a hint on its queue: whoever misses it sees the same when they look.
    async fn tell(&self, task: Envelope) {
        if let Err(error) = self.queue.send(&task).await {
            tracing::warn!(%error, "not pushed");
        }
    }
}
