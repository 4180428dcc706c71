//! The clock that everything reads, and the instant that everything stores.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub use jiff::Timestamp;
use jiff::{SignedDuration, Unit};

/// A wall clock that can be moved.
///
/// Production never moves it. The local stack shares one clock between all of
/// its parts, so that a test can advance hours of retries and expiries at once.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    pub fn system() -> Self {
        Self::default()
    }

    /// The present instant, cut to milliseconds, which is what ids and stored
    /// instants carry.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one clock that all others ask"
    )]
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_millis(self.offset_ms.load(Ordering::Relaxed));
        let now = Timestamp::now();
        let moved = now.checked_add(offset).unwrap_or(now);
        moved.round(Unit::Millisecond).unwrap_or(moved)
    }

    /// Moves the clock forward (or back, with a negative duration).
    pub fn advance(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.offset_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

/// `at` moved by a number of seconds, saturating at the ends of time.
pub fn plus_seconds(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds))
        .unwrap_or(at)
}

/// The UTC calendar day of an instant as `YYYY-MM-DD`.
pub fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
