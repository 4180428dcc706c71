//! The catalogue of variables, and the tenant's own in it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::problem::ProblemBody;
use domain::template::catalogue::has_shape;
use domain::template::{Catalogue, Category, Variable, VariableInput};
use domain::{Code, Problem};
use lambda::rest::{Answer, Authenticated, Body, Path, Query};
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::IntoParams;

use crate::catalogue;

/// The most variables that a tenant adds.
const OWN_MAX: usize = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VariablesQuery {
    /// Only variables of this category.
    category: Option<Category>,
}

/// The whole catalogue; it is small and not paged.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct VariablesBody {
    items: Vec<Variable>,
}

/// List the variables that templates may name
#[utoipa::path(
    get,
    path = "/v1/template-variables",
    operation_id = "listTemplateVariables",
    tag = "templates",
    params(VariablesQuery),
    responses(
        (status = 200, description = "The variables by name", body = VariablesBody),
        (status = 403, description = "Neither staff nor teacher", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_template_variables(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Query(query): Query<VariablesQuery>,
) -> Answer<Json<VariablesBody>> {
    caller.require_author()?;
    let catalogue = catalogue(&store, &caller.tenant).await?;
    let items = catalogue.list(query.category).cloned().collect();
    Ok(Json(VariablesBody { items }))
}

/// Add a variable of one's own
///
/// Filled from the recipient's attribute of the same name where a send gives no
/// value.
#[utoipa::path(
    post,
    path = "/v1/template-variables",
    operation_id = "createTemplateVariable",
    tag = "templates",
    request_body = VariableInput,
    responses(
        (status = 201, description = "The variable", body = Variable),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "There is a variable of that name", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The variable is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_template_variable(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Body(input): Body<VariableInput>,
) -> Answer<(StatusCode, Json<Variable>)> {
    caller.require_staff()?;
    let variable = input
        .variable()
        .map_err(|errors| Problem::new(Code::Invalid).errors(errors))?;
    if Catalogue::standard().get(&variable.name).is_some() {
        return Err(Problem::conflict("Every organisation has a variable of that name.").into());
    }
    if store.own_variables(&caller.tenant).await?.len() >= OWN_MAX {
        return Err(Problem::conflict(format!(
            "An organisation adds at most {OWN_MAX} variables."
        ))
        .into());
    }
    let audit = AuditEntry::new(
        &caller,
        "template_variable.created",
        &variable.name,
        store.now(),
    );
    store
        .create_variable(&caller.tenant, &variable, &audit)
        .await
        .map_err(|refused| refused.or_conflict("There is a variable of that name."))?;
    Ok((StatusCode::CREATED, Json(variable)))
}

/// Remove a variable of one's own
///
/// Saved templates that name it keep working; new ones may no longer name it.
#[utoipa::path(
    delete,
    path = "/v1/template-variables/{name}",
    operation_id = "deleteTemplateVariable",
    tag = "templates",
    params(("name" = String, Path, description = "The variable")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such variable of one's own", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_template_variable(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(name): Path<String>,
) -> Answer<StatusCode> {
    caller.require_staff()?;
    if !has_shape(&name) {
        return Err(Problem::not_found().into());
    }
    let audit = AuditEntry::new(&caller, "template_variable.deleted", &name, store.now());
    match store.delete_variable(&caller.tenant, &name, &audit).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(refused) if refused.at(0) => Err(Problem::not_found().into()),
        Err(refused) => Err(refused
            .or_conflict("The variable was changed at the same time.")
            .into()),
    }
}
