//! Reading rules.

use axum::Json;
use axum::extract::State;
use domain::automation::Automation;
use domain::cursor::CursorKey;
use domain::ids::AutomationId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Page, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::Store;

/// What a cursor of the list is bound to.
const LIST: &str = "automations";

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AutomationsQuery {
    /// Only rules that listen to this type of event.
    event: Option<String>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List automations
///
/// The built-in rules and the tenant's own, in the order of their ids, in force
/// or switched off. For administrators.
#[utoipa::path(
    get,
    path = "/v1/automations",
    operation_id = "listAutomations",
    tag = "automations",
    params(AutomationsQuery),
    responses(
        (status = 200, description = "A page of rules", body = Page<Automation>),
        (status = 400, description = "A parameter is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_automations(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<AutomationsQuery>,
) -> Answer<Json<Page<Automation>>> {
    caller.require_admin()?;
    let size = page_size(query.page_size)?;
    let list = format!("{LIST}|{:?}", query.event);
    let after = query.after.as_deref();
    let after = after
        .map(|after| cursors.open(&caller, &list, after))
        .transpose()?;
    let mut rules = store.automations(&caller.tenant).await?;
    rules.retain(|automation| {
        let wanted = query.event.as_ref();
        wanted.is_none_or(|event| *event == automation.rule.event)
            && after
                .as_deref()
                .is_none_or(|after| automation.id.as_str() > after)
    });
    let more = rules.len() > size as usize;
    rules.truncate(size as usize);
    let last = rules.last().filter(|_| more);
    let next = last.map(|last| cursors.seal(&caller, &list, last.id.as_str()));
    Ok(Json(Page::new(rules, next, size)))
}

/// Get an automation
#[utoipa::path(
    get,
    path = "/v1/automations/{id}",
    operation_id = "getAutomation",
    tag = "automations",
    params(("id" = AutomationId, Path, description = "The rule; a built-in one is called after its event")),
    responses(
        (status = 200, description = "The rule", body = Automation),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such rule", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_automation(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AutomationId>,
) -> Answer<Json<Automation>> {
    caller.require_admin()?;
    let found = store.automation(&caller.tenant, &id).await?;
    Ok(Json(found.ok_or_else(Problem::not_found)?))
}
