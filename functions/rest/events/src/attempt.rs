//! Rules tried on a sample event: who would get what. Nothing is sent or kept.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use domain::automation::{Automation, AutomationInput, AutomationOrigin, Event, Occasion};
use domain::directory::Tenant;
use domain::ids::{AutomationId, EventId};
use domain::problem::ProblemBody;
use domain::template::Catalogue;
use domain::{Caller, Problem};
use garde::Validate;
use lambda::rest::{Answer, Authenticated, Body, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Store;

use crate::reach::{TargetReach, reach};
use crate::rules_edit::require_valid;

/// An event that did not happen.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleEvent {
    #[serde(default)]
    #[garde(skip)]
    event_id: Option<EventId>,
    /// The rule's own without.
    #[serde(default)]
    #[garde(inner(length(min = 1, max = 64)))]
    r#type: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    source: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    time: Option<String>,
    #[schema(value_type = Object)]
    #[garde(skip)]
    data: Map<String, Value>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryInput {
    #[garde(dive)]
    event: SampleEvent,
}

/// A sample event, and a rule that is not saved, if one is to be tried.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryAllInput {
    #[garde(dive)]
    event: SampleEvent,
    #[serde(default)]
    #[garde(dive)]
    rule: Option<AutomationInput>,
}

/// What each rule would make of the event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TryBody {
    rules: Vec<RuleTried>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RuleTried {
    /// Absent for a rule that is not saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    automation: Option<AutomationId>,
    name: String,
    /// Whether a real event like this would make it say something.
    applies: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    targets: Vec<TargetReach>,
}

/// Author HTML may be in it: nothing in it may run, wherever it is opened.
type Shown = ([(HeaderName, &'static str); 2], Json<TryBody>);

/// Try an automation
///
/// Applies the rule to a sample event without sending anything.
#[utoipa::path(
    post,
    path = "/v1/automations/{id}/try",
    operation_id = "tryAutomation",
    tag = "automations",
    params(("id" = AutomationId, Path, description = "The rule")),
    request_body = TryInput,
    responses(
        (status = 200, description = "Who would get what", body = TryBody),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The event is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn try_automation(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AutomationId>,
    Body(input): Body<TryInput>,
) -> Answer<Shown> {
    caller.require_admin()?;
    let rule = store.automation(&caller.tenant, &id).await?;
    let rule = rule.ok_or_else(Problem::not_found)?;
    let event = sample(input.event, Some(&rule.rule.event))?;
    Ok(tried(&store, &caller, &event, vec![rule]).await?)
}

/// Try automations
///
/// Applies every rule that listens to the type of a sample event, or one that
/// is not saved, without sending anything.
#[utoipa::path(
    post,
    path = "/v1/automations/try",
    operation_id = "tryAutomations",
    tag = "automations",
    request_body = TryAllInput,
    responses(
        (status = 200, description = "Who would get what", body = TryBody),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The event or the rule is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn try_automations(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Body(input): Body<TryAllInput>,
) -> Answer<Shown> {
    caller.require_admin()?;
    if let Some(rule) = input.rule {
        require_valid(&store, &caller, &rule).await?;
        let event = sample(input.event, Some(&rule.event))?;
        let draft = draft(rule, &store);
        return Ok(tried(&store, &caller, &event, vec![draft]).await?);
    }
    let event = sample(input.event, None)?;
    let mut rules = store.automations(&caller.tenant).await?;
    rules.retain(|automation| automation.rule.event == event.r#type);
    Ok(tried(&store, &caller, &event, rules).await?)
}

fn draft(rule: AutomationInput, store: &Store) -> Automation {
    Automation {
        id: AutomationId::new(store.now()),
        origin: AutomationOrigin::Own,
        updated_by: None,
        updated_at: None,
        version: 0,
        rule,
    }
}

/// The sample as a real event would be.
fn sample(given: SampleEvent, kind: Option<&str>) -> Result<Event, Problem> {
    let kind = given.r#type.as_deref().or(kind).ok_or_else(|| {
        Problem::invalid("event.type", "required", "Say which type of event it is.")
    })?;
    let id = "try".parse()?;
    let time = given.time.map(|time| time.parse()).transpose();
    let event = Event {
        event_id: given.event_id.unwrap_or(id),
        r#type: kind.to_owned(),
        source: given.source,
        time: time.map_err(|_| {
            Problem::invalid("event.time", "invalid", "This is not an RFC 3339 time.")
        })?,
        data: given.data,
    };
    match event.validate() {
        Ok(()) => Ok(event),
        Err(_) => Err(Problem::invalid(
            "event.type",
            "invalid",
            "A type is a word such as `grade.posted`, a source a short text.",
        )),
    }
}

async fn tried(
    store: &Store,
    caller: &Caller,
    event: &Event,
    rules: Vec<Automation>,
) -> Result<Shown, Problem> {
    let tenant = store.tenant(&caller.tenant).await?;
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    let catalogue = store.automation_catalogue(&tenant).await?;
    let occasion = Occasion {
        tenant: &tenant.id,
        event,
        received_at: store.now(),
        test: true,
    };
    let mut tried = Vec::new();
    for rule in &rules {
        tried.push(one(store, &tenant, &catalogue, rule, &occasion).await?);
    }
    let headers = [
        (CONTENT_SECURITY_POLICY, "sandbox"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, Json(TryBody { rules: tried })))
}

async fn one(
    store: &Store,
    tenant: &Tenant,
    catalogue: &Catalogue,
    automation: &Automation,
    occasion: &Occasion<'_>,
) -> Result<RuleTried, Problem> {
    let rule = &automation.rule;
    let saved = automation.version > 0 || automation.origin == AutomationOrigin::BuiltIn;
    let mut tried = RuleTried {
        automation: saved.then(|| automation.id.clone()),
        name: rule.name.clone(),
        applies: false,
        reason: None,
        targets: Vec::new(),
    };
    if rule.event != occasion.event.r#type {
        tried.reason = Some(format!("It listens to {}.", rule.event));
        return Ok(tried);
    }
    if !rule.when.matches(&occasion.event.data) {
        tried.reason = Some("Its condition does not hold.".to_owned());
        return Ok(tried);
    }
    match store.decide(catalogue, automation, occasion).await? {
        Err(reason) => tried.reason = Some(reason),
        Ok(addressed) => {
            for one in addressed {
                tried
                    .targets
                    .push(reach(store, tenant, automation, occasion, one).await?);
            }
            tried.applies = rule.enabled && tried.targets.iter().any(|target| target.people > 0);
            tried.reason = match (rule.enabled, tried.applies) {
                (false, _) => Some("It is switched off.".to_owned()),
                (true, false) => Some("It reaches nobody.".to_owned()),
                (true, true) => None,
            };
        }
    }
    Ok(tried)
}
