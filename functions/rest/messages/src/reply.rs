//! Answering a message.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Problem;
use domain::directory::Standing;
use domain::ids::MessageId;
use domain::message;
use domain::problem::ProblemBody;
use lambda::rest::{Answer, Authenticated, Body, Once, Path};
use serde::Deserialize;

use crate::Messages;
use crate::body::MessageBody;
use crate::compose::Draft;

/// An answer.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct ReplyInput {
    /// Plain text of at most 16,384 bytes.
    body: String,
    /// To everybody whom the message was addressed to, too.
    #[serde(default)]
    reply_all: bool,
    #[serde(default)]
    urgent: bool,
}

/// Answer a message
///
/// Goes to its sender, or to whom one's own went, and joins its thread. An
/// answer to a broadcast is between its sender and the caller, in a thread of
/// its own.
#[utoipa::path(
    post,
    path = "/v1/messages/{id}/reply",
    operation_id = "replyToMessage",
    tag = "messages",
    params(("id" = MessageId, Path, description = "`msg_…`")),
    request_body = ReplyInput,
    responses(
        (status = 201, description = "Sent", body = MessageBody),
        (status = 403, description = "The caller has blocked whom it would go to", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "In no folder of the caller's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Nobody whom it would go to is left", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The answer is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reply_to_message(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Path(id): Path<MessageId>,
    Once(effect): Once,
    Body(input): Body<ReplyInput>,
) -> Answer<(StatusCode, Json<MessageBody>)> {
    let body = message::body(&input.body)?;
    let answered = app.mail(&caller, &id).await?.message;
    let ids = answered.answered_by(&caller.user, input.reply_all)?;
    let mut people = app.store.users(&caller.tenant, &ids).await?;
    people.retain(|person| person.status == Standing::Active);
    people.sort_by_key(|person| ids.iter().position(|id| *id == person.id));
    if people.is_empty() {
        let detail = "Nobody whom an answer would go to is in the directory any more.";
        return Err(Problem::conflict(detail).into());
    }
    let writer = app.writer(&caller).await?;
    let thread = answered.thread_answered_by(&caller.user);
    let draft = Draft {
        to: people,
        subject: answered.subject_answered(),
        body,
        urgent: input.urgent,
        answers: Some((answered, thread)),
    };
    let sent = app.post(&writer, effect, draft).await?;
    Ok((StatusCode::CREATED, Json(sent)))
}
