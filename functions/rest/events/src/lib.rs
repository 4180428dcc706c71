//! Woken by the HTTP API: events in, what became of them, and the rules that
//! are applied to them. An event is taken in once, however often its request is
//! repeated; other requests are repeated under the same `Idempotency-Key`.

mod attempt;
mod outcome;
mod publish;
mod reach;
mod reminders;
mod rules;
mod rules_edit;

use axum::extract::FromRef;
use domain::cursor::CursorKey;
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Events {
    store: Store,
    cursors: CursorKey,
    queue: Queue,
}

impl FromRef<Events> for Store {
    fn from_ref(events: &Events) -> Self {
        events.store.clone()
    }
}

impl FromRef<Events> for CursorKey {
    fn from_ref(events: &Events) -> Self {
        events.cursors.clone()
    }
}

/// Reads `TABLE_NAME`, `SECRET`, which signs cursors, and `QUEUE_APPLY_EVENT`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        apply_event: Some(settings.required("QUEUE_APPLY_EVENT")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let events = Events {
        store: store.clone(),
        cursors: CursorKey::new(secrets),
        queue: Queue::new(env.aws(), queues),
    };
    let router = router().with_state(events);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Events:
    publish::publish_events,
    outcome::get_event,
    rules::list_automations,
    rules_edit::create_automation,
    attempt::try_automations,
    rules::get_automation,
    rules_edit::replace_automation,
    rules_edit::switch_automation,
    rules_edit::delete_automation,
    attempt::try_automation,
    reminders::list_reminders,
    reminders::get_reminder,
    reminders::cancel_reminder,
}
