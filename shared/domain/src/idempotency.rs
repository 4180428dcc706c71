//! `Idempotency-Key`: the same request twice has one effect and one answer.

use std::future::Future;

use crate::caller::Caller;
use crate::problem::Problem;

/// How long a key is remembered: longer than a dead-letter queue keeps a message.
pub const KEPT_DAYS: i64 = 30;
/// A request that has not answered after this is taken to have died.
pub const LEASE_SECONDS: i64 = 60;

/// One request under one key.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub key: String,
    /// Method and path.
    pub route: String,
    /// SHA-256 of the body.
    pub body: String,
}

/// An answer as it is kept for replays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// What to do with a request that carries a key.
#[derive(Debug)]
#[must_use]
pub enum Begun {
    /// Nobody had it: run it, then `finish` or `abandon`.
    New,
    Replay(StoredAnswer),
    Mismatch,
    StillRunning,
}

/// Where keys are remembered.
pub trait Records: Clone + Send + Sync + 'static {
    fn begin(
        &self,
        caller: &Caller,
        attempt: &Attempt,
    ) -> impl Future<Output = Result<Begun, Problem>> + Send;
    fn finish(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        answer: &StoredAnswer,
    ) -> impl Future<Output = Result<(), Problem>> + Send;
    /// Forgets an attempt that changed nothing, so that it can be mended and repeated.
    fn abandon(
        &self,
        caller: &Caller,
        attempt: &Attempt,
    ) -> impl Future<Output = Result<(), Problem>> + Send;
}
