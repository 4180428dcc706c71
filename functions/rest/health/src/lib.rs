//! Woken by the HTTP API: whether the system can work. Reads one item and
//! changes nothing.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use lambda::{Env, EnvError, Function, rest};
use serde::Serialize;
use store::Store;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How the system is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Health {
    /// `ok`, or `unavailable` when a part below is not.
    status: &'static str,
    /// The release that answers.
    version: &'static str,
    table: &'static str,
}

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let (router, _) = routes().with_state(store.clone()).split_for_parts();
    Ok(rest::function(router, store))
}

/// The part of the public document that describes this route.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Store> {
    OpenApiRouter::default().routes(routes!(get_health))
}

/// Health
///
/// Needs no credential. 503 while the table does not answer.
#[utoipa::path(
    get,
    path = "/v1/health",
    operation_id = "getHealth",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "Everything answers", body = Health),
        (status = 503, description = "A part does not answer", body = Health),
    )
)]
async fn get_health(State(store): State<Store>) -> (StatusCode, Json<Health>) {
    let version = env!("CARGO_PKG_VERSION");
    match store.ping().await {
        Ok(()) => (
            StatusCode::OK,
            Json(Health {
                status: "ok",
                version,
                table: "ok",
            }),
        ),
        Err(error) => {
            tracing::error!(%error, "the table does not answer");
            let health = Health {
                status: "unavailable",
                version,
                table: "unavailable",
            };
            (StatusCode::SERVICE_UNAVAILABLE, Json(health))
        }
    }
}
