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
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Directory {
    store: Store,
    cursors: CursorKey,
    queue: Queue,
}

/// Reads `TABLE_NAME`, `SECRET`, which signs cursors, and
/// `QUEUE_IMPORT_DIRECTORY`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        import_directory: Some(settings.required("QUEUE_IMPORT_DIRECTORY")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let directory = Directory {
        store: store.clone(),
        cursors: CursorKey::new(secrets),
        queue: Queue::new(env.aws(), queues),
    };
    let (router, _) = routes().with_state(directory).split_for_parts();
    Ok(rest::function(router, store))
}

/// The part of the public document that describes these routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Directory> {
    OpenApiRouter::default()
        .routes(routes!(me::who_am_i))
        .routes(routes!(users::list_users, users_edit::create_user))
        .routes(routes!(
            users::get_user,
            users_edit::replace_user,
            users_edit::update_user,
            users_edit::remove_user
        ))
        .routes(routes!(guardians::list_guardians, guardians::add_guardian))
        .routes(routes!(guardians::remove_guardian))
        .routes(routes!(groups::list_groups, groups::create_group))
        .routes(routes!(
            groups::get_group,
            groups::replace_group,
            groups::update_group,
            groups::remove_group
        ))
        .routes(routes!(members::list_members, members::add_member))
        .routes(routes!(members::set_member, members::remove_member))
        .routes(routes!(settings::get_settings, settings::update_settings))
        .routes(routes!(imports::list_imports, create_import::create_import))
        .routes(routes!(imports::get_import))
        .routes(routes!(import_parts::put_import_part))
        .routes(routes!(import_parts::start_import))
        .routes(routes!(imports::cancel_import))
        .routes(routes!(import_rows::list_import_rows))
}
