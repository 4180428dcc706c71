//! The identity provider's keys, fetched when needed and kept in memory.
//!
//! Three limits meet here. A withdrawn key is forgotten after five minutes. A
//! provider that is down does not lock everybody out for a day. And tokens with
//! made-up key ids cause at most one fetch a minute.

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp};
use rustls::ClientConfig;
use tokio::sync::Mutex;

use crate::keys::KeySet;

/// A set older than this is fetched again before it is used.
const FRESH: i64 = 5 * 60;
/// A set older than this is not used, whatever happens.
const USABLE: i64 = 24 * 60 * 60;
/// Between two fetches that unknown key ids cause.
const UNKNOWN_KID_PAUSE: i64 = 60;
/// Between two fetches while the provider does not answer.
const FAILURE_PAUSE: i64 = 10;
const TIMEOUT: Duration = Duration::from_secs(3);
const LARGEST: usize = 256 * 1024;

/// No keys are known that may still be used.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the identity provider's keys cannot be had")]
pub struct NoKeys;

/// The keys published at one address.
#[derive(Debug)]
pub struct Jwks {
    url: String,
    http: reqwest::Client,
    clock: Clock,
    // Held while fetching, so that a crowd of requests fetches once.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    keys: Arc<KeySet>,
    fetched: Option<Timestamp>,
    tried: Option<Timestamp>,
}

impl Jwks {
    /// The keys at an address that is reached with these certificates.
    pub fn new(url: String, tls: ClientConfig, clock: Clock) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            url,
            http,
            clock,
            state: Mutex::default(),
        })
    }

    /// The keys in force.
    pub async fn keys(&self) -> Result<Arc<KeySet>, NoKeys> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if !within(state.fetched, now, FRESH) && !within(state.tried, now, FAILURE_PAUSE) {
            self.fetch(&mut state, now).await;
        }
        state.usable(now)
    }

    /// The keys after a token named a `kid` that is not among them.
    pub async fn keys_again(&self) -> Result<Arc<KeySet>, NoKeys> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if !within(state.tried, now, UNKNOWN_KID_PAUSE) {
            self.fetch(&mut state, now).await;
        }
        state.usable(now)
    }

    async fn fetch(&self, state: &mut State, now: Timestamp) {
        state.tried = Some(now);
        match self.download().await {
            Ok(keys) => {
                tracing::info!(keys = keys.len(), "fetched the identity provider's keys");
                state.keys = Arc::new(keys);
                state.fetched = Some(now);
            }
            Err(reason) => tracing::warn!(%reason, "the identity provider's keys were not fetched"),
        }
    }

    async fn download(&self) -> Result<KeySet, String> {
        let mut response = self
            .http
            .get(&self.url)
            .send()
            .await
            .map_err(|error| brief(&error))?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(format!("status {}", response.status().as_u16()));
        }
        let mut document = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| brief(&error))? {
            document.extend_from_slice(&part);
            if document.len() > LARGEST {
                return Err("the document is too large".to_owned());
            }
        }
        // An empty document is obeyed as well: it withdraws every key.
        KeySet::from_jwks(&document).map_err(|error| error.to_string())
    }
}

impl State {
    fn usable(&self, now: Timestamp) -> Result<Arc<KeySet>, NoKeys> {
        within(self.fetched, now, USABLE)
            .then(|| Arc::clone(&self.keys))
            .ok_or(NoKeys)
    }
}

/// Whether `at` is known and less than `seconds` away. A clock that was set
/// back counts as much as one that went on.
fn within(at: Option<Timestamp>, now: Timestamp, seconds: i64) -> bool {
    at.is_some_and(|at| now.as_second().abs_diff(at.as_second()) < seconds.unsigned_abs())
}

fn brief(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "cannot connect"
    } else {
        "broken answer"
    };
    kind.to_owned()
}
