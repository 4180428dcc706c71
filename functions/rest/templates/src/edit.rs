//! Making, changing and removing templates.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::ids::TemplateId;
use domain::problem::ProblemBody;
use domain::template::{Template, TemplateInput};
use domain::{Code, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path};
use store::Store;

use crate::checked;

/// Create a template
///
/// Its sources are checked and its HTML is cleaned; every mistake is answered
/// with line and column.
#[utoipa::path(
    post,
    path = "/v1/templates",
    operation_id = "createTemplate",
    tag = "templates",
    request_body = TemplateInput,
    responses(
        (status = 201, description = "The first version", body = Template),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The template is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_template(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Body(input): Body<TemplateInput>,
) -> Answer<(StatusCode, Json<Template>)> {
    caller.require_staff()?;
    let checked = checked(&store, &caller, &input).await?;
    let now = store.now();
    let template = input.create(checked, TemplateId::new(now), &caller.user, now);
    require_storable(&template)?;
    let audit = AuditEntry::new(&caller, "template.created", template.id.as_str(), now);
    store
        .create_template(&caller.tenant, &template, &audit)
        .await
        .map_err(|refused| refused.or_conflict("The template exists."))?;
    Ok((StatusCode::CREATED, Json(template)))
}

/// Update a template
///
/// Makes a new version. Earlier versions never change, and sends that are on
/// their way keep theirs.
#[utoipa::path(
    put,
    path = "/v1/templates/{id}",
    operation_id = "updateTemplate",
    tag = "templates",
    params(("id" = TemplateId, Path, description = "The template")),
    request_body = TemplateInput,
    responses(
        (status = 200, description = "The new version", body = Template),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such template", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Somebody else changed it at the same time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The template is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_template(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<TemplateId>,
    Body(input): Body<TemplateInput>,
) -> Answer<Json<Template>> {
    caller.require_staff()?;
    let before = store
        .template(&caller.tenant, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    if input.channel != before.channel {
        return Err(
            Problem::invalid("channel", "immutable", "A template keeps its channel.").into(),
        );
    }
    let checked = checked(&store, &caller, &input).await?;
    let now = store.now();
    let template = input.revise(checked, &before, &caller.user, now);
    require_storable(&template)?;
    let audit = AuditEntry::new(&caller, "template.updated", template.id.as_str(), now)
        .detail(format!("version {}", template.version));
    store
        .update_template(&caller.tenant, &template, before.version, &audit)
        .await
        .map_err(|refused| {
            refused.or_conflict("The template was changed at the same time; read it again.")
        })?;
    Ok(Json(template))
}

fn require_storable(template: &Template) -> Result<(), Problem> {
    match template.length_fault() {
        Some(fault) => Err(Problem::new(Code::TemplateInvalid).errors(vec![fault])),
        None => Ok(()),
    }
}

/// Delete a template
///
/// It can no longer be sent; sends that are on their way still use their version.
#[utoipa::path(
    delete,
    path = "/v1/templates/{id}",
    operation_id = "deleteTemplate",
    tag = "templates",
    params(("id" = TemplateId, Path, description = "The template")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such template", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_template(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<TemplateId>,
) -> Answer<StatusCode> {
    caller.require_staff()?;
    let audit = AuditEntry::new(&caller, "template.deleted", id.as_str(), store.now());
    match store.delete_template(&caller.tenant, &id, &audit).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(refused) if refused.at(0) => Err(Problem::not_found().into()),
        Err(refused) => Err(refused
            .or_conflict("The template was changed at the same time.")
            .into()),
    }
}
