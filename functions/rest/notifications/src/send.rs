//! Custom notifications to an audience.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audience::{Audience, AudienceInput};
use domain::audit::AuditEntry;
use domain::ids::{SendId, is_slug};
use domain::notification::{Action, Level, Priority, Reference, is_safe_link};
use domain::problem::ProblemBody;
use domain::send::{Content, Origin, Send};
use domain::{Caller, Channel, Code, Problem, Timestamp, schedule, visibility};
use lambda::rest::{Answer, Authenticated, Body, Once};
use serde::{Deserialize, Serialize};
use store::sends::Start;

use crate::Notifications;

/// Preference category of custom notifications.
const CATEGORY: &str = "notifications";

/// A notification for an audience.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationInput {
    /// Such as `class:5` or `["role:teacher", "user:10"]`.
    #[garde(skip)]
    audience: AudienceInput,
    #[garde(length(chars, min = 1, max = 200))]
    title: String,
    #[serde(default)]
    #[garde(length(chars, max = 4_000))]
    body: String,
    #[serde(default)]
    #[garde(skip)]
    level: Level,
    /// An open word such as `system.message`.
    #[serde(default = "custom")]
    #[garde(custom(is_type))]
    r#type: String,
    #[serde(default)]
    #[garde(skip)]
    priority: Priority,
    #[serde(default)]
    #[garde(dive)]
    reference: Option<Reference>,
    /// Where a click leads: a path on the same site, or an https address.
    #[serde(default)]
    #[garde(inner(length(max = 500), custom(is_safe_link)))]
    redirect_url: Option<String>,
    #[serde(default)]
    #[garde(length(max = 4), dive)]
    actions: Vec<Action>,
    /// When it goes out; at once without it.
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = DateTime)]
    send_at: Option<Timestamp>,
}

fn custom() -> String {
    "custom".to_owned()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that garde asks for"
)]
fn is_type(kind: &str, _: &()) -> garde::Result {
    if is_slug(kind) {
        Ok(())
    } else {
        Err(garde::Error::new("must be a word such as `system.message`"))
    }
}

/// The send that carries it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Accepted {
    /// Its progress is at `/v1/sends/{id}`.
    pub(crate) send: SendId,
}

/// Notify an audience, in the feed and live
///
/// Staff and administrators notify anybody; teachers the groups they teach and
/// the guardians of these.
#[utoipa::path(
    post,
    path = "/v1/notifications",
    operation_id = "sendNotification",
    tag = "notifications",
    request_body = NotificationInput,
    responses(
        (status = 202, description = "On its way", body = Accepted),
        (status = 403, description = "Not an audience of the caller's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The notification is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn send_notification(
    State(app): State<Notifications>,
    Authenticated(caller): Authenticated,
    Once(effect): Once,
    Body(input): Body<NotificationInput>,
) -> Answer<(StatusCode, Json<Accepted>)> {
    caller.require_author()?;
    input.require_own_reference()?;
    let audience = input.audience.parse("audience")?;
    app.require_audience(&caller, &audience).await?;
    let known = app
        .store
        .known_audience(&caller.tenant, "audience", audience);
    let audience = known
        .await?
        .map_err(|wrong| Problem::new(Code::Invalid).errors(wrong))?;
    let now = app.store.now();
    let at = schedule::send_at(input.send_at, now)?;
    let mut send = input.into_send(&caller, audience, now).at(at);
    if let Some(effect) = effect {
        send.id = effect.send_id();
    }
    let tenant = &caller.tenant;
    let start = Start::of(tenant, &send, now);
    let audit = AuditEntry::new(&caller, "notification.sent", send.id.as_str(), now);
    let created = app.store.create_send(tenant, send, &start, &audit).await;
    let send =
        created.map_err(|refused| refused.or_conflict("It could not be made; try again."))?;
    app.store.hand_over(&app.queue, start.task()).await;
    Ok((StatusCode::ACCEPTED, Json(Accepted { send: send.id })))
}

impl Notifications {
    /// What somebody teaches is asked only of those who need it.
    async fn require_audience(&self, caller: &Caller, audience: &Audience) -> Result<(), Problem> {
        if caller.is_staff() {
            return Ok(());
        }
        let facts = self.store.person_facts(caller, self.store.now()).await?;
        visibility::may_publish(caller, &facts.teaches(), audience)
    }
}

impl NotificationInput {
    /// Reading what refers to an announcement marks the announcement read, so
    /// only announcements make such notifications.
    fn require_own_reference(&self) -> Result<(), Problem> {
        let kind = self.reference.as_ref().map(|reference| &reference.kind);
        if kind.is_some_and(|kind| kind == "announcement") {
            let message = "Only a published announcement refers to one.";
            return Err(Problem::invalid("reference.kind", "reserved", message));
        }
        Ok(())
    }

    fn into_send(self, caller: &Caller, audience: Audience, now: Timestamp) -> Send {
        Send {
            channels: vec![Channel::InApp, Channel::Live],
            content: Content {
                title: self.title,
                body: self.body,
                ..Content::default()
            },
            kind: self.r#type,
            level: self.level,
            priority: self.priority,
            category: CATEGORY.to_owned(),
            reference: self.reference,
            redirect_url: self.redirect_url,
            actions: self.actions,
            ..Send::new(caller, Origin::Notification, audience, now)
        }
    }
}
