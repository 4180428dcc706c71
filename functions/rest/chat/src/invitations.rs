//! Asking somebody to chat.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::chat::invitation::{Invitation, InvitationStatus, MAX_WORDS};
use domain::ids::{InvitationId, RoomId, UserId};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Problem, Timestamp, text};
use lambda::rest::{Answer, Authenticated, Body, Once, Path, Query};
use serde::{Deserialize, Serialize};
use store::invitation_answers::Direction as List;
use store::invitations::NewInvitation;
use utoipa::{IntoParams, ToSchema};

use crate::Chat;
use crate::people::{Names, Somebody};

/// An invitation.
#[derive(Debug, Deserialize, ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct InvitationInput {
    /// Who is invited.
    user: UserId,
    /// A few words, at most 500 bytes.
    #[serde(default)]
    message: Option<String>,
}

/// Which way an invitation went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    #[default]
    Incoming,
    Outgoing,
}

/// An invitation as one of its two people sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationBody {
    id: InvitationId,
    direction: Direction,
    from: Somebody,
    to: Somebody,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    status: InvitationStatus,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Timestamp>,
    /// Where the two now talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<RoomId>,
}

impl InvitationBody {
    fn of(invitation: Invitation, caller: &Caller, names: &Names, now: Timestamp) -> Self {
        let status = invitation.status_at(now);
        let direction = if invitation.from == caller.user {
            Direction::Outgoing
        } else {
            Direction::Incoming
        };
        Self {
            id: invitation.id,
            direction,
            from: names.of(&invitation.from),
            to: names.of(&invitation.to),
            message: invitation.message,
            status,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            answered_at: invitation.answered_at,
            room: invitation.room,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InvitationsQuery {
    /// `incoming` unless told.
    #[serde(default)]
    direction: Direction,
    /// Of any status without.
    status: Option<InvitationStatus>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// Invite somebody to chat
///
/// Who may invite whom is a setting of the organisation. When the other person
/// has invited the caller too, that invitation is accepted instead and is the
/// answer. Twenty a day, one open for two people; after a rejection some days
/// have to pass, after a withdrawal one.
#[utoipa::path(
    post,
    path = "/v1/chat/invitations",
    operation_id = "invite",
    tag = "chat",
    request_body = InvitationInput,
    responses(
        (status = 201, description = "Invited", body = InvitationBody),
        (status = 200, description = "The other's invitation, accepted", body = InvitationBody),
        (status = 403, description = "Not allowed between these two, or the caller has blocked the other", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "In contact, or invited already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn invite(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Once(effect): Once,
    Body(input): Body<InvitationInput>,
) -> Answer<(StatusCode, Json<InvitationBody>)> {
    if input.user == caller.user {
        return Err(Problem::invalid("user", "self", "You cannot invite yourself.").into());
    }
    let words = |words: String| text::check("message", &words, MAX_WORDS);
    let id = match effect {
        Some(effect) => InvitationId::of(effect.send_id().bare()),
        None => InvitationId::new(app.store.now()),
    };
    let new = NewInvitation {
        id,
        to: input.user,
        message: input.message.map(words).transpose()?,
    };
    let done = app.store.invite(&caller, &new).await?;
    app.store.hand_over(&app.queue, &done.outbox).await;
    let made = done.created || done.invitation.id == new.id;
    let status = if made {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(app.shown(&caller, done.invitation).await?)))
}

/// List one's invitations, newest first
#[utoipa::path(
    get,
    path = "/v1/chat/invitations",
    operation_id = "listInvitations",
    tag = "chat",
    params(InvitationsQuery),
    responses((status = 200, description = "A page of invitations", body = Page<InvitationBody>)),
)]
pub(crate) async fn list_invitations(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Query(query): Query<InvitationsQuery>,
) -> Answer<Json<Page<InvitationBody>>> {
    let size = page_size(query.page_size)?;
    let list = format!("invitations?{:?}&{:?}", query.direction, query.status);
    let after = app.opened(&caller, &list, query.after.as_deref())?;
    let after = after.map(|after| after.parse()).transpose()?;
    let direction = match query.direction {
        Direction::Incoming => List::Incoming,
        Direction::Outgoing => List::Outgoing,
    };
    let rows = app
        .store
        .invitations(&caller, direction, query.status, after.as_ref(), size)
        .await?;
    let more = rows
        .more
        .map(|more| app.cursors.seal(&caller, &list, &more));
    let people = rows
        .items
        .iter()
        .flat_map(|one| [one.from.clone(), one.to.clone()]);
    let names = app.names(&caller, people).await?;
    let now = app.store.now();
    let items = rows.items.into_iter();
    let items = items.map(|one| InvitationBody::of(one, &caller, &names, now));
    Ok(Json(Page::new(items.collect(), more, size)))
}

/// Get an invitation
#[utoipa::path(
    get,
    path = "/v1/chat/invitations/{id}",
    operation_id = "getInvitation",
    tag = "chat",
    params(("id" = InvitationId, Path, description = "`inv_…`")),
    responses(
        (status = 200, description = "The invitation", body = InvitationBody),
        (status = 404, description = "No invitation of the caller's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_invitation(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<InvitationId>,
) -> Answer<Json<InvitationBody>> {
    let invitation = app.store.shown_invitation(&caller, &id).await?;
    Ok(Json(app.shown(&caller, invitation).await?))
}

/// Accept an invitation
///
/// Accepting twice gives the same room.
#[utoipa::path(
    post,
    path = "/v1/chat/invitations/{id}/accept",
    operation_id = "acceptInvitation",
    tag = "chat",
    params(("id" = InvitationId, Path, description = "`inv_…`")),
    responses(
        (status = 200, description = "Accepted; `room` is where the two now talk", body = InvitationBody),
        (status = 403, description = "The caller made it, or has blocked whoever did", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No invitation of the caller's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "No longer open", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn accept_invitation(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<InvitationId>,
) -> Answer<Json<InvitationBody>> {
    let done = app.store.accept_invitation(&caller, &id).await?;
    app.store.hand_over(&app.queue, &done.outbox).await;
    Ok(Json(app.shown(&caller, done.invitation).await?))
}

/// Reject an invitation
///
/// The other person is not told; they may not invite again for some days.
#[utoipa::path(
    post,
    path = "/v1/chat/invitations/{id}/reject",
    operation_id = "rejectInvitation",
    tag = "chat",
    params(("id" = InvitationId, Path, description = "`inv_…`")),
    responses(
        (status = 200, description = "Rejected", body = InvitationBody),
        (status = 403, description = "The caller made it, or has blocked whoever did", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No invitation of the caller's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It was accepted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "No longer open", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reject_invitation(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<InvitationId>,
) -> Answer<Json<InvitationBody>> {
    let invitation = app.store.reject_invitation(&caller, &id).await?;
    Ok(Json(app.shown(&caller, invitation).await?))
}

/// Take an invitation back
#[utoipa::path(
    delete,
    path = "/v1/chat/invitations/{id}",
    operation_id = "withdrawInvitation",
    tag = "chat",
    params(("id" = InvitationId, Path, description = "`inv_…`")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 403, description = "The caller is the invited person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No invitation of the caller's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Answered already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "Expired", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw_invitation(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<InvitationId>,
) -> Answer<StatusCode> {
    app.store.withdraw_invitation(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Chat {
    async fn shown(&self, caller: &Caller, invitation: Invitation) -> Answer<InvitationBody> {
        let people = [invitation.from.clone(), invitation.to.clone()];
        let names = self.names(caller, people).await?;
        let now = self.store.now();
        Ok(InvitationBody::of(invitation, caller, &names, now))
    }
}
