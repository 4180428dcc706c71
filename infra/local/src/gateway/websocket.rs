//! The WebSocket API: handshake, frames, closing.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{Response, StatusCode};
use domain::{Code, Problem};
use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::policy::PolicyAnswer;
use super::socket_events::Socket;
use super::sockets::Command;
use super::{Gateway, answer, request_id};
use crate::runner::InvokeError;
use crate::template::SocketApi;

/// API Gateway's limits for one message and for each of its frames.
const MAX_MESSAGE: usize = 128 * 1024;
const MAX_FRAME: usize = 32 * 1024;

pub(super) async fn handle(State(gateway): State<Gateway>, request: Request) -> Response<Body> {
    let (mut parts, _) = request.into_parts();
    let Some(api) = gateway.0.plan.socket.clone() else {
        return refuse(&Problem::not_found());
    };
    let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await else {
        return refuse(
            &Problem::not_found().detail("Only WebSocket handshakes are answered here."),
        );
    };
    let mut socket = Socket::new(&parts, &api.stage, gateway.0.clock.now());
    let working = gateway.0.sockets.work();
    if let Some(authorizer) = &api.authorizer {
        let event = socket.authorizer_event(&parts, gateway.0.clock.now());
        match gateway.admit(authorizer, &event, &socket).await {
            Ok(context) => socket.authorizer = Some(context),
            Err(problem) => return refuse(&problem),
        }
    }
    let event = socket.connect_event(&parts, gateway.0.clock.now());
    let accepted = match gateway.connect(&api, &event).await {
        Ok(accepted) => accepted,
        Err(response) => return response,
    };
    // Known before the client learns that it is in: what is posted from now on
    // waits for the socket instead of being told that it is gone.
    let commands = gateway.0.sockets.open(&socket.id, &socket.user_agent);
    drop(working);
    let upgrade = upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_FRAME);
    let upgrade = match accepted.protocol() {
        Some(protocol) => upgrade.protocols([protocol]),
        None => upgrade,
    };
    let (failed, id) = (gateway.clone(), socket.id.clone());
    upgrade
        .on_failed_upgrade(move |_| failed.0.sockets.forget(&id))
        .on_upgrade(move |wire| async move { gateway.run(api, socket, wire, commands).await })
}

/// The answer of the `$connect` function.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Accepted {
    status_code: Option<u16>,
    headers: std::collections::BTreeMap<String, String>,
}

impl Accepted {
    fn protocol(&self) -> Option<String> {
        let mut headers = self.headers.iter();
        headers
            .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-protocol"))
            .map(|(_, value)| value.clone())
    }
}

fn refuse(problem: &Problem) -> Response<Body> {
    answer::of_problem(problem, "/live", &request_id())
}

impl Gateway {
    /// The context of a client that the authorizer lets in.
    async fn admit(
        &self,
        function: &str,
        event: &Value,
        socket: &Socket,
    ) -> Result<Value, Problem> {
        let answer = match self.0.runner.invoke(function, event).await {
            Ok(answer) => answer,
            // The one error message that API Gateway understands.
            Err(InvokeError::Failed { message, .. }) if message == "Unauthorized" => {
                return Err(Problem::new(Code::Unauthorized));
            }
            Err(_) => return Err(Problem::new(Code::Unavailable).retry_after(1)),
        };
        let policy: PolicyAnswer =
            serde_json::from_str(answer.get()).map_err(|_| Problem::new(Code::Internal))?;
        if !policy.allows(&socket.method_arn()) {
            return Err(Problem::new(Code::Forbidden));
        }
        let mut context = policy.context;
        if !context.is_object() {
            context = json!({});
        }
        context["principalId"] = json!(policy.principal_id);
        context["integrationLatency"] = json!(1);
        Ok(context)
    }

    async fn connect(&self, api: &SocketApi, event: &Value) -> Result<Accepted, Response<Body>> {
        let Some(route) = api.routes.get("$connect") else {
            return Ok(Accepted::default());
        };
        let Ok(answer) = self.0.runner.invoke(&route.function, event).await else {
            return Err(refuse(&Problem::new(Code::Internal)));
        };
        let accepted: Accepted = serde_json::from_str(answer.get()).unwrap_or_default();
        let status = accepted.status_code.unwrap_or(200);
        if (200..300).contains(&status) {
            return Ok(accepted);
        }
        let refused =
            answer::of_function(&answer).unwrap_or_else(|| refuse(&Problem::new(Code::Internal)));
        Err(if StatusCode::from_u16(status).is_ok() {
            refused
        } else {
            refuse(&Problem::new(Code::Internal))
        })
    }

