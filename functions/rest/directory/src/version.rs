//! Optimistic concurrency: `If-Match` with the version that was read, or
//! `version` in the body; without either, the last writer wins.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use domain::Problem;

/// The version that a change is held to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IfMatch(Option<Result<u64, ()>>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let given = parts.headers.get(IF_MATCH);
        Ok(Self(given.and_then(|value| {
            let text = value.to_str().unwrap_or("?").trim();
            let bare = text.trim_start_matches("W/").trim_matches('"');
            (bare != "*").then(|| bare.parse().map_err(drop))
        })))
    }
}

impl IfMatch {
    /// The version to hold to, from the header or the body.
    pub(crate) fn or(self, body: Option<u64>) -> Result<Option<u64>, Problem> {
        match (self.0, body) {
            (Some(Err(())), _) => Err(changed()),
            (Some(Ok(header)), Some(body)) if header != body => Err(changed()),
            (Some(Ok(header)), _) => Ok(Some(header)),
            (None, body) => Ok(body),
        }
    }
}

/// 409 unless the version is the one that was seen.
pub(crate) fn require(seen: Option<u64>, found: u64) -> Result<(), Problem> {
    match seen {
        Some(seen) if seen != found => Err(changed()),
        _ => Ok(()),
    }
}

/// Somebody was faster.
pub(crate) fn changed() -> Problem {
    Problem::conflict("It has changed since it was read; read it again.")
}

/// Attempts at a change that is not held to a version.
pub(crate) const ATTEMPTS: usize = 6;
