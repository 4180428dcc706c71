//! The Lambda Runtime API, below a path that names function and process.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::net::TcpListener;

use super::invoke::InvokeError;
use super::processes::Pool;

type Pools = Arc<BTreeMap<String, Arc<Pool>>>;

/// A free port, and the URL below which processes find the API.
pub(super) async fn listen() -> std::io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

pub(super) async fn serve(listener: TcpListener, pools: BTreeMap<String, Arc<Pool>>) {
    let root = "/{function}/{number}/2018-06-01/runtime";
    let router = Router::new()
        .route(&format!("{root}/invocation/next"), get(next))
        .route(
            &format!("{root}/invocation/{{request}}/response"),
            post(response),
        )
        .route(&format!("{root}/invocation/{{request}}/error"), post(error))
        .route(&format!("{root}/init/error"), post(init_error))
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::new(pools));
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "the Runtime API stopped");
    }
}

async fn next(
    State(pools): State<Pools>,
    Path((function, number)): Path<(String, u64)>,
) -> Response {
    let Some(pool) = pools.get(&function) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (request_id, event, deadline) = pool.next(number).await;
    let header = HeaderName::from_static;
    let headers = [
        (header("lambda-runtime-aws-request-id"), request_id),
        (header("lambda-runtime-deadline-ms"), deadline.to_string()),
        (
            header("lambda-runtime-invoked-function-arn"),
            format!("arn:aws:lambda:us-east-1:000000000000:function:{function}"),
        ),
        (
            header("lambda-runtime-trace-id"),
            "Root=1-00000000-000000000000000000000000;Sampled=0".to_owned(),
        ),
        (header("content-type"), "application/json".to_owned()),
    ];
    (headers, event.get().to_owned()).into_response()
}

async fn response(
    State(pools): State<Pools>,
    Path((function, _, request)): Path<(String, u64, String)>,
    body: Bytes,
) -> Response {
    let answer = serde_json::from_slice::<Box<RawValue>>(&body)
        .map_err(|error| InvokeError::failed("Runtime.InvalidResponse", error.to_string()));
    finish(&pools, &function, &request, answer)
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ErrorBody {
    error_type: String,
    error_message: String,
}

async fn error(
    State(pools): State<Pools>,
    Path((function, _, request)): Path<(String, u64, String)>,
    body: Bytes,
) -> Response {
    let told: ErrorBody = serde_json::from_slice(&body).unwrap_or_default();
    finish(
        &pools,
        &function,
        &request,
        Err(InvokeError::failed(&told.error_type, told.error_message)),
    )
}

fn finish(
    pools: &Pools,
    function: &str,
    request: &str,
    answer: Result<Box<RawValue>, InvokeError>,
) -> Response {
    let known = pools
        .get(function)
        .is_some_and(|pool| pool.finish(request, answer));
    if known {
        (StatusCode::ACCEPTED, axum::Json(json!({ "status": "OK" }))).into_response()
    } else {
        let body = json!({ "errorType": "InvalidRequestID", "errorMessage": "Nobody waits for this answer." });
        (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
    }
}

async fn init_error(Path((function, _)): Path<(String, u64)>, body: Bytes) -> Response {
    let told: ErrorBody = serde_json::from_slice(&body).unwrap_or_default();
    tracing::error!(
        function,
        kind = told.error_type,
        message = told.error_message,
        "a function cannot start"
    );
    (StatusCode::ACCEPTED, axum::Json(json!({ "status": "OK" }))).into_response()
}
