//! The side door, reading: what left, what waits, what it cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::aws::mailbox::{Counts, Filter, Item};
use crate::aws::meter::Usages;
use crate::stack::Parts;

/// How many messages of a queue are shown.
const PEEK: usize = 100;

pub(super) async fn mailbox(
    State(parts): State<Parts>,
    Query(filter): Query<Filter>,
) -> Json<Vec<Arc<Item>>> {
    Json(parts.mailbox().list(&filter))
}

pub(super) async fn emails(
    state: State<Parts>,
    Query(filter): Query<Filter>,
) -> Json<Vec<Arc<Item>>> {
    mailbox(
        state,
        Query(Filter {
            channel: Some("email".to_owned()),
            ..filter
        }),
    )
    .await
}

pub(super) async fn texts(
    state: State<Parts>,
    Query(filter): Query<Filter>,
) -> Json<Vec<Arc<Item>>> {
    mailbox(
        state,
        Query(Filter {
            channel: Some("sms".to_owned()),
            ..filter
        }),
    )
    .await
}

pub(super) async fn counts(State(parts): State<Parts>) -> Json<Counts> {
    Json(parts.mailbox().counts())
}

pub(super) async fn empty_mailbox(State(parts): State<Parts>) -> StatusCode {
    parts.mailbox().clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn meter(State(parts): State<Parts>) -> Json<Usages> {
    Json(parts.meter().snapshot())
}

pub(super) async fn reset_meter(State(parts): State<Parts>) -> StatusCode {
    parts.meter().reset();
    StatusCode::NO_CONTENT
}

pub(super) async fn queues(State(parts): State<Parts>) -> Json<Value> {
    Json(json!(parts.queue_depths()))
}

/// The messages of a queue, or of the dead-letter queue of a function.
pub(super) async fn queue(
    State(parts): State<Parts>,
    Path(name): Path<String>,
) -> Result<Json<Value>, (StatusCode, String)> {
    let found = match parts.source(&name) {
        Some(_) => parts.dead_letters(&name),
        None => parts.sqs().peek(&name, PEEK),
    };
    found
        .map(|messages| Json(json!(messages)))
        .map_err(|error| (StatusCode::NOT_FOUND, error.message))
}

pub(super) async fn sockets(State(parts): State<Parts>) -> Json<Value> {
    let sockets = parts.sockets();
    Json(json!({ "open": sockets.count(), "ids": sockets.ids(), "faults": sockets.faults() }))
}

/// The settings of all functions, as a file of environment variables.
pub(super) async fn settings(State(parts): State<Parts>) -> Result<String, (StatusCode, String)> {
    let all = parts.settings();
    all.map(variables)
        .map_err(|reason| (StatusCode::CONFLICT, reason))
}

/// Those of one function.
pub(super) async fn settings_of(
    State(parts): State<Parts>,
    Path(function): Path<String>,
) -> Result<String, (StatusCode, String)> {
    let settings = parts.settings_of(&function);
    let unknown = || format!("There is no function {function}.");
    settings
        .map(variables)
        .ok_or_else(|| (StatusCode::NOT_FOUND, unknown()))
}

/// One `NAME='value'` a line, as shells and cargo-lambda read it; no value of
/// ours has a quotation mark or a line break.
fn variables(settings: BTreeMap<String, String>) -> String {
    let lines = settings
        .iter()
        .map(|(name, value)| format!("{name}='{value}'\n"));
    lines.collect()
}

pub(super) async fn clock(State(parts): State<Parts>) -> Json<Value> {
    Json(json!({ "now": parts.now() }))
}
