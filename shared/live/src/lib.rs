//! The one door to open sockets: posts frames, tells which sockets are gone,
//! closes sockets.
//!
//! A push is a hint. What matters is stored before, so a frame that is lost or
//! comes twice does no harm, and one slow socket holds up nobody else.

use std::time::Duration;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use domain::frames::Event;
use domain::ids::ConnectionId;
use futures::StreamExt;

/// Longest time for one post.
const POST: Duration = Duration::from_secs(1);
/// Posts under way at once.
const PARALLEL: usize = 32;
/// Attempts at one post.
const ATTEMPTS: u32 = 3;

/// Posts frames to sockets.
#[derive(Debug, Clone)]
pub struct Live {
    client: Client,
}

/// A frame for one socket.
#[derive(Debug, Clone)]
pub struct Post {
    pub connection: ConnectionId,
    /// The frame as JSON.
    pub frame: Blob,
}

impl Post {
    pub fn new(connection: ConnectionId, frame: &Event) -> Result<Self, serde_json::Error> {
        Ok(Self {
            connection,
            frame: Blob::new(serde_json::to_vec(frame)?),
        })
    }

    /// The same frame for several sockets.
    pub fn to_all<'a>(
        connections: impl IntoIterator<Item = &'a ConnectionId>,
        frame: &Event,
    ) -> Result<Vec<Self>, serde_json::Error> {
        let frame = Blob::new(serde_json::to_vec(frame)?);
        let each = connections.into_iter().cloned();
        Ok(each
            .map(|connection| Self {
                connection,
                frame: frame.clone(),
            })
            .collect())
    }
}

/// What became of posts.
#[derive(Debug, Default)]
pub struct Outcomes {
    pub sent: usize,
    /// These sockets no longer exist; whoever pushed forgets them.
    pub gone: Vec<ConnectionId>,
    /// Given up; the client fetches what it missed.
    pub failed: usize,
}

enum Outcome {
    Sent,
    Gone,
    Passing,
    Refused,
}

impl Live {
    /// `endpoint` is the base address of the socket's management interface.
    pub fn new(sdk: &aws_types::SdkConfig, endpoint: &str) -> Self {
        let config = aws_sdk_apigatewaymanagement::config::Builder::from(sdk)
            .endpoint_url(endpoint)
            // Retries are ours: they are fewer and quicker than the SDK's.
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(POST).build())
            .build();
        Self {
            client: Client::from_conf(config),
        }
    }

    /// Posts frames, 32 at a time.
    pub async fn push(&self, posts: Vec<Post>) -> Outcomes {
        let posts = posts.into_iter().map(|post| async move {
            let outcome = self.post(&post).await;
            (post.connection, outcome)
        });
        let mut running = futures::stream::iter(posts).buffer_unordered(PARALLEL);
        let mut outcomes = Outcomes::default();
        while let Some((connection, outcome)) = running.next().await {
            match outcome {
                Outcome::Sent => outcomes.sent += 1,
                Outcome::Gone => outcomes.gone.push(connection),
                Outcome::Passing | Outcome::Refused => outcomes.failed += 1,
            }
        }
        outcomes
    }

    /// Posts each frame to its sockets, all of them 32 at a time.
    pub async fn push_frames<'a, Sockets>(
        &self,
        frames: impl IntoIterator<Item = (Sockets, &'a Event)>,
    ) -> Result<Outcomes, serde_json::Error>
    where
        Sockets: IntoIterator<Item = &'a ConnectionId>,
    {
        let mut posts = Vec::new();
        for (sockets, frame) in frames {
            posts.extend(Post::to_all(sockets, frame)?);
        }
        Ok(self.push(posts).await)
    }

    /// Closes a socket; one that is gone counts as closed.
    pub async fn close(&self, connection: &ConnectionId) -> bool {
        let closed = self
            .client
            .delete_connection()
            .connection_id(&connection.0)
            .send()
            .await;
        match closed {
            Ok(_) => true,
            Err(error) => {
                let gone = error
                    .as_service_error()
                    .is_some_and(|error| error.is_gone_exception());
                if !gone {
                    tracing::warn!(error = %told(&error), "a socket could not be closed");
                }
                gone
            }
        }
    }

    /// Those of some sockets that no longer exist, asked 32 at a time. Doubtful
    /// ones are not among them.
    pub async fn vanished(&self, connections: Vec<ConnectionId>) -> Vec<ConnectionId> {
        let asked = connections.into_iter().map(|connection| async move {
            let request = self.client.get_connection().connection_id(&connection.0);
            let answer = request.send().await;
            let gone = answer.err().is_some_and(|error| {
                let error = error.as_service_error();
                error.is_some_and(|error| error.is_gone_exception())
            });
            gone.then_some(connection)
        });
        let answers = futures::stream::iter(asked).buffer_unordered(PARALLEL);
        answers.filter_map(std::future::ready).collect().await
    }

    async fn post(&self, post: &Post) -> Outcome {
        let mut outcome = Outcome::Passing;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                let (base, cap) = (Duration::from_millis(50), Duration::from_millis(400));
                let wait = domain::retry::full_jitter(attempt, base, cap, rand::random::<f64>());
                tokio::time::sleep(wait).await;
            }
            outcome = self.post_once(post).await;
            if !matches!(outcome, Outcome::Passing) {
                break;
            }
        }
        outcome
    }

    async fn post_once(&self, post: &Post) -> Outcome {
        let sent = self
            .client
            .post_to_connection()
            .connection_id(&post.connection.0)
            .data(post.frame.clone())
            .send()
            .await;
        let Err(error) = sent else {
            return Outcome::Sent;
        };
        if error
            .as_service_error()
            .is_some_and(|error| error.is_gone_exception())
        {
            return Outcome::Gone;
        }
        let status = error
            .raw_response()
            .map_or(0, |response| response.status().as_u16());
        // Nothing in the frame or the socket's name belongs into a log.
        tracing::warn!(status, error = %told(&error), "a frame was not taken");
        match status {
            0 | 429 | 500.. => Outcome::Passing,
            _ => Outcome::Refused,
        }
    }
}

/// The kind of an error, without its content.
fn told<E, R>(error: &aws_sdk_apigatewaymanagement::error::SdkError<E, R>) -> &'static str {
    use aws_sdk_apigatewaymanagement::error::SdkError;
    match error {
        SdkError::ConstructionFailure(_) => "not built",
        SdkError::TimeoutError(_) => "no answer in time",
        SdkError::DispatchFailure(_) => "not reached",
        SdkError::ResponseError(_) => "unreadable answer",
        _ => "refused",
    }
}
