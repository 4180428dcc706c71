//! Making, replacing, switching and removing rules.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::automation::{Automation, AutomationInput, AutomationOrigin, Stored};
use domain::ids::AutomationId;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Problem};
use lambda::rest::{Answer, Authenticated, Body, Once, Path};
use serde::Deserialize;
use store::Store;

/// Rules that a tenant may have of its own.
const MAX_OWN: usize = 200;
const CHANGED: &str = "The rule was changed at the same time; read it again.";

/// Whether a rule is in force.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct AutomationSwitch {
    #[garde(skip)]
    enabled: bool,
}

/// Create an automation
///
/// A rule of the tenant's own, besides the built-in ones. Every mistake is
/// answered by its field; those in texts with line and column.
#[utoipa::path(
    post,
    path = "/v1/automations",
    operation_id = "createAutomation",
    tag = "automations",
    request_body = AutomationInput,
    responses(
        (status = 201, description = "The rule", body = Automation),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "There are too many", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The rule is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_automation(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Once(effect): Once,
    Body(input): Body<AutomationInput>,
) -> Answer<(StatusCode, Json<Automation>)> {
    caller.require_admin()?;
    require_valid(&store, &caller, &input).await?;
    let id = match effect {
        // The same request makes the same rule.
        Some(effect) => format!("atm_{}", effect.send_id().bare()).parse()?,
        None => AutomationId::new(store.now()),
    };
    let rules = store.automations(&caller.tenant).await?;
    if let Some(made) = rules.iter().find(|automation| automation.id == id) {
        return Ok((StatusCode::CREATED, Json(made.clone())));
    }
    let own = rules
        .iter()
        .filter(|rule| rule.origin == AutomationOrigin::Own);
    if own.count() >= MAX_OWN {
        let message = format!("At most {MAX_OWN} rules of one's own.");
        return Err(Problem::conflict(message).into());
    }
    let enabled = input.enabled;
    let made = put(&store, &caller, id, Some(input), enabled, 0, "created").await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Replace an automation
///
/// In place of a built-in rule stands the tenant's own from now on, until it is
/// deleted.
#[utoipa::path(
    put,
    path = "/v1/automations/{id}",
    operation_id = "replaceAutomation",
    tag = "automations",
    params(("id" = AutomationId, Path, description = "The rule")),
    request_body = AutomationInput,
    responses(
        (status = 200, description = "The rule", body = Automation),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed at the same time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The rule is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace_automation(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AutomationId>,
    Body(input): Body<AutomationInput>,
) -> Answer<Json<Automation>> {
    caller.require_admin()?;
    let seen = found(&store, &caller, &id).await?;
    if seen.origin != AutomationOrigin::Own && input.event != seen.rule.event {
        let message = "A built-in rule keeps its event; make a rule of your own for another.";
        return Err(Problem::invalid("event", "immutable", message).into());
    }
    require_valid(&store, &caller, &input).await?;
    let enabled = input.enabled;
    let put = put(
        &store,
        &caller,
        id,
        Some(input),
        enabled,
        seen.version,
        "replaced",
    );
    Ok(Json(put.await?))
}

/// Switch an automation on or off
#[utoipa::path(
    patch,
    path = "/v1/automations/{id}",
    operation_id = "switchAutomation",
    tag = "automations",
    params(("id" = AutomationId, Path, description = "The rule")),
    request_body = AutomationSwitch,
    responses(
        (status = 200, description = "The rule", body = Automation),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed at the same time", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn switch_automation(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AutomationId>,
    Body(input): Body<AutomationSwitch>,
) -> Answer<Json<Automation>> {
    caller.require_admin()?;
    let seen = found(&store, &caller, &id).await?;
    let own = seen.origin != AutomationOrigin::BuiltIn;
    let rule = own.then_some(seen.rule);
    let act = if input.enabled {
        "switched_on"
    } else {
        "switched_off"
    };
    let put = put(&store, &caller, id, rule, input.enabled, seen.version, act);
    Ok(Json(put.await?))
}

/// Delete an automation
///
/// A rule of the tenant's own is gone; in place of one that stood for a
/// built-in rule, the built-in rule is back.
#[utoipa::path(
    delete,
    path = "/v1/automations/{id}",
    operation_id = "deleteAutomation",
    tag = "automations",
    params(("id" = AutomationId, Path, description = "The rule")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A built-in rule can be switched off only", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_automation(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AutomationId>,
) -> Answer<StatusCode> {
    caller.require_admin()?;
    let seen = found(&store, &caller, &id).await?;
    if seen.version == 0 {
        let message = "A built-in rule cannot be deleted; switch it off.";
        return Err(Problem::conflict(message).into());
    }
    let audit = AuditEntry::new(&caller, "automation.deleted", id.as_str(), store.now());
    let deleted = store.delete_automation(&caller.tenant, &id, &audit).await;
    match deleted {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(refused) if refused.at(0) => Err(Problem::not_found().into()),
        Err(refused) => Err(refused.or_conflict(CHANGED).into()),
    }
}

async fn found(store: &Store, caller: &Caller, id: &AutomationId) -> Result<Automation, Problem> {
    let found = store.automation(&caller.tenant, id).await?;
    found.ok_or_else(Problem::not_found)
}

/// 422 with everything that is wrong with a rule.
pub(crate) async fn require_valid(
    store: &Store,
    caller: &Caller,
    rule: &AutomationInput,
) -> Result<(), Problem> {
    let tenant = store.tenant(&caller.tenant).await?;
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    let catalogue = store.automation_catalogue(&tenant).await?;
    let ready = store.ready_automation(&tenant.id, rule, &catalogue).await?;
    ready
        .map(drop)
        .map_err(|errors| Problem::new(Code::Invalid).errors(errors))
}

async fn put(
    store: &Store,
    caller: &Caller,
    id: AutomationId,
    rule: Option<AutomationInput>,
    enabled: bool,
    seen: u64,
    act: &str,
) -> Result<Automation, Problem> {
    let now = store.now();
    let stored = Stored {
        id,
        rule,
        enabled,
        updated_by: caller.user.clone(),
        updated_at: now,
        version: seen + 1,
    };
    let act = format!("automation.{act}");
    let audit = AuditEntry::new(caller, &act, stored.id.as_str(), now);
    store
        .put_automation(&caller.tenant, &stored, seen, &audit)
        .await
        .map_err(|refused| refused.or_conflict(CHANGED))?;
    let made = domain::automation::in_force(vec![stored.clone()]).into_iter();
    let mut made = made.filter(|automation| automation.id == stored.id);
    made.next().ok_or_else(Problem::not_found)
}
