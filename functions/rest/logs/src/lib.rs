#![doc = "Woken by the HTTP API: the communication log, its statistics, and the audit trail. Reads only, so that any request may be repeated."]

mod audit;
mod communication;
mod statistics;

use axum::extract::FromRef;
use domain::cursor::CursorKey;
use lambda::{Env, EnvError, Function, rest};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Logs {
    store: Store,
    cursors: CursorKey,
}

impl FromRef<Logs> for Store {
    fn from_ref(logs: &Logs) -> Self {
        logs.store.clone()
    }
}

impl FromRef<Logs> for CursorKey {
    fn from_ref(logs: &Logs) -> Self {
        logs.cursors.clone()
    }
}

/// Reads `TABLE_NAME` and `SECRET`, which signs cursors.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let logs = Logs {
        store: store.clone(),
        cursors: CursorKey::new(secrets),
    };
    let router = router().with_state(logs);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Logs:
    communication::list_communication_logs,
    statistics::get_communication_statistics,
    communication::get_communication_log,
    audit::list_audit_entries,
}
