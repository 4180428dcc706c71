#![doc = "Woken by the HTTP API: announcements, from draft to statistics. API Gateway does not repeat a request; a caller who does sends the same `Idempotency-Key`, and publishing twice publishes once."]

mod access;
mod body;
mod manage;
mod optional;
mod publish;
mod readers;
mod statistics;

use axum::extract::FromRef;
use domain::cursor::CursorKey;
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Announcements {
    store: Store,
    cursors: CursorKey,
    queue: Queue,
}

impl FromRef<Announcements> for Store {
    fn from_ref(all: &Announcements) -> Self {
        all.store.clone()
    }
}

impl FromRef<Announcements> for CursorKey {
    fn from_ref(all: &Announcements) -> Self {
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
    let state = Announcements {
        store: store.clone(),
        cursors: CursorKey::new(secrets),
        queue: Queue::new(env.aws(), queues),
    };
    let router = router().with_state(state);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Announcements:
    manage::list_announcements,
    manage::create_announcement,
    readers::list_my_announcements,
    statistics::get_announcement_totals,
    readers::get_announcement,
    manage::update_announcement,
    manage::delete_announcement,
    publish::publish_announcement,
    publish::unpublish_announcement,
    readers::mark_announcement_read,
    statistics::get_announcement_statistics,
}
