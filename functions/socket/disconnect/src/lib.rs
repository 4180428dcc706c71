//! Woken by `$disconnect` of the WebSocket API, at most once and in no order:
//! forgets the socket, and tells those who look at a chat with its owner. What
//! it misses, a push or the sweeper finds gone.

use lambda::socket::{SocketAnswer, SocketEvent};
use lambda::{Env, EnvError, Error, Function};
use live::Live;
use store::Store;
use store::room_pushes::Push;

#[derive(Debug, Clone)]
struct Disconnect {
    store: Store,
    live: Live,
}

/// Reads `TABLE_NAME` and `SOCKET_ENDPOINT`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let endpoint = settings.required("SOCKET_ENDPOINT");
    settings.finish()?;
    let disconnect = Disconnect {
        store: Store::new(env.aws(), table, env.clock()),
        live: Live::new(env.aws(), &endpoint),
    };
    Ok(Function::new(move |event: SocketEvent, _| {
        let disconnect = disconnect.clone();
        async move {
            disconnect.forget(&event).await?;
            Ok::<_, Error>(SocketAnswer::ok())
        }
    }))
}

impl Disconnect {
    /// An error makes Lambda repeat the event, which is harmless.
    async fn forget(&self, event: &SocketEvent) -> Result<(), Error> {
        let context = &event.request_context;
        let closed = self
            .store
            .close_connection(&context.connection_id, context.connected_at)
            .await?;
        tracing::info!("a socket is closed");
        if let Some((tenant, user)) = closed {
            let pushes = self.store.pushes_of_presence(&tenant, &user).await?;
            self.live
                .push_frames(pushes.iter().map(Push::parts))
                .await?;
        }
        Ok(())
    }
}
