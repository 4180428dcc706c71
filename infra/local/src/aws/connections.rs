//! `@connections`, the management side of the WebSocket gateway.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use domain::time::Timestamp;
use http::Method;
use serde_json::json;

use super::wire::{Answer, AwsError, Request, Service};

/// The largest message that the gateway passes on.
const MAX_MESSAGE: usize = 128 * 1024;

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What became of a message posted to a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostOutcome {
    Sent,
    Gone,
    TooLarge,
    Throttled,
}

/// What `GetConnection` tells about a socket.
#[derive(Debug, Clone)]
pub struct ConnectionInfo {
    pub connected_at: Timestamp,
    pub last_active_at: Timestamp,
    pub source_ip: String,
    pub user_agent: String,
}

/// The open sockets; the local gateway implements it.
pub trait Connections: Debug + Send + Sync {
    fn post<'a>(&'a self, id: &'a str, data: Bytes) -> BoxFuture<'a, PostOutcome>;
    fn info<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Option<ConnectionInfo>>;
    /// Closes the socket; false if there was none.
    fn delete<'a>(&'a self, id: &'a str) -> BoxFuture<'a, bool>;
}

pub(super) async fn handle(
    connections: &dyn Connections,
    request: &Request,
) -> Result<Answer, AwsError> {
    let id = request.last_segment();
    match request.method {
        Method::POST => {
            let outcome = if request.body.len() > MAX_MESSAGE {
                PostOutcome::TooLarge
            } else {
                connections.post(&id, request.body.clone()).await
            };
            posted(outcome)
        }
        Method::GET => match connections.info(&id).await {
            Some(info) => Ok(Answer::json(
                Service::Connections,
                &json!({
                    "connectedAt": info.connected_at.to_string(),
                    "lastActiveAt": info.last_active_at.to_string(),
                    "identity": { "sourceIp": info.source_ip, "userAgent": info.user_agent },
                }),
            )),
            None => Err(gone()),
        },
        Method::DELETE => {
            if connections.delete(&id).await {
                Ok(Answer::new(204, "application/json", ""))
            } else {
                Err(gone())
            }
        }
        _ => Err(AwsError::not_implemented(request)),
    }
}

fn posted(outcome: PostOutcome) -> Result<Answer, AwsError> {
    match outcome {
        PostOutcome::Sent => Ok(Answer::new(200, "application/json", "")),
        PostOutcome::Gone => Err(gone()),
        PostOutcome::TooLarge => Err(AwsError::new(
            Service::Connections,
            413,
            "PayloadTooLargeException",
            "The message is larger than 128 KB",
        )),
        PostOutcome::Throttled => Err(AwsError::new(
            Service::Connections,
            429,
            "LimitExceededException",
            "Rate exceeded",
        )),
    }
}

fn gone() -> AwsError {
    AwsError::new(
        Service::Connections,
        410,
        "GoneException",
        "The connection is gone",
    )
}
