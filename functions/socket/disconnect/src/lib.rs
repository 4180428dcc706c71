//! Woken by `$disconnect` of the WebSocket API, at most once and in no order:
//! forgets the socket. What it misses, a push or the sweeper finds gone.

use lambda::socket::{SocketAnswer, SocketEvent};
use lambda::{Env, EnvError, Error, Function};
use store::Store;

/// Reads `TABLE_NAME`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    Ok(Function::new(move |event: SocketEvent, _| {
        let store = store.clone();
        async move {
            let context = event.request_context;
            // An error makes Lambda repeat the event, which is harmless.
            store
                .close_connection(&context.connection_id, context.connected_at)
                .await?;
            tracing::info!("a socket is closed");
            Ok::<_, Error>(SocketAnswer::ok())
        }
    }))
}
