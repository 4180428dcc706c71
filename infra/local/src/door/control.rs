//! The side door, acting: time, draining, starting over.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::stack::{Parts, Settled};

type Failed = (StatusCode, String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    seconds: i64,
}

pub(super) async fn advance(State(parts): State<Parts>, Json(by): Json<Advance>) -> Json<Value> {
    parts.advance(SignedDuration::from_secs(by.seconds)).await;
    Json(json!({ "now": parts.now() }))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Settle {
    /// Moves the clock as well, as far as this.
    within_seconds: Option<i64>,
}

pub(super) async fn settle(
    State(parts): State<Parts>,
    body: Bytes,
) -> Result<Json<Settled>, Failed> {
    let settle: Settle = optional(&body)?;
    Ok(Json(match settle.within_seconds {
        Some(seconds) => {
            parts
                .settle_within(SignedDuration::from_secs(seconds))
                .await
        }
        None => parts.settle().await,
    }))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Cut {
    /// One socket; all of them without it.
    id: Option<String>,
}

pub(super) async fn cut(State(parts): State<Parts>, body: Bytes) -> Result<Json<Value>, Failed> {
    let cut: Cut = optional(&body)?;
    Ok(Json(
        json!({ "cut": parts.sockets().cut(cut.id.as_deref()) }),
    ))
}

pub(super) async fn sweep(State(parts): State<Parts>) -> Result<StatusCode, Failed> {
    let swept = parts.sweep().await;
    swept
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|e| (StatusCode::BAD_GATEWAY, e.to_string()))
}

pub(super) async fn reset(State(parts): State<Parts>) -> Result<StatusCode, Failed> {
    let reset = parts.reset().await;
    reset
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|e| (StatusCode::BAD_GATEWAY, e.to_string()))
}

pub(super) async fn forget(State(parts): State<Parts>) -> StatusCode {
    parts.gateway().forget_authorized();
    StatusCode::NO_CONTENT
}

pub(super) async fn kill(
    State(parts): State<Parts>,
    Path(function): Path<String>,
) -> Result<StatusCode, Failed> {
    if parts.kill(&function) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err((
            StatusCode::CONFLICT,
            "Functions are processes only with --processes.".to_owned(),
        ))
    }
}

/// A body that may be left out.
fn optional<T: Default + for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, Failed> {
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(body).map_err(|e| (StatusCode::BAD_REQUEST, e.to_string()))
}
