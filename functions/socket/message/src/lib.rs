//! Woken by every frame that a client sends. Answers go to the client's own
//! socket; a frame is never repeated by the gateway, a client asks again.

mod frame;
mod limit;
mod resume;

use domain::frames::{Event, Request};
use domain::ids::ConnectionId;
use domain::problem::ProblemBody;
use domain::{Caller, Problem};
use lambda::socket::{SocketAnswer, SocketEvent};
use lambda::{Env, EnvError, Error, Function};
use live::{Live, Post};
use store::Store;
use store::connections::Connection;

use crate::frame::BadFrame;
use crate::limit::Pace;

#[derive(Debug, Clone)]
struct Message {
    store: Store,
    live: Live,
}

/// What happens to the socket after its answer.
enum Then {
    Stay(Event),
    Close(Event),
    Nothing,
}

/// Reads `TABLE_NAME` and `SOCKET_ENDPOINT`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let endpoint = settings.required("SOCKET_ENDPOINT");
    settings.finish()?;
    let message = Message {
        store: Store::new(env.aws(), table, env.clock()),
        live: Live::new(env.aws(), &endpoint),
    };
    Ok(Function::new(move |event: SocketEvent, _| {
        let message = message.clone();
        async move {
            message.handle(&event).await?;
            Ok::<_, Error>(SocketAnswer::ok())
        }
    }))
}

impl Message {
    async fn handle(&self, event: &SocketEvent) -> Result<(), Error> {
        let who = event.caller()?;
        let connection = &event.request_context.connection_id;
        match self.answer(event, &who).await {
            Then::Stay(answer) => {
                self.post(connection, &answer).await?;
            }
            Then::Close(answer) => {
                self.post(connection, &answer).await?;
                self.close(event, &who).await?;
            }
            Then::Nothing => {}
        }
        Ok(())
    }

    async fn answer(&self, event: &SocketEvent, who: &Caller) -> Then {
        let now = self.store.now();
        if who.expires_at <= now.as_second() {
            return Then::Close(Event::AuthExpired { at: now });
        }
        match self.pace(who, &event.request_context.connection_id).await {
            Ok(Pace::Fine) => {}
            Ok(Pace::Silent) => return Then::Nothing,
            Ok(Pace::Warn) => return Then::Stay(error(None, &limit::problem())),
            Ok(Pace::End) => return Then::Close(error(None, &limit::problem())),
            Err(problem) => return Then::Stay(error(None, &problem)),
        }
        let answer = match frame::read(event) {
            Ok(Request::Ping { id }) => Ok(Event::Pong { id, at: now }),
            Ok(Request::Resume { id, since }) => self
                .resume(who, id.clone(), &since)
                .await
                .map_err(|problem| BadFrame { id, problem }),
            Err(bad) => Err(bad),
        };
        Then::Stay(answer.unwrap_or_else(|bad| error(bad.id, &bad.problem)))
    }

    async fn post(&self, connection: &ConnectionId, answer: &Event) -> Result<(), Error> {
        let outcomes = self
            .live
            .push(vec![Post::new(connection.clone(), answer)?])
            .await;
        if outcomes.sent == 0 {
            tracing::info!("the answer did not reach its socket");
        }
        Ok(())
    }

    async fn close(&self, event: &SocketEvent, who: &Caller) -> Result<(), Error> {
        let context = &event.request_context;
        self.live.close(&context.connection_id).await;
        let row = Connection::new(
            context.connection_id.clone(),
            who.user.clone(),
            context.connected_at,
            who.expires_at,
        );
        Ok(self.store.remove_connection(&who.tenant, &row).await?)
    }
}

fn error(id: Option<String>, problem: &Problem) -> Event {
    Event::Error {
        id,
        problem: Box::new(ProblemBody::of(problem, None, None)),
    }
}
