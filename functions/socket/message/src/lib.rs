//! Woken by every frame that a client sends. Answers go to the client's own
//! socket, changes of rooms to all who are concerned; a frame is never repeated
//! by the gateway, a client asks again.

mod frame;
mod limit;
mod messages;
mod resume;
mod rooms;
mod tell;

use domain::frames::{Action, BadFrame, Event, Request};
use domain::ids::ConnectionId;
use domain::{Caller, Problem};
use lambda::socket::{SocketAnswer, SocketEvent};
use lambda::{Env, EnvError, Error, Function};
use live::Live;
use queue::{Queue, Routes};
use store::Store;
use store::connections::Connection;
use store::outbox::OutboxRow;
use store::room_pushes::Push;

use crate::limit::Pace;

#[derive(Debug, Clone)]
struct Message {
    store: Store,
    live: Live,
    queue: Queue,
}

/// Who sent a frame, on which socket.
#[derive(Debug)]
struct Sender {
    caller: Caller,
    socket: ConnectionId,
    connected_at: i64,
}

/// What comes of a frame.
#[derive(Debug, Default)]
struct Reply {
    /// For the socket itself.
    answer: Option<Event>,
    /// For the others.
    pushes: Vec<Push>,
    /// A message that somebody is notified of who is not there.
    notice: Option<Notice>,
    /// The socket ends behind the answer.
    close: bool,
}

/// How it comes to a notification.
#[derive(Debug)]
enum Notice {
    /// The other one was away.
    Sure(OutboxRow),
    /// The other one was there; if none of their sockets takes the push, they
    /// are away after all.
    IfUnheard(domain::ids::UserId, domain::tasks::Envelope),
}

impl Reply {
    fn answer(answer: Event) -> Self {
        Self {
            answer: Some(answer),
            ..Self::default()
        }
    }

    fn last(answer: Event) -> Self {
        Self {
            close: true,
            ..Self::answer(answer)
        }
    }
}

/// Reads `TABLE_NAME`, `SOCKET_ENDPOINT` and `QUEUE_DELIVER_LIVE`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let endpoint = settings.required("SOCKET_ENDPOINT");
    let routes = Routes {
        deliver_live: Some(settings.required("QUEUE_DELIVER_LIVE")),
        ..Routes::default()
    };
    settings.finish()?;
    let message = Message {
        store: Store::new(env.aws(), table, env.clock()),
        live: Live::new(env.aws(), &endpoint),
        queue: Queue::new(env.aws(), routes),
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
        let context = &event.request_context;
        let sender = Sender {
            caller: event.caller()?,
            socket: context.connection_id.clone(),
            connected_at: context.connected_at,
        };
        let reply = self.reply(event, &sender).await;
        let close = reply.close;
        self.tell(&sender, reply).await?;
        if close {
            self.close(&sender).await?;
        }
        Ok(())
    }

    async fn reply(&self, event: &SocketEvent, sender: &Sender) -> Reply {
        let now = self.store.now();
        if sender.caller.expires_at <= now.as_second() {
            return Reply::last(Event::AuthExpired { at: now });
        }
        match self.pace(&sender.caller, &sender.socket).await {
            Ok(Pace::Fine) => {}
            Ok(Pace::Silent) => return Reply::default(),
            Ok(Pace::Warn) => return Reply::answer(Event::error(None, &limit::problem())),
            Ok(Pace::End) => return Reply::last(Event::error(None, &limit::problem())),
            Err(problem) => return Reply::answer(Event::error(None, &problem)),
        }
        let reply = match frame::read(event) {
            Err(bad) => Err(bad),
            Ok(Request { id, action }) => self
                .act(sender, id.clone(), action)
                .await
                .map_err(|problem| BadFrame { id, problem }),
        };
        reply.unwrap_or_else(|bad| Reply::answer(Event::error(bad.id, &bad.problem)))
    }

    async fn act(
        &self,
        sender: &Sender,
        id: Option<String>,
        action: Action,
    ) -> Result<Reply, Problem> {
        let caller = &sender.caller;
        match action {
            Action::Ping {} => {
                let at = self.store.now();
                Ok(Reply::answer(Event::Pong { id, at }))
            }
            Action::Resume { since } => Ok(Reply::answer(self.resume(caller, id, &since).await?)),
            Action::RoomSync { room, after_seq } => self.sync(sender, id, &room, after_seq).await,
            Action::RoomLeave { room } => self.leave(sender, id, room).await,
            Action::MessageSend {
                room,
                client_msg_id,
                text,
                reply_to,
            } => {
                let new = domain::chat::NewMessage::checked(client_msg_id, &text, reply_to)?;
                self.send(sender, id, &room, &new).await
            }
            Action::MessageEdit { room, seq, text } => {
                self.change(sender, id, &room, seq, Some(&text)).await
            }
            Action::MessageDelete { room, seq } => self.change(sender, id, &room, seq, None).await,
            Action::MessageRead { room, seq } => self.read(sender, id, room, seq).await,
            Action::Typing { room, typing } => self.typing(sender, &room, typing).await,
            Action::Presence { users } => self.presence(caller, id, &users).await,
        }
    }

    async fn close(&self, sender: &Sender) -> Result<(), Error> {
        let caller = &sender.caller;
        self.live.close(&sender.socket).await;
        let row = Connection::new(
            sender.socket.clone(),
            caller.user.clone(),
            sender.connected_at,
            caller.expires_at,
        );
        Ok(self.store.remove_connection(&caller.tenant, &row).await?)
    }
}
