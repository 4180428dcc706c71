//! Woken by the HTTP API: sends of templates, watching, scheduling, cancelling,
//! dry runs. API Gateway does not repeat a request; a caller who does sends the
//! same `Idempotency-Key`.

mod access;
mod body;
mod create;
mod dry_run;
mod reach;
mod watch;

use axum::extract::FromRef;
use domain::cursor::CursorKey;
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Sends {
    store: Store,
    cursors: CursorKey,
    queue: Queue,
}

impl FromRef<Sends> for Store {
    fn from_ref(all: &Sends) -> Self {
        all.store.clone()
    }
}

impl FromRef<Sends> for CursorKey {
    fn from_ref(all: &Sends) -> Self {
        all.cursors.clone()
    }
}

/// Reads `TABLE_NAME`, `SECRET`, which signs cursors, and `QUEUE_PLAN_SEND`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let plan_send = settings.required("QUEUE_PLAN_SEND");
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let queues = Routes {
        plan_send: Some(plan_send),
        ..Routes::default()
    };
    let state = Sends {
        store: store.clone(),
        cursors: CursorKey::new(secrets),
        queue: Queue::new(env.aws(), queues),
    };
    let router = router().with_state(state);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Sends:
    create::send_template,
    dry_run::dry_run_send,
    watch::list_sends,
    watch::get_send,
    watch::update_send,
    watch::cancel_send,
    watch::list_deliveries,
}
