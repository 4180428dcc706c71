//! Woken by the HTTP API: invitations to chat, blocks, rooms and their messages.
//! A socket does the same with the same rules; what is written here reaches open
//! sockets by way of `deliver-live`.

mod blocks;
mod invitations;
mod messages;
mod people;
mod rooms;

use domain::cursor::CursorKey;
use domain::{Caller, Problem};
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Chat {
    store: Store,
    queue: Queue,
    cursors: CursorKey,
}

/// Reads `TABLE_NAME`, `SECRET`, `QUEUE_PLAN_SEND` and `QUEUE_DELIVER_LIVE`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        plan_send: Some(settings.required("QUEUE_PLAN_SEND")),
        deliver_live: Some(settings.required("QUEUE_DELIVER_LIVE")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let chat = Chat {
        store: store.clone(),
        queue: Queue::new(env.aws(), queues),
        cursors: CursorKey::new(secrets),
    };
    let router = router().with_state(chat);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Chat:
    invitations::list_invitations,
    invitations::invite,
    invitations::get_invitation,
    invitations::withdraw_invitation,
    invitations::accept_invitation,
    invitations::reject_invitation,
    blocks::list_blocks,
    blocks::block_person,
    blocks::unblock_person,
    people::list_people,
    rooms::list_rooms,
    rooms::count_unread,
    rooms::get_room,
    messages::list_messages,
    messages::post_message,
    messages::edit_message,
    messages::delete_message,
    messages::mark_read,
    messages::sync_room,
}

impl Chat {
    /// The place inside a list that a cursor names.
    fn opened(
        &self,
        caller: &Caller,
        list: &str,
        after: Option<&str>,
    ) -> Result<Option<String>, Problem> {
        after
            .map(|after| self.cursors.open(caller, list, after))
            .transpose()
    }
}
