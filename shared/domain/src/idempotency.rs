//! `Idempotency-Key`: the same request twice has one effect and one answer.

use std::future::Future;

use crate::caller::Caller;
use crate::digest;
use crate::ids::SendId;
use crate::problem::Problem;
use crate::time::Timestamp;

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

/// What a request under a key brings about, however often it is begun: ids made
/// of it are the same when the first attempt died before it could answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// When the first attempt began.
    pub begun: Timestamp,
    /// Names caller and key.
    pub mark: String,
}

impl Effect {
    pub fn new(caller: &Caller, attempt: &Attempt, begun: Timestamp) -> Self {
        let parts = [
            "effect",
            caller.tenant.as_str(),
            caller.user.as_str(),
            &attempt.key,
        ];
        Self {
            begun,
            mark: digest::fingerprint(&parts, 48),
        }
    }

    /// The send that the request makes.
    pub fn send_id(&self) -> SendId {
        let mark = data_encoding::BASE32HEX_NOPAD.decode(self.mark.to_ascii_uppercase().as_bytes());
        let random = mark
            .unwrap_or_default()
            .iter()
            .take(10)
            .fold(0u128, |sum, byte| (sum << 8) | u128::from(*byte));
        let ms = u64::try_from(self.begun.as_millisecond()).unwrap_or(0);
        SendId::of(&ulid::Ulid::from_parts(ms, random).to_string())
    }
}

/// What to do with a request that carries a key.
#[derive(Debug)]
#[must_use]
pub enum Begun {
    /// Nobody had it, or whoever had it died: run it, then `finish` or `abandon`.
    New(Effect),
    Replay(StoredAnswer),
    Mismatch,
    StillRunning,
}

/// Where keys are remembered.
pub trait Records: Clone + Send + Sync + 'static {
    /// The instant by their clock.
    fn now(&self) -> Timestamp;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Credential;

    #[test]
    fn the_same_request_makes_the_same_send_and_another_key_another() {
        let caller = Caller {
            tenant: "school".parse().unwrap(),
            user: "head".parse().unwrap(),
            roles: Default::default(),
            credential: Credential::Token,
            expires_at: 0,
        };
        let attempt = |key: &str| Attempt {
            key: key.to_owned(),
            route: String::new(),
            body: String::new(),
        };
        let begun = Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        let of = |key: &str| Effect::new(&caller, &attempt(key), begun).send_id();
        assert_eq!(of("a"), of("a"));
        assert_ne!(of("a"), of("b"));
        assert_eq!(of("a").instant(), Some(begun));
    }
}
