//! One message to an audience.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audience::AudienceInput;
use domain::audit::AuditEntry;
use domain::ids::{MessageId, SendId};
use domain::message::{self, Broadcast, Message};
use domain::problem::ProblemBody;
use domain::{Caller, Channel, Code, Problem};
use lambda::rest::{Answer, Authenticated, Body, Once};
use serde::{Deserialize, Serialize};
use store::messages::Posting;

use crate::Messages;
use crate::compose::ids;

/// A message to an audience.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct BroadcastInput {
    /// Such as `class:5` or `["role:teacher", "user:10"]`.
    audience: AudienceInput,
    /// One line of at most 200 characters.
    subject: String,
    /// Plain text of at most 16,384 bytes.
    body: String,
    /// Shown as a pop-up.
    #[serde(default)]
    urgent: bool,
    /// `email` sends it there too; the inbox and the feed get it in any case.
    #[serde(default)]
    channels: Vec<Channel>,
}

/// What carries a broadcast.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BroadcastAccepted {
    message: MessageId,
    /// Its progress is at `/v1/sends/{id}`.
    send: SendId,
}

/// Write to an audience
///
/// Staff and administrators only. It reaches the inbox and the feed of each
/// person of the audience once; the sender has it in their sent folder.
#[utoipa::path(
    post,
    path = "/v1/messages/broadcast",
    operation_id = "broadcastMessage",
    tag = "messages",
    request_body = BroadcastInput,
    responses(
        (status = 202, description = "On its way", body = BroadcastAccepted),
        (status = 403, description = "Neither staff nor administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The message is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn broadcast_message(
    State(app): State<Messages>,
    Authenticated(caller): Authenticated,
    Once(effect): Once,
    Body(input): Body<BroadcastInput>,
) -> Answer<(StatusCode, Json<BroadcastAccepted>)> {
    caller.require_staff()?;
    let channels = channels(&input.channels)?;
    let ids = ids(effect.as_ref(), app.store.now());
    let message = app.broadcast(&caller, input, ids).await?;
    let audit = AuditEntry::new(
        &caller,
        "message.broadcast",
        message.id.as_str(),
        message.created_at,
    );
    let carried = message.broadcast.as_ref();
    let audit = audit.detail(carried.map_or("", |carried| carried.send.as_str()));
    let send = message::broadcast(&caller, &message, channels);
    let posting = Posting {
        message: &message,
        inboxes: &[],
        opening: None,
        send: None,
        audit: Some(&audit),
    };
    let message = app.carry(&caller, posting, send).await?;
    let accepted = BroadcastAccepted::of(message).ok_or_else(Problem::not_found)?;
    Ok((StatusCode::ACCEPTED, Json(accepted)))
}

impl BroadcastAccepted {
    fn of(message: Message) -> Option<Self> {
        Some(Self {
            send: message.broadcast?.send,
            message: message.id,
        })
    }
}

impl Messages {
    /// The message of a broadcast, once everything about it is known to be
    /// right.
    async fn broadcast(
        &self,
        caller: &Caller,
        input: BroadcastInput,
        (id, send): (MessageId, SendId),
    ) -> Answer<Message> {
        let subject = message::subject(&input.subject)?;
        let body = message::body(&input.body)?;
        let audience = input.audience.parse("audience")?;
        let known = self
            .store
            .known_audience(&caller.tenant, "audience", audience);
        let audience = known
            .await?
            .map_err(|wrong| Problem::new(Code::Invalid).errors(wrong))?;
        Ok(Message {
            thread: Message::opens(&id),
            id,
            from: self.writer(caller).await?.name(),
            to: Vec::new(),
            subject,
            body,
            urgent: input.urgent,
            in_reply_to: None,
            broadcast: Some(Broadcast { audience, send }),
            created_at: self.store.now(),
        })
    }
}

fn channels(asked: &[Channel]) -> Result<Vec<Channel>, Problem> {
    let mut channels = vec![Channel::InApp, Channel::Live];
    if let Some(at) = asked.iter().position(|one| *one == Channel::Sms) {
        let message = "Messages are too long for text messages; send a template instead.";
        return Err(Problem::invalid(
            &format!("channels[{at}]"),
            "not_available",
            message,
        ));
    }
    if asked.contains(&Channel::Email) {
        channels.push(Channel::Email);
    }
    Ok(channels)
}
