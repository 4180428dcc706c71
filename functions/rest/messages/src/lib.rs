//! Woken by the HTTP API: mail-like messages between people, and broadcasts by
//! staff. A request that fails has changed nothing, or its repetition under the
//! same `Idempotency-Key` finishes it.

mod body;
mod broadcast;
mod compose;
mod folders;
mod one;
mod recipients;
mod reply;

use axum::extract::FromRef;
use domain::cursor::CursorKey;
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Messages {
    store: Store,
    queue: Queue,
    cursors: CursorKey,
}

impl FromRef<Messages> for Store {
    fn from_ref(messages: &Messages) -> Self {
        messages.store.clone()
    }
}

/// Reads `TABLE_NAME`, `SECRET` and `QUEUE_PLAN_SEND`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        plan_send: Some(settings.required("QUEUE_PLAN_SEND")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let messages = Messages {
        store: store.clone(),
        queue: Queue::new(env.aws(), queues),
        cursors: CursorKey::new(secrets),
    };
    let router = router().with_state(messages);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Messages:
    folders::list_messages,
    compose::send_message,
    folders::count_unread_messages,
    folders::get_thread,
    broadcast::broadcast_message,
    one::get_message,
    one::delete_message,
    one::mark_message_read,
    one::mark_message_unread,
    one::list_receipts,
    reply::reply_to_message,
}
