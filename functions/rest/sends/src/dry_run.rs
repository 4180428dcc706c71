//! What a send would do, without doing it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use domain::compose::Composer;
use domain::ids::TemplateId;
use domain::notification::Priority;
use domain::problem::ProblemBody;
use domain::send::{Content, Origin, Send};
use domain::template::Template;
use domain::{Caller, Channel, Code, Problem};
use lambda::rest::{Answer, Authenticated, Body};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Store;

use crate::access;
use crate::reach::{ChannelReach, reach, written};

/// A send as it would be made: of templates, of a title and body, or both.
#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DryRunInput {
    /// Audience expressions; a union.
    #[garde(skip)]
    recipients: Vec<String>,
    /// Left out of it.
    #[serde(default)]
    #[garde(skip)]
    except: Vec<String>,
    /// At most one for each channel.
    #[serde(default)]
    #[garde(length(max = 3))]
    templates: Vec<TemplateId>,
    /// Channels besides those of the templates, which then get title and body.
    #[serde(default)]
    #[garde(skip)]
    channels: Vec<Channel>,
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    title: String,
    #[serde(default)]
    #[garde(length(chars, max = 10_000))]
    body: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    #[garde(skip)]
    variables: Map<String, Value>,
    #[serde(default)]
    #[garde(skip)]
    priority: Option<Priority>,
    /// As the send would have it.
    #[serde(default)]
    #[garde(skip)]
    dedupe_by_address: bool,
    #[serde(default)]
    #[garde(inner(length(min = 1, max = 64)))]
    category: Option<String>,
}

/// What a send would do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DryRun {
    /// People looked at.
    people: u64,
    /// Whether that is everybody; a dry run looks at 5 000 people at most.
    complete: bool,
    channels: BTreeMap<Channel, ChannelReach>,
}

/// Dry run
///
/// Counts by channel, who is unreachable, opted out or suppressed, duplicate
/// addresses, SMS parts, and three rendered samples. Nothing is sent or stored.
#[utoipa::path(post, path = "/v1/sends/dry-run", operation_id = "dryRunSend", tag = "sends", request_body = DryRunInput,
    responses(
        (status = 200, description = "What would happen", body = DryRun),
        (status = 403, description = "Not allowed to reach this audience", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Unknown recipients, templates or values", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(crate) async fn dry_run_send(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Body(input): Body<DryRunInput>,
) -> Answer<Json<DryRun>> {
    caller.require_author()?;
    let templates = templates(&store, &caller, &input.templates).await?;
    let named: Vec<&Template> = templates.values().collect();
    access::values(&store, &caller, &input.variables, &named).await?;
    let send = imagined(&store, &caller, input, &templates).await?;
    let tenant = store
        .tenant(&caller.tenant)
        .await?
        .ok_or_else(Problem::not_found)?;
    let mut composers = BTreeMap::new();
    for channel in &send.channels {
        let composer = Composer::new(&send.content, *channel, templates.get(channel));
        let composer = composer
            .map_err(|error| Problem::new(Code::TemplateInvalid).detail(error.to_string()))?;
        composers.insert(*channel, composer);
    }
    let reach = reach(&store, &tenant, &send, &composers).await?;
    Ok(Json(DryRun {
        people: reach.people,
        complete: reach.complete,
        channels: reach.channels,
    }))
}

async fn templates(
    store: &Store,
    caller: &Caller,
    ids: &[TemplateId],
) -> Result<BTreeMap<Channel, Template>, Problem> {
    let mut found = BTreeMap::new();
    for (position, id) in ids.iter().enumerate() {
        let field = format!("templates[{position}]");
        let Some(template) = store.template(&caller.tenant, id).await? else {
            return Err(Problem::invalid(
                &field,
                "unknown_template",
                "There is no template with this id.",
            ));
        };
        if let Some(other) = found.insert(template.channel, template) {
            let message = format!("There is more than one template for {}.", other.channel);
            return Err(Problem::invalid(&field, "duplicate_channel", message));
        }
    }
    Ok(found)
}

async fn imagined(
    store: &Store,
    caller: &Caller,
    input: DryRunInput,
    templates: &BTreeMap<Channel, Template>,
) -> Result<Send, Problem> {
    let audience = access::audience(
        store,
        caller,
        "recipients",
        written(input.recipients, input.except)?,
    )
    .await?;
    let mut channels: Vec<Channel> = templates.keys().copied().collect();
    channels.extend(
        input
            .channels
            .into_iter()
            .filter(|channel| *channel != Channel::Live),
    );
    channels.sort();
    channels.dedup();
    if channels.is_empty() {
        return Err(Problem::invalid(
            "channels",
            "required",
            "Name a template or a channel.",
        ));
    }
    if input.title.is_empty()
        && channels
            .iter()
            .any(|channel| !templates.contains_key(channel))
    {
        return Err(Problem::invalid(
            "title",
            "required",
            "A channel without a template needs a title.",
        ));
    }
    let category = input.category.or_else(|| {
        templates
            .values()
            .next()
            .map(|template| template.category.clone())
    });
    Ok(Send {
        channels,
        content: Content {
            title: input.title,
            body: input.body,
            variables: input.variables,
            ..Content::default()
        },
        kind: "template".to_owned(),
        priority: input.priority.unwrap_or_default(),
        dedupe_by_address: input.dedupe_by_address,
        category: category.unwrap_or_else(|| "general".to_owned()),
        ..Send::new(caller, Origin::Template, audience, store.now())
    })
}
