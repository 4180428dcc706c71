//! The HTTP server in front of all services.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::faults::{Cut, Effect, broken, cancelled, throttled};
use super::state::AwsState;
use super::wire::{Answer, AwsError, Request, unique_id};

/// Within this a killed function has noticed its end.
const DEATH: Duration = Duration::from_secs(5);

/// DynamoDB takes 16 MB, an SES message may have 40 MB in base64.
const MAX_BODY: usize = 64 * 1024 * 1024;
const SWEEP_EVERY: Duration = Duration::from_secs(10);

/// The running endpoint; dropping it stops it.
#[derive(Debug)]
pub struct Endpoint {
    address: std::net::SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    sweeper: JoinHandle<()>,
}

impl Endpoint {
    /// Serves `state` on a listener, from within a runtime.
    pub fn start(listener: TcpListener, state: AwsState) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(accept(listener, state.clone(), stopped));
        let sweeper = tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP_EVERY).await;
                state.dynamo().sweep().await;
            }
        });
        Ok(Self {
            address,
            stop,
            server,
            sweeper,
        })
    }

    pub fn address(&self) -> std::net::SocketAddr {
        self.address
    }

    /// What SDKs take as `AWS_ENDPOINT_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        // Connections end with the channel; nobody may be listening any more.
        let _ = self.stop.send(true);
        self.server.abort();
        self.sweeper.abort();
    }
}

async fn accept(listener: TcpListener, state: AwsState, stopped: watch::Receiver<bool>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, state.clone(), stopped.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut by a fault rule")]
struct Severed;

async fn connection(stream: TcpStream, state: AwsState, mut stopped: watch::Receiver<bool>) {
    // Small answers must not wait for the caller's next packet.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request| Box::pin(answer(request, &state, &reset)));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let served = poll_fn(|context| Pin::new(&mut connection).poll_without_shutdown(context));
    let ended = tokio::select! {
        ended = served => ended,
        _ = stopped.wait_for(|stop| *stop) => Ok(()),
    };
    if ended.is_err() && reset.load(Ordering::Relaxed) {
        let stream = connection.into_parts().io.into_inner();
        // Closing with no time to linger makes the system send a reset.
        let _ = stream.set_zero_linger();
    }
}

async fn answer(
    request: http::Request<Incoming>,
    state: &AwsState,
    reset: &AtomicBool,
) -> Result<Response<Full<Bytes>>, Severed> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(respond(Answer::new(413, "application/json", "{}"))),
    };
    let request = Request::read(head.method, head.uri.path(), head.headers, body);
    match carry_out(state, request).await {
        Outcome::Answer(answer) => Ok(respond(answer)),
        Outcome::Severed => Err(Severed),
        Outcome::Reset => {
            reset.store(true, Ordering::Relaxed);
            Err(Severed)
        }
    }
}

enum Outcome {
    Answer(Answer),
    Severed,
    Reset,
}

/// Carries a call out with the faults that rules have in store for it.
async fn carry_out(state: &AwsState, mut request: Request) -> Outcome {
    let (mut cuts, mut silent, mut twice) = (Vec::new(), false, false);
    let refuse = |error: AwsError| Outcome::Answer(error.answer());
    for (effect, text) in state.faults().decide(&request) {
        match effect {
            Effect::DropRequest => return Outcome::Severed,
            Effect::Reset => return Outcome::Reset,
            Effect::DropResponse => silent = true,
            Effect::Duplicate => twice = true,
            Effect::Kill { function, after } => {
                if after {
                    state.run(&request).await;
                }
                state.faults().deaths().tell(&function);
                // The dead do not see the connection close.
                tokio::time::sleep(DEATH).await;
                return Outcome::Severed;
            }
            Effect::Delay { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
            Effect::Throttle => return refuse(throttled(request.service)),
            Effect::Error500 => return refuse(broken(request.service)),
            Effect::Fail { code, status } => {
                return refuse(AwsError::new(
                    request.service,
                    status,
                    &code,
                    "Injected by a fault rule",
                ));
            }
            Effect::CancelTransaction { reason } => return refuse(cancelled(&request, &reason)),
            Effect::Unprocessed { k } | Effect::PartialBatch { k } => {
                cuts.extend(Cut::out_of(&mut request, k, text.as_deref()));
            }
        }
    }
    let mut answer = if cuts.is_empty() || Cut::leaves_work(&request) {
        if twice {
            state.run(&request).await;
        }
        state.run(&request).await
    } else {
        Cut::nothing_done(&request)
    };
    for cut in cuts.into_iter().rev() {
        answer = cut.mend(&request, answer);
    }
    if silent {
        Outcome::Severed
    } else {
        Outcome::Answer(answer)
    }
}

fn respond(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    if let Ok(id) = unique_id().parse() {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    if answer.status == StatusCode::NO_CONTENT {
        response.headers_mut().remove(http::header::CONTENT_TYPE);
    }
    response
}
