//! Writing to people.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Caller;
use domain::directory::User;
use domain::idempotency::Effect;
use domain::ids::{MessageId, SendId, ThreadId};
use domain::message::{self, Correspondent, Folder, Message};
use domain::problem::ProblemBody;
use domain::send::Send;
use lambda::rest::{Answer, Authenticated, Body, Once};
use serde::Deserialize;
use store::messages::{Mail, Posting};
use store::sends::Start;

use crate::Messages;
use crate::body::MessageBody;
use crate::recipients::Writer;

/// A message to people.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct MessageInput {
    /// 1 to 20 people, by id or by e-mail address.
    #[schema(example = json!(["10", "mia@school.example"]))]
    to: Vec<String>,
    /// One line of at most 200 characters.
    subject: String,
    /// Plain text of at most 16,384 bytes.
    body: String,
    /// Shown as a pop-up.
    #[serde(default)]
    urgent: bool,
}

/// What a message is made of.
pub(crate) struct Draft {
    pub(crate) to: Vec<User>,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) urgent: bool,
    /// The message that it answers, and the thread that this puts it in.
    pub(crate) answers: Option<(Message, ThreadId)>,
}

/// Write to people
///
/// It is in their inbox at once, and a notification tells them. To whom
/// somebody may write is up to the organisation, by the same rules as for
/// chats; an answer to what one got is always possible.
#[utoipa::path(
    post,
    path = "/v1/messages",
    operation_id = "sendMessage",
    tag = "messages",
    request_body = MessageInput,
    responses(
        (status = 201, description = "Sent", body = MessageBody),
        (status = 403, description = "Not somebody whom the caller may write to, or somebody whom the caller has blocked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The message is not valid; `errors` names recipients that are unknown by position", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn send_message(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Once(effect): Once,
    Body(input): Body<MessageInput>,
) -> Answer<(StatusCode, Json<MessageBody>)> {
    let subject = message::subject(&input.subject)?;
    let body = message::body(&input.body)?;
    message::recipients(&input.to)?;
    let writer = app.writer(&caller).await?;
    let draft = Draft {
        to: app.addressed(&writer, &input.to).await?,
        subject,
        body,
        urgent: input.urgent,
        answers: None,
    };
    let sent = app.post(&writer, effect, draft).await?;
    Ok((StatusCode::CREATED, Json(sent)))
}

/// The ids of what a request makes: the same however often it is begun.
pub(crate) fn ids(effect: Option<&Effect>, now: domain::Timestamp) -> (MessageId, SendId) {
    let send = effect.map_or_else(|| SendId::new(now), Effect::send_id);
    (MessageId::of(send.bare()), send)
}

impl Messages {
    /// Sends a message to whom it reaches. What a test key writes reaches
    /// nobody.
    pub(crate) async fn post(
        &self,
        writer: &Writer<'_>,
        effect: Option<Effect>,
        draft: Draft,
    ) -> Answer<MessageBody> {
        let (caller, now) = (writer.caller, self.store.now());
        let mut inboxes = self.reached(caller, &draft.to).await?;
        if caller.is_test() {
            inboxes.clear();
        }
        let (id, send) = ids(effect.as_ref(), now);
        let opening = draft.answers.as_ref().map(|(message, _)| message);
        let opening = opening.filter(|message| message.broadcast.is_some());
        let opening = opening.map(|message| message.id.clone());
        let message = draft.message(writer.name(), id, now);
        let notice = message::announce(caller, &message, &inboxes, send);
        let posting = Posting {
            message: &message,
            inboxes: &inboxes,
            opening: opening.as_ref(),
            send: None,
            audit: None,
        };
        let message = self.carry(caller, posting, notice).await?;
        let entry = message.entry();
        Ok(MessageBody::whole(Mail {
            message,
            folder: Folder::Sent,
            entry,
        }))
    }

    /// Stores a message with the send that carries or announces it, and has the
    /// send planned.
    pub(crate) async fn carry(
        &self,
        caller: &Caller,
        posting: Posting<'_>,
        send: Option<Send>,
    ) -> Answer<Message> {
        let tenant = &caller.tenant;
        let now = posting.message.created_at;
        let start = send.as_ref().map(|send| Start::of(tenant, send, now));
        let posting = Posting {
            send: send.as_ref().zip(start.as_ref()),
            ..posting
        };
        let posted = self.store.post_mail(tenant, posting).await;
        let message = posted.map_err(|refused| refused.or_conflict("Try again."))?;
        let task = start.as_ref().and_then(Start::task);
        self.store.hand_over(&self.queue, task).await;
        Ok(message)
    }
}

impl Draft {
    fn message(self, from: Correspondent, id: MessageId, now: domain::Timestamp) -> Message {
        let (in_reply_to, thread) = match self.answers {
            Some((answered, thread)) => (Some(answered.id), thread),
            None => (None, Message::opens(&id)),
        };
        Message {
            id,
            thread,
            from,
            to: self.to.iter().map(Correspondent::of).collect(),
            subject: self.subject,
            body: self.body,
            urgent: self.urgent,
            in_reply_to,
            broadcast: None,
            created_at: now,
        }
    }
}
