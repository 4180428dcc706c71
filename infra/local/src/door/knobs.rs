//! The side door, breaking things: the knobs of the fault harness.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::aws::faults::RuleState;
use crate::aws::{FaultRule, FeedbackFaults, QueueFaults, SendLimits, TextLimits};
use crate::gateway::SocketFaults;
use crate::runner::{FunctionFaults, SourceFaults};
use crate::stack::Parts;

type Told = Result<StatusCode, (StatusCode, String)>;

fn unknown(kind: &str, name: &str) -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, format!("There is no {kind} {name}."))
}

pub(super) async fn list(State(parts): State<Parts>) -> Json<Vec<RuleState>> {
    Json(parts.faults().rules())
}

pub(super) async fn add(
    State(parts): State<Parts>,
    Json(rule): Json<FaultRule>,
) -> (StatusCode, Json<Value>) {
    (
        StatusCode::CREATED,
        Json(json!({ "id": parts.faults().add(rule) })),
    )
}

pub(super) async fn remove(State(parts): State<Parts>, Path(id): Path<u64>) -> StatusCode {
    parts.faults().remove(id);
    StatusCode::NO_CONTENT
}

/// Takes away every fault, also those that are no rules.
pub(super) async fn clear(State(parts): State<Parts>) -> StatusCode {
    parts.clear_faults();
    StatusCode::NO_CONTENT
}

pub(super) async fn queue(
    State(parts): State<Parts>,
    Path(name): Path<String>,
    Json(faults): Json<QueueFaults>,
) -> Told {
    let set = parts.sqs().set_faults(&name, faults);
    set.map(|()| StatusCode::NO_CONTENT)
        .map_err(|_| unknown("queue", &name))
}

pub(super) async fn source(
    State(parts): State<Parts>,
    Path(function): Path<String>,
    Json(faults): Json<SourceFaults>,
) -> Told {
    let source = parts
        .source(&function)
        .ok_or_else(|| unknown("queue of the function", &function))?;
    source.set_faults(faults);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn function(
    State(parts): State<Parts>,
    Path(function): Path<String>,
    Json(faults): Json<FunctionFaults>,
) -> Told {
    if parts.runner().set_faults(&function, faults) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(unknown("function", &function))
    }
}

pub(super) async fn feedback(
    State(parts): State<Parts>,
    Json(faults): Json<FeedbackFaults>,
) -> StatusCode {
    parts.aws().ses().set_feedback_faults(faults);
    StatusCode::NO_CONTENT
}

/// What SES lets the account send; what is left out is as it is by itself.
pub(super) async fn sending(
    State(parts): State<Parts>,
    Json(limits): Json<SendLimits>,
) -> StatusCode {
    parts.aws().ses().set_limits(limits);
    StatusCode::NO_CONTENT
}

/// What SNS lets the account do.
pub(super) async fn texting(
    State(parts): State<Parts>,
    Json(limits): Json<TextLimits>,
) -> StatusCode {
    parts.aws().sns().set_limits(limits);
    StatusCode::NO_CONTENT
}

pub(super) async fn sockets(
    State(parts): State<Parts>,
    Json(faults): Json<SocketFaults>,
) -> StatusCode {
    parts.sockets().set_faults(faults);
    StatusCode::NO_CONTENT
}
