//! Reading templates.

use axum::Json;
use axum::extract::State;
use domain::cursor::CursorKey;
use domain::ids::TemplateId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::send::TemplateVersion;
use domain::template::Template;
use domain::{Channel, Page, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::Store;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only templates of this channel.
    channel: Option<Channel>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List templates, newest first
#[utoipa::path(
    get,
    path = "/v1/templates",
    operation_id = "listTemplates",
    tag = "templates",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of templates", body = Page<Template>),
        (status = 400, description = "A parameter is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Neither staff nor teacher", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_templates(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<Template>>> {
    caller.require_author()?;
    let size = page_size(query.page_size)?;
    let list = format!(
        "templates?channel={}",
        query.channel.map_or("", Channel::as_str)
    );
    let after = query
        .after
        .map(|after| cursors.open(&caller, &list, &after))
        .transpose()?;
    let after: Option<TemplateId> = after.map(|after| after.parse()).transpose()?;
    let rows = store
        .list_templates(&caller.tenant, query.channel, after.as_ref(), size)
        .await?;
    let more = rows.more.map(|more| cursors.seal(&caller, &list, &more));
    Ok(Json(Page::new(rows.items, more, size)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionQuery {
    /// A version other than the latest.
    version: Option<u32>,
}

/// Get a template
#[utoipa::path(
    get,
    path = "/v1/templates/{id}",
    operation_id = "getTemplate",
    tag = "templates",
    params(("id" = TemplateId, Path, description = "The template"), VersionQuery),
    responses(
        (status = 200, description = "The template", body = Template),
        (status = 403, description = "Neither staff nor teacher", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such template or version", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_template(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<TemplateId>,
    Query(query): Query<VersionQuery>,
) -> Answer<Json<Template>> {
    caller.require_author()?;
    // A deleted template is gone, although its versions are kept for the log.
    let latest = store
        .template(&caller.tenant, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    match query.version {
        Some(version) if version != latest.version => {
            let wanted = TemplateVersion { id, version };
            let found = store.template_version(&caller.tenant, &wanted).await?;
            Ok(Json(found.ok_or_else(Problem::not_found)?))
        }
        _ => Ok(Json(latest)),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionsQuery {
    page_size: Option<u32>,
    after: Option<String>,
}

/// List the versions of a template, newest first
#[utoipa::path(
    get,
    path = "/v1/templates/{id}/versions",
    operation_id = "listTemplateVersions",
    tag = "templates",
    params(("id" = TemplateId, Path, description = "The template"), VersionsQuery),
    responses(
        (status = 200, description = "A page of versions", body = Page<Template>),
        (status = 403, description = "Neither staff nor teacher", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such template", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_template_versions(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Path(id): Path<TemplateId>,
    Query(query): Query<VersionsQuery>,
) -> Answer<Json<Page<Template>>> {
    caller.require_author()?;
    let size = page_size(query.page_size)?;
    store
        .template(&caller.tenant, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let list = format!("templates/{id}/versions");
    let after = query
        .after
        .map(|after| cursors.open(&caller, &list, &after))
        .transpose()?;
    let before = after.and_then(|after| after.parse().ok());
    let rows = store
        .list_template_versions(&caller.tenant, &id, before, size)
        .await?;
    let last = rows
        .items
        .last()
        .map(|template| template.version.to_string());
    let more = rows
        .more
        .and(last)
        .map(|last| cursors.seal(&caller, &list, &last));
    Ok(Json(Page::new(rows.items, more, size)))
}
