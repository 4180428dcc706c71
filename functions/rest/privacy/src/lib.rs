//! Woken by the HTTP API: exports and erasures of one person's data, how far
//! they are, and what an export has found.

mod body;
mod erase;
mod export;
mod watch;

use domain::cursor::CursorKey;
use domain::ids::UserId;
use domain::operation::Operation;
use domain::tasks::{Envelope, Task};
use domain::{Caller, Timestamp};
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;
use store::outbox::OutboxRow;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Privacy {
    store: Store,
    cursors: CursorKey,
    queue: Queue,
}

/// Reads `TABLE_NAME`, `SECRET`, which signs cursors, and
/// `QUEUE_CARRY_OUT_PRIVACY`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        carry_out_privacy: Some(settings.required("QUEUE_CARRY_OUT_PRIVACY")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let privacy = Privacy {
        store: store.clone(),
        cursors: CursorKey::new(secrets),
        queue: Queue::new(env.aws(), queues),
    };
    let router = router().with_state(privacy);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Privacy:
    export::export_user,
    erase::erase_user,
    watch::list_privacy_operations,
    watch::get_privacy_operation,
    watch::list_privacy_records,
}

/// The first task of an operation.
fn first_task(caller: &Caller, operation: &Operation, now: Timestamp) -> OutboxRow {
    let task = Task::CarryOutPrivacy {
        operation: operation.id.clone(),
        step: 0,
    };
    OutboxRow::new(Envelope::new(caller.tenant.clone(), task), now)
}

/// Whether somebody is shown an operation: administrators all of them, everybody
/// else the exports of their own data.
fn sees(caller: &Caller, kind: domain::operation::Kind, user: &UserId) -> bool {
    caller.is_admin() || (kind == domain::operation::Kind::Export && *user == caller.user)
}
