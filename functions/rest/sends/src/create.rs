//! Sends of a template.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::ids::TemplateId;
use domain::notification::Priority;
use domain::problem::ProblemBody;
use domain::send::{Content, Origin, Send, TemplateVersion};
use domain::template::Template;
use domain::{Caller, Channel, Problem, Timestamp, schedule};
use lambda::rest::{Answer, Authenticated, Body, Once, Path};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::sends::Start;

use crate::body::SendBody;
use crate::{Sends, access, reach};

/// To whom, with which values, and when.
#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct SendInput {
    /// Audience expressions: `class:5`, `student:10`, `user:3`, `role:parent`,
    /// `guardians-of:class:5`, `all`, a bare address or number. A union.
    recipients: Vec<String>,
    /// Left out of it.
    #[serde(default)]
    except: Vec<String>,
    /// Values for the template's variables, over those of each person.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
    /// At once without.
    #[serde(default)]
    send_at: Option<Timestamp>,
    #[serde(default)]
    priority: Option<Priority>,
    /// People with the same address or number get one message together; the
    /// deliveries of the others are skipped as `duplicate_address`.
    #[serde(default)]
    dedupe_by_address: bool,
}

/// Send a template
///
/// Resolves the recipients, renders the template for each and sends it. Ids
/// that do not exist refuse the whole request; people without an address or
/// number are reported in the send's deliveries, and the others get theirs.
#[utoipa::path(
    post,
    path = "/v1/templates/{id}/send",
    operation_id = "sendTemplate",
    tag = "sends",
    params(("id" = TemplateId, Path)),
    request_body = SendInput,
    responses(
        (status = 202, description = "Accepted; watch it at `/v1/sends/{id}`", body = SendBody),
        (status = 403, description = "Not allowed to reach this audience", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is no such template", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Unknown recipients or values", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn send_template(
    State(state): State<Sends>,
    Authenticated(caller): Authenticated,
    Path(id): Path<TemplateId>,
    Once(effect): Once,
    Body(input): Body<SendInput>,
) -> Answer<(StatusCode, Json<SendBody>)> {
    caller.require_author()?;
    let store = &state.store;
    let template = access::template(store, &caller, &id).await?;
    let mut send = build(&state, &caller, &template, input).await?;
    if let Some(effect) = effect {
        send.id = effect.send_id();
    }
    let start = Start::of(&caller.tenant, &send, store.now());
    let audit = AuditEntry::new(&caller, "send.created", send.id.as_str(), store.now())
        .detail(template.id.as_str());
    let created = store
        .create_send(&caller.tenant, send, &start, &audit)
        .await;
    let send =
        created.map_err(|refused| refused.or_conflict("It could not be made; try again."))?;
    store.hand_over(&state.queue, start.task()).await;
    Ok((StatusCode::ACCEPTED, Json(SendBody::of(send, None))))
}

async fn build(
    state: &Sends,
    caller: &Caller,
    template: &Template,
    input: SendInput,
) -> Result<Send, Problem> {
    let store = &state.store;
    let now = store.now();
    let written = reach::written(input.recipients, input.except)?;
    let audience = access::audience(store, caller, "recipients", written).await?;
    access::values(store, caller, &input.variables, &[template]).await?;
    let send_at = schedule::send_at(input.send_at, now)?;
    let channels = match template.channel {
        Channel::InApp | Channel::Live => vec![Channel::InApp, Channel::Live],
        channel => vec![channel],
    };
    let version = TemplateVersion {
        id: template.id.clone(),
        version: template.version,
    };
    let content = Content {
        title: template.name.clone(),
        templates: [(template.channel, version)].into(),
        variables: input.variables,
        ..Content::default()
    };
    Ok(Send {
        channels,
        content,
        kind: "template".to_owned(),
        priority: input.priority.unwrap_or_default(),
        category: template.category.clone(),
        dedupe_by_address: input.dedupe_by_address,
        ..Send::new(caller, Origin::Template, audience, now).at(send_at)
    })
}
