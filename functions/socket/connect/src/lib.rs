//! Woken by `$connect` of the WebSocket API, behind the authorizer: stores the
//! socket, and tells those who look at a chat with its owner that they are
//! there. The socket itself takes frames only once this has answered. If it fails the socket is refused and the client tries again.

use domain::caller::Credential;
use domain::ids::ConnectionId;
use domain::{Caller, Problem};
use lambda::socket::{SocketAnswer, SocketEvent};
use lambda::{Env, EnvError, Error, Function};
use live::Live;
use store::Store;
use store::connections::{Connection, Opened};
use store::room_pushes::Push;

/// Handshakes of one person in a minute; a client in a loop must not cost more.
const PER_MINUTE: u32 = 10;

#[derive(Debug, Clone)]
struct Connect {
    store: Store,
    live: Live,
}

/// Reads `TABLE_NAME` and `SOCKET_ENDPOINT`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let endpoint = settings.required("SOCKET_ENDPOINT");
    settings.finish()?;
    let connect = Connect {
        store: Store::new(env.aws(), table, env.clock()),
        live: Live::new(env.aws(), &endpoint),
    };
    Ok(Function::new(move |event: SocketEvent, _| {
        let connect = connect.clone();
        async move { Ok::<_, Error>(connect.answer(&event).await) }
    }))
}

impl Connect {
    async fn answer(&self, event: &SocketEvent) -> SocketAnswer {
        match self.open(event).await {
            Ok(answer) => answer,
            Err(problem) => {
                tracing::warn!(code = problem.code.as_str(), "a socket is refused");
                SocketAnswer::status(problem.code.status())
            }
        }
    }

    async fn open(&self, event: &SocketEvent) -> Result<SocketAnswer, Problem> {
        let who = event.caller()?;
        let scope = format!("connect:{}", who.user);
        if self.store.count_act(&who.tenant, &scope, 60).await? > PER_MINUTE {
            return Ok(SocketAnswer::status(429).header("Retry-After", "60"));
        }
        let context = &event.request_context;
        let connection = self.connection(&who, &context.connection_id, context.connected_at);
        match self.store.open_connection(&who.tenant, &connection).await? {
            Opened::AlreadyClosed => return Ok(SocketAnswer::status(410)),
            Opened::Open(surplus) => self.make_room(&who, surplus).await?,
        }
        self.announce(&who).await;
        tracing::info!(tenant = %who.tenant, user = %who.user, "a socket is open");
        // A browser drops the socket unless one of its sub-protocols comes back.
        Ok(match offered(event) {
            true => SocketAnswer::ok().header("Sec-WebSocket-Protocol", "bearer"),
            false => SocketAnswer::ok(),
        })
    }

    fn connection(&self, who: &Caller, id: &ConnectionId, connected_at: i64) -> Connection {
        let now = self.store.now().as_millisecond();
        let at = if connected_at == 0 { now } else { connected_at };
        Connection {
            service: who.credential != Credential::Token,
            ..Connection::new(id.clone(), who.user.clone(), at, who.expires_at)
        }
    }

    /// A socket is open all the same, if that cannot be told.
    async fn announce(&self, who: &Caller) {
        let pushes = self.store.pushes_of_presence(&who.tenant, &who.user).await;
        let told = match pushes {
            Ok(pushes) => self
                .live
                .push_frames(pushes.iter().map(Push::parts))
                .await
                .map_err(|error| error.to_string())
                .map(drop),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = told {
            tracing::warn!(tenant = %who.tenant, error, "presence is not told");
        }
    }

    /// Closes the oldest sockets of somebody who has too many.
    async fn make_room(&self, who: &Caller, surplus: Vec<Connection>) -> Result<(), Problem> {
        for old in surplus {
            self.live.close(&old.connection).await;
            self.store.remove_connection(&who.tenant, &old).await?;
        }
        Ok(())
    }
}

/// Whether the client offered the sub-protocol that carries a token.
fn offered(event: &SocketEvent) -> bool {
    event
        .header("Sec-WebSocket-Protocol")
        .is_some_and(|offer| offer.split(',').any(|word| word.trim() == "bearer"))
}
