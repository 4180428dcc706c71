//! Woken by the HTTP API: whether the system can work. Reads one item, in which
//! the sweeper keeps what it found, and changes nothing.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::health::{Check, told};
use lambda::{Env, EnvError, Function, rest};
use serde::Serialize;
use store::Store;

/// How the system is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Health {
    /// `ok`; `degraded` when something below is not well and the rest works;
    /// `unavailable` when nothing can work.
    status: &'static str,
    /// The release that answers.
    version: &'static str,
    /// `ok` or `unavailable`.
    table: &'static str,
    /// What was looked at: the sweeper, and by it every quarter of an hour the
    /// accounts of SES and SNS and the sender of e-mails.
    checks: Vec<Check>,
}

impl Health {
    fn of(checks: Vec<Check>) -> Self {
        let well = checks.iter().all(|check| check.well);
        Self {
            status: if well { "ok" } else { "degraded" },
            version: env!("CARGO_PKG_VERSION"),
            table: "ok",
            checks,
        }
    }

    fn unavailable(checks: Vec<Check>) -> (StatusCode, Json<Self>) {
        let health = Self {
            status: "unavailable",
            table: "unavailable",
            ..Self::of(checks)
        };
        (StatusCode::SERVICE_UNAVAILABLE, Json(health))
    }
}

/// What the route works with.
#[derive(Debug, Clone)]
struct Place {
    store: Store,
    /// Settings that are missing; without them there is no table to ask.
    wrong: Option<EnvError>,
}

/// Starts also without its settings, to say which are missing.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let wrong = settings.finish().err();
    if let Some(error) = &wrong {
        tracing::error!(%error, "the function has nothing to work with");
    }
    let store = Store::new(env.aws(), table, env.clock());
    let place = Place {
        store: store.clone(),
        wrong,
    };
    let router = router().with_state(place);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Place:
    get_health,
}

/// Health
///
/// Needs no credential. Each check says in a sentence how it is, or what is
/// missing: a sender that SES does not know, a sandbox, a sweeper that does not
/// run. What is not well makes the status `degraded` and the answer a 200, since
/// the rest works; only without its table the system answers 503.
#[utoipa::path(
    get,
    path = "/v1/health",
    operation_id = "getHealth",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "It works, if not in every part: see the checks", body = Health),
        (status = 503, description = "It does not work", body = Health),
    )
)]
async fn get_health(State(place): State<Place>) -> (StatusCode, Json<Health>) {
    if let Some(EnvError(wrong)) = place.wrong {
        let missing = wrong.iter().map(|what| format!("{what}."));
        let checks = missing.map(|sentence| Check::new("settings", false, sentence));
        return Health::unavailable(checks.collect());
    }
    match place.store.findings().await {
        Ok(found) => {
            let checks = told(found.as_ref(), place.store.now());
            (StatusCode::OK, Json(Health::of(checks)))
        }
        Err(error) => {
            tracing::error!(%error, "the table does not answer");
            let silent = Check::new("table", false, "The table does not answer.");
            Health::unavailable(vec![silent])
        }
    }
}
