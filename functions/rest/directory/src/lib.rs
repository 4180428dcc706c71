//! Woken by the HTTP API: people, groups, memberships, guardianships, the
//! tenant's settings, and imports of a whole directory.

mod chat_settings;
mod create_import;
mod fields;
mod group_input;
mod groups;
mod guardians;
mod import_parts;
mod import_rows;
mod imports;
mod me;
mod members;
mod retention_settings;
mod rights;
mod settings;
mod user_input;
mod users;
mod users_edit;
mod version;

use domain::cursor::CursorKey;
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Directory {
    store: Store,
    cursors: CursorKey,
    queue: Queue,
}

/// Reads `TABLE_NAME`, `SECRET`, which signs cursors, `QUEUE_IMPORT_DIRECTORY`,
/// and `QUEUE_APPLY_EVENT` and `QUEUE_PUBLISH_EVENT` for what a change of roles
/// is told by.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        import_directory: Some(settings.required("QUEUE_IMPORT_DIRECTORY")),
        apply_event: Some(settings.required("QUEUE_APPLY_EVENT")),
        publish_event: Some(settings.required("QUEUE_PUBLISH_EVENT")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let directory = Directory {
        store: store.clone(),
        cursors: CursorKey::new(secrets),
        queue: Queue::new(env.aws(), queues),
    };
    let router = router().with_state(directory);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Directory:
    me::who_am_i,
    users::list_users,
    users_edit::create_user,
    users::get_user,
    users_edit::replace_user,
    users_edit::update_user,
    users_edit::remove_user,
    guardians::list_guardians,
    guardians::add_guardian,
    guardians::remove_guardian,
    groups::list_groups,
    groups::create_group,
    groups::get_group,
    groups::replace_group,
    groups::update_group,
    groups::remove_group,
    members::list_members,
    members::add_member,
    members::set_member,
    members::remove_member,
    settings::get_settings,
    settings::update_settings,
    imports::list_imports,
    create_import::create_import,
    imports::get_import,
    import_parts::put_import_part,
    import_parts::start_import,
    imports::cancel_import,
    import_rows::list_import_rows,
}