    /// The life of an open socket.
    async fn run(
        self,
        api: SocketApi,
        socket: Socket,
        wire: WebSocket,
        mut commands: mpsc::UnboundedReceiver<Command>,
    ) {
        let (mut out, mut input) = wire.split();
        let (frames, queue) = mpsc::unbounded_channel();
        // Frames of one client are worked on in their order, and beside the
        // reading of the wire.
        let worker = tokio::spawn(self.clone().work_off(api.clone(), socket.clone(), queue));
        let (code, reason) = loop {
            tokio::select! {
                message = input.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        self.0.sockets.touch(&socket.id);
                        if frames.send((text, self.0.sockets.work())).is_err() {
                            break (1006, "Abnormal closure");
                        }
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => self.0.sockets.touch(&socket.id),
                    Some(Ok(Message::Binary(_))) => {
                        let end = (1003, "Binary frames are not supported");
                        let _ = out.send(close(end.0, end.1)).await;
                        break end;
                    }
                    Some(Ok(Message::Close(frame))) => {
                        break (frame.map_or(1005, |frame| frame.code), "Client-side close frame");
                    }
                    Some(Err(error)) => {
                        let end = violation(&error.to_string());
                        let _ = out.send(close(end.0, end.1)).await;
                        break end;
                    }
                    None => break (1006, "Abnormal closure"),
                },
                command = commands.recv() => match command {
                    Some(Command::Send(data)) => {
                        if out.send(Message::Text(text_of(&data))).await.is_err() {
                            break (1006, "Abnormal closure");
                        }
                    }
                    Some(Command::Close(code, reason)) => {
                        let _ = out.send(close(code, reason)).await;
                        break (code, reason);
                    }
                    Some(Command::Cut) | None => break (1006, "Abnormal closure"),
                },
            }
        };
        let working = self.0.sockets.work();
        self.0.sockets.forget(&socket.id);
        drop((out, input, frames));
        let _ = worker.await;
        self.disconnect(&api, &socket, code, reason).await;
        drop(working);
    }

    async fn work_off(
        self,
        api: SocketApi,
        socket: Socket,
        mut queue: mpsc::UnboundedReceiver<(Utf8Bytes, super::sockets::Working)>,
    ) {
        while let Some((text, working)) = queue.recv().await {
            let key = selected(&api, &text);
            let reply = match api.routes.get(key) {
                None => Some(failure("Forbidden", &socket)),
                Some(route) => {
                    let event = socket.message_event(key, &text, self.0.clock.now());
                    match self.0.runner.invoke(&route.function, &event).await {
                        Ok(answer) => reply(&answer).filter(|_| route.replies),
                        Err(_) => Some(failure("Internal server error", &socket)),
                    }
                }
            };
            if let Some(reply) = reply {
                self.0.sockets.send(&socket.id, reply);
            }
            drop(working);
        }
    }

    async fn disconnect(&self, api: &SocketApi, socket: &Socket, code: u16, reason: &str) {
        let faults = self.0.sockets.faults();
        let Some(route) = api
            .routes
            .get("$disconnect")
            .filter(|_| !faults.no_disconnect)
        else {
            return;
        };
        let late = i64::try_from(faults.late_disconnect_ms).unwrap_or(i64::MAX);
        let due = self.0.clock.now().as_millisecond().saturating_add(late);
        while self.0.clock.now().as_millisecond() < due {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let event = socket.disconnect_event(code, reason, self.0.clock.now());
        for _ in 0..if faults.double_disconnect { 2 } else { 1 } {
            // Nobody is left to be told of a failure; the runner logs it.
            let _ = self.0.runner.invoke(&route.function, &event).await;
        }
    }
}

/// The route that the frame names, or `$default`.
fn selected<'a>(api: &'a SocketApi, text: &str) -> &'a str {
    let frame: Value = serde_json::from_str(text).unwrap_or_default();
    let named = api
        .selection
        .iter()
        .try_fold(&frame, |value, key| value.get(key));
    let named = named
        .and_then(Value::as_str)
        .and_then(|name| api.routes.get_key_value(name));
    named.map_or("$default", |(name, _)| name.as_str())
}

fn reply(answer: &RawValue) -> Option<Bytes> {
    let value: Value = serde_json::from_str(answer.get()).ok()?;
    let body = value
        .get("body")
        .and_then(Value::as_str)
        .filter(|body| !body.is_empty())?;
    Some(Bytes::from(body.to_owned()))
}

fn failure(message: &str, socket: &Socket) -> Bytes {
    let body = json!({ "message": message, "connectionId": socket.id, "requestId": request_id() });
    Bytes::from(body.to_string())
}

fn text_of(data: &Bytes) -> Utf8Bytes {
    Utf8Bytes::from(String::from_utf8_lossy(data).into_owned())
}

fn close(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: Utf8Bytes::from_static(reason),
    }))
}

/// The close code for what the client did wrong.
fn violation(error: &str) -> (u16, &'static str) {
    if error.contains("too long") || error.contains("Space limit") {
        (1009, "Message too big")
    } else if error.to_lowercase().contains("utf") {
        (1007, "Invalid payload data")
    } else {
        (1006, "Abnormal closure")
    }
}
