//! Templates as one person would get them.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use domain::ids::{TemplateId, UserId};
use domain::problem::ProblemBody;
use domain::send::TemplateVersion;
use domain::template::values::check_values;
use domain::template::{
    PersonFacts, Prepared, RenderError, Rendered, Renderer, Template, TemplateInput, Variable,
    person_variables,
};
use domain::{Caller, Code, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Store;

use crate::{catalogue, checked};

/// For whom and with what a template is shown.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewInput {
    /// Values as a send would give them; what is missing is shown as a sample.
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
    /// Shows the template as this person would get it. For staff.
    #[garde(skip)]
    user_id: Option<UserId>,
    /// A version other than the latest.
    #[garde(skip)]
    version: Option<u32>,
}

/// A template that is not saved yet.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnsavedPreviewInput {
    #[garde(dive)]
    template: TemplateInput,
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
    #[garde(skip)]
    user_id: Option<UserId>,
}

/// What the person would get.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PreviewBody {
    #[serde(flatten)]
    rendered: Rendered,
    /// Variables that are shown with their samples.
    samples: Vec<String>,
}

/// A preview may hold author HTML: nothing in it may run, wherever it is opened.
type Shown = ([(HeaderName, &'static str); 2], Json<PreviewBody>);

/// Preview a template
#[utoipa::path(
    post,
    path = "/v1/templates/{id}/preview",
    operation_id = "previewTemplate",
    tag = "templates",
    params(("id" = TemplateId, Path, description = "The template")),
    request_body = PreviewInput,
    responses(
        (status = 200, description = "The template as the person would get it", body = PreviewBody),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such template, version or person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "It cannot be rendered with these values", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn preview_template(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<TemplateId>,
    Body(input): Body<PreviewInput>,
) -> Answer<Shown> {
    caller.require_author()?;
    let template = wanted(&store, &caller, id, input.version).await?;
    Ok(show(&store, &caller, &template, input.variables, input.user_id).await?)
}

/// Preview a template that is not saved
///
/// Checks it as saving would, and saves nothing.
#[utoipa::path(
    post,
    path = "/v1/templates/preview",
    operation_id = "previewUnsavedTemplate",
    tag = "templates",
    request_body = UnsavedPreviewInput,
    responses(
        (status = 200, description = "The template as the person would get it", body = PreviewBody),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The template or a value is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn preview_unsaved_template(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Body(input): Body<UnsavedPreviewInput>,
) -> Answer<Shown> {
    caller.require_author()?;
    let checked = checked(&store, &caller, &input.template).await?;
    let now = store.now();
    let template = input
        .template
        .create(checked, TemplateId::new(now), &caller.user, now);
    Ok(show(&store, &caller, &template, input.variables, input.user_id).await?)
}

async fn wanted(
    store: &Store,
    caller: &Caller,
    id: TemplateId,
    version: Option<u32>,
) -> Result<Template, Problem> {
    let latest = store
        .template(&caller.tenant, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    match version {
        Some(version) if version != latest.version => {
            let found = store
                .template_version(&caller.tenant, &TemplateVersion { id, version })
                .await?;
            found.ok_or_else(Problem::not_found)
        }
        _ => Ok(latest),
    }
}

async fn show(
    store: &Store,
    caller: &Caller,
    template: &Template,
    given: Map<String, Value>,
    person: Option<UserId>,
) -> Result<Shown, Problem> {
    let catalogue = catalogue(store, &caller.tenant).await?;
    let errors = check_values(&given, &template.uses, &|name| catalogue.get(name));
    if !errors.is_empty() {
        return Err(Problem::new(Code::Invalid).errors(errors));
    }
    let real = person.is_some();
    let mut values = match person {
        Some(person) => person_values(store, caller, &person).await?,
        None => Map::new(),
    };
    values.extend(given);
    let samples = fill(&mut values, &template.uses, real);
    let prepared = Renderer::prepare(template).map_err(|error| refusal(&error))?;
    let rendered = render(&prepared, &values)?;
    let headers = [
        (CONTENT_SECURITY_POLICY, "sandbox"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, Json(PreviewBody { rendered, samples })))
}

/// The automatic values of a real person. Only staff may look at somebody.
async fn person_values(
    store: &Store,
    caller: &Caller,
    person: &UserId,
) -> Result<Map<String, Value>, Problem> {
    caller.require_staff()?;
    let tenant = store
        .tenant(&caller.tenant)
        .await?
        .ok_or_else(Problem::not_found)?;
    let user = store
        .user(&caller.tenant, person)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(person_variables(&PersonFacts::of(
        &user,
        &tenant,
        store.now(),
    )))
}

/// Puts samples where values are missing. For a real person, what should come
/// from the profile but does not stays missing, as it would in a send.
fn fill(values: &mut Map<String, Value>, uses: &[Variable], real: bool) -> Vec<String> {
    let mut samples = Vec::new();
    for variable in uses {
        let missing = values.get(&variable.name).is_none_or(Value::is_null);
        if missing && variable.default.is_none() && !(real && variable.automatic) {
            values.insert(variable.name.clone(), variable.sample.clone());
            samples.push(variable.name.clone());
        }
    }
    samples
}

fn render(prepared: &Prepared, values: &Map<String, Value>) -> Result<Rendered, Problem> {
    prepared.render(values).map_err(|error| refusal(&error))
}

fn refusal(error: &RenderError) -> Problem {
    let field = match &error.variable {
        Some(variable) => format!("variables.{variable}"),
        None => error.part.to_owned(),
    };
    let code = error.code.as_str().to_lowercase();
    Problem::new(Code::Invalid).field(field, &code, error.message.clone())
}
