//! What became of an event.

use axum::Json;
use axum::extract::State;
use domain::ids::{AutomationId, EventId, SendId, TenantId};
use domain::problem::ProblemBody;
use domain::send::SendStatus;
use domain::{Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use store::events::{EventStatus, NoticeRow, RuleRow};
use store::publications::{Publication, PublicationStatus};
use store::{Store, StoreError};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// The event that came with a test key, as a test key sees by itself.
    test: Option<bool>,
}

/// An event and what its rules made of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EventBody {
    event_id: EventId,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    time: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    status: EventState,
    /// How often another event came under this id and was ignored.
    conflicts: u32,
    /// What a reader should know who finds nothing below.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
    rules: Vec<RuleBody>,
    /// How far it is on its way to other systems; absent for events of theirs,
    /// which came from there, and for those of a test key.
    #[serde(skip_serializing_if = "Option::is_none")]
    bus: Option<BusBody>,
}

/// An event of Campanile's own on its way to the bus.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BusBody {
    status: BusStatus,
    /// The bus's own name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    bus_id: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum BusStatus {
    Waiting,
    /// The bus has it.
    Published,
    /// The bus would not take it; the operator has its message.
    Failed,
}

impl From<Publication> for BusBody {
    fn from(publication: Publication) -> Self {
        Self {
            status: match publication.status {
                PublicationStatus::Waiting => BusStatus::Waiting,
                PublicationStatus::Published => BusStatus::Published,
                PublicationStatus::Failed => BusStatus::Failed,
            },
            bus_id: publication.bus_id,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum EventState {
    /// Its rules are being applied.
    Received,
    Applied,
    /// Its rules could not be applied; the operator has its message.
    Failed,
}

/// What one rule made of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RuleBody {
    automation: AutomationId,
    name: String,
    result: RuleResult,
    /// Why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Of a timed rule: thresholds that wait since.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<u32>,
    targets: Vec<TargetBody>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum RuleResult {
    /// A send was made.
    Sent,
    /// The event names nobody who exists.
    Nobody,
    /// A timed rule: what it is about is planned, moved or taken back.
    Planned,
    /// It could not be applied, for the reason given.
    Skipped,
}

/// What one target of a rule was told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TargetBody {
    target: String,
    /// Its progress is at `/v1/sends/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    send: Option<SendId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<SendStatus>,
    /// How many people it reaches; absent while they are being found.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<u64>,
    /// Audiences that name nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<String>,
}

/// Get an event
///
/// What became of it, for 30 days. For staff.
#[utoipa::path(
    get,
    path = "/v1/events/{id}",
    operation_id = "getEvent",
    tag = "events",
    params(("id" = String, Path, description = "The `event_id`"), EventQuery),
    responses(
        (status = 200, description = "The event", body = EventBody),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such event", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_event(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<EventId>,
    Query(query): Query<EventQuery>,
) -> Answer<Json<EventBody>> {
    caller.require_staff()?;
    let tenant = &caller.tenant;
    let test = query.test.unwrap_or_else(|| caller.is_test());
    let row = store.event(tenant, &id, test).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let mut rules = Vec::new();
    for rule in store.event_rules(tenant, &id, test).await? {
        rules.push(rule_body(&store, tenant, rule).await?);
    }
    // Both are kept under one id; an event with a test key has no publication.
    let publication = match test {
        true => None,
        false => store.publication(tenant, &id).await?,
    };
    let applied = row.status == EventStatus::Applied;
    let status = match row.status {
        EventStatus::Received => EventState::Received,
        EventStatus::Applied => EventState::Applied,
        EventStatus::Failed => EventState::Failed,
    };
    let note = "No rule in force listens to this type of event, or no condition held.";
    Ok(Json(EventBody {
        event_id: row.event_id,
        r#type: row.r#type,
        source: row.source,
        time: row.time,
        received_at: row.received_at,
        status,
        conflicts: row.conflicts,
        note: (applied && rules.is_empty()).then_some(note),
        rules,
        bus: publication.map(BusBody::from),
    }))
}

async fn rule_body(
    store: &Store,
    tenant: &TenantId,
    rule: RuleRow,
) -> Result<RuleBody, StoreError> {
    let sent = rule.notices.iter().any(|notice| notice.send.is_some());
    let result = match (&rule.reason, sent) {
        (Some(_), _) => RuleResult::Skipped,
        (None, true) => RuleResult::Sent,
        (None, false) if rule.planned.is_some() => RuleResult::Planned,
        (None, false) => RuleResult::Nobody,
    };
    let mut targets = Vec::new();
    for notice in rule.notices {
        targets.push(target_body(store, tenant, notice).await?);
    }
    Ok(RuleBody {
        automation: rule.automation,
        name: rule.name,
        result,
        reason: rule.reason,
        at: rule.at,
        waiting: rule.planned,
        targets,
    })
}

async fn target_body(
    store: &Store,
    tenant: &TenantId,
    notice: NoticeRow,
) -> Result<TargetBody, StoreError> {
    let send = match &notice.send {
        Some(send) => store.send(tenant, send).await?,
        None => None,
    };
    let people = |plan: &domain::send::PlanTotals| plan.people;
    Ok(TargetBody {
        target: notice.target,
        status: send.as_ref().map(|send| send.status),
        people: send
            .as_ref()
            .and_then(|send| send.plan.as_ref().map(people)),
        send: notice.send,
        unknown: notice.unknown,
    })
}
