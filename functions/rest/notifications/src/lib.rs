//! Woken by the HTTP API: people's notifications, custom notifications, and the
//! administrators' view of both. A request that fails has changed nothing, or its repetition
//! under the same `Idempotency-Key` finishes it.

mod acts;
mod admin;
mod admin_delete;
mod explain;
mod feed;
mod send;

use axum::extract::FromRef;
use domain::cursor::CursorKey;
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Notifications {
    store: Store,
    queue: Queue,
    cursors: CursorKey,
}

impl FromRef<Notifications> for Store {
    fn from_ref(notifications: &Notifications) -> Self {
        notifications.store.clone()
    }
}

/// Reads `TABLE_NAME`, `SECRET`, `QUEUE_PLAN_SEND` and `QUEUE_DELIVER_IN_APP`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        plan_send: Some(settings.required("QUEUE_PLAN_SEND")),
        deliver_in_app: Some(settings.required("QUEUE_DELIVER_IN_APP")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let notifications = Notifications {
        store: store.clone(),
        queue: Queue::new(env.aws(), queues),
        cursors: CursorKey::new(secrets),
    };
    let router = router().with_state(notifications);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Notifications:
    feed::list_notifications,
    send::send_notification,
    acts::clear_notifications,
    feed::list_recent_notifications,
    feed::count_unread_notifications,
    acts::mark_all_notifications_read,
    feed::get_notification,
    acts::delete_notification,
    acts::mark_notification_read,
    explain::explain_notification,
    admin::list_all_notifications,
    admin_delete::delete_any_notification,
}
