//! Waits for a worker's turn at a provider.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Clock;
use domain::pace::Pace;

/// The pace of this process, shared by whatever it does at once.
#[derive(Debug, Clone)]
pub struct Limiter {
    pace: Arc<Mutex<Pace>>,
    clock: Clock,
}

impl Limiter {
    /// `rate` is what all workers together may send in a second.
    pub fn new(rate: f64, workers: u64, clock: Clock) -> Self {
        let now = clock.now().as_millisecond();
        let pace = Pace::new(share(rate, workers), now);
        Self {
            pace: Arc::new(Mutex::new(pace)),
            clock,
        }
    }

    /// Recipients of one call at the present rate.
    pub fn batch(&self, most: usize) -> usize {
        self.pace().batch(most)
    }

    /// Waits for the turn of a call to so many recipients; one that comes later
    /// than the patience lasts is not taken, and the answer is when to ask again.
    pub async fn turn(&self, count: usize, patience: Duration) -> Result<(), Duration> {
        let now = self.now();
        let wait = self.pace().take(count, patience, now)?;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// A turn was taken for more than went.
    pub fn unused(&self, count: usize) {
        self.pace().unused(count);
    }

    /// The provider said that it is called too fast.
    pub fn refused(&self) {
        let now = self.now();
        let mut pace = self.pace();
        pace.refused(now);
        tracing::warn!(rate = pace.rate(), "the provider asks to slow down");
    }

    pub(crate) fn allow(&self, rate: f64, workers: u64) {
        let now = self.now();
        self.pace().allow(share(rate, workers), now);
    }

    fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn share(rate: f64, workers: u64) -> f64 {
    rate / workers.max(1) as f64
}
