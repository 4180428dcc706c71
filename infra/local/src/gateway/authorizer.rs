//! The REQUEST authorizer of the HTTP API and the memory of whom it let in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::header::AsHeaderName;
use domain::{Code, Problem, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::Gateway;
use super::event::{Incoming, latin1};
use crate::runner::InvokeError;
use crate::template::Authorizer;

/// Answers by identity, until their time is over.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<HashMap<Vec<String>, (Timestamp, Verdict)>>);

#[derive(Debug, Clone)]
struct Verdict {
    allowed: bool,
    context: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Simple {
    is_authorized: bool,
    #[serde(default)]
    context: Value,
}

impl Cache {
    pub(super) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn get(&self, identity: &[String], now: Timestamp) -> Option<Verdict> {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.retain(|_, (until, _)| *until > now);
        cache.get(identity).map(|(_, verdict)| verdict.clone())
    }

    fn put(&self, identity: Vec<String>, now: Timestamp, ttl: Duration, verdict: &Verdict) {
        let Ok(until) = now.checked_add(ttl) else {
            return;
        };
        if until > now {
            let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            cache.insert(identity, (until, verdict.clone()));
        }
    }
}

impl Gateway {
    /// The authorizer's context of a caller who may come in.
    ///
    /// As in AWS, a missing identity is answered with 401 and one that the
    /// authorizer says no to with 403; there with `{"message": …}`.
    pub(super) async fn authorize(
        &self,
        authorizer: &Authorizer,
        incoming: &Incoming<'_>,
    ) -> Result<Value, Problem> {
        let unauthorized = || Problem::new(Code::Unauthorized);
        let identity = identity(authorizer, incoming).ok_or_else(unauthorized)?;
        let verdict = match self.0.authorized.get(&identity, incoming.now) {
            Some(verdict) => verdict,
            None => {
                let event = incoming.authorizer_event(&identity);
                let verdict = self.ask(authorizer, &event).await?;
                self.0
                    .authorized
                    .put(identity, incoming.now, authorizer.ttl, &verdict);
                verdict
            }
        };
        if verdict.allowed {
            Ok(verdict.context)
        } else {
            Err(Problem::new(Code::Forbidden))
        }
    }

    async fn ask(&self, authorizer: &Authorizer, event: &Value) -> Result<Verdict, Problem> {
        let answer = match self.0.runner.invoke(&authorizer.function, event).await {
            Ok(answer) => answer,
            Err(InvokeError::Failed { message, .. }) if message == "Unauthorized" => {
                return Err(Problem::new(Code::Unauthorized));
            }
            Err(_) => return Err(Problem::new(Code::Unavailable).retry_after(1)),
        };
        match serde_json::from_str::<Simple>(answer.get()) {
            Ok(simple) => Ok(Verdict {
                allowed: simple.is_authorized,
                context: simple.context,
            }),
            Err(_) => Err(Problem::new(Code::Internal)),
        }
    }
}

/// The values of every identity source; a request without one of them is
/// turned away unasked.
fn identity(authorizer: &Authorizer, incoming: &Incoming<'_>) -> Option<Vec<String>> {
    authorizer
        .headers
        .iter()
        .map(|name| header(incoming, name.as_str()))
        .collect()
}

fn header(incoming: &Incoming<'_>, name: impl AsHeaderName) -> Option<String> {
    let values = incoming.parts.headers.get_all(name).iter();
    let values: Vec<String> = values.map(|value| latin1(value.as_bytes())).collect();
    Some(values.join(",")).filter(|joined| !joined.is_empty())
}
