//! How fast a worker calls a provider: its share of what the account may send,
//! half of it after each "too fast", and back up step by step.

use std::time::Duration;

/// No worker goes slower than this many recipients a second.
const SLOWEST: f64 = 0.1;
/// The rate grows by one step in this time.
const STEP_MS: i64 = 5_000;
/// From nothing to the whole share in a minute, however large the share is.
const STEPS_TO_SHARE: f64 = 12.0;
/// Refusals within this time are one: they were all under way already.
const ONE_REFUSAL_MS: i64 = 1_000;
/// A turn further away than this was taken by a clock that has since moved back.
const FURTHEST_MS: f64 = 60_000.0;

/// The pace of one worker. All instants are epoch milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    /// Recipients a second that this worker may send to.
    share: f64,
    /// Recipients a second at present: the share, or less after a refusal.
    rate: f64,
    /// From when on the next call may go.
    free_at: f64,
    /// When the rate last changed.
    changed_at: i64,
    /// When the provider last refused for being called too fast.
    refused_at: Option<i64>,
}

impl Pace {
    /// A worker that begins with the whole of its share.
    pub fn new(share: f64, now: i64) -> Self {
        let share = share.max(SLOWEST);
        Self {
            share,
            rate: share,
            free_at: 0.0,
            changed_at: now,
            refused_at: None,
        }
    }

    /// Recipients a second at present.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The account's rate has changed, or the number of workers has.
    pub fn allow(&mut self, share: f64, now: i64) {
        self.recover(now);
        let share = share.max(SLOWEST);
        let whole = self.rate >= self.share;
        self.share = share;
        self.rate = if whole { share } else { self.rate.min(share) };
    }

    /// Recipients of one call: no more than go in a second.
    pub fn batch(&self, most: usize) -> usize {
        // Truncated on purpose; a rate of less than one still sends to one.
        (self.rate as usize).clamp(1, most.max(1))
    }

    /// Takes the next turn for a call to so many recipients, if it comes within
    /// the patience; the answer is how long to wait, either for the turn that
    /// was taken or for the one that was not.
    pub fn take(
        &mut self,
        count: usize,
        patience: Duration,
        now: i64,
    ) -> Result<Duration, Duration> {
        self.recover(now);
        let present = now as f64;
        if self.free_at > present + FURTHEST_MS {
            self.free_at = present;
        }
        let begins = self.free_at.max(present);
        let wait = Duration::from_secs_f64((begins - present) / 1_000.0);
        if wait > patience {
            return Err(wait);
        }
        self.free_at = begins + self.lasts(count);
        Ok(wait)
    }

    /// A turn was taken for more than went.
    pub fn unused(&mut self, count: usize) {
        self.free_at -= self.lasts(count);
    }

    /// The provider said that it is called too fast.
    pub fn refused(&mut self, now: i64) {
        self.recover(now);
        let same = |at: i64| (0..ONE_REFUSAL_MS).contains(&(now - at));
        if self.refused_at.is_some_and(same) {
            return;
        }
        self.rate = (self.rate / 2.0).max(SLOWEST);
        self.refused_at = Some(now);
        self.changed_at = now;
        // Providers count by the second: the next call is in another one.
        self.free_at = self.free_at.max((now + ONE_REFUSAL_MS) as f64);
    }

    /// One a second more for each five seconds without a refusal, or a twelfth
    /// of a large share.
    fn recover(&mut self, now: i64) {
        let steps = (now - self.changed_at) / STEP_MS;
        if now < self.changed_at {
            self.changed_at = now;
        }
        if steps > 0 {
            let step = (self.share / STEPS_TO_SHARE).max(1.0);
            self.rate = (self.rate + step * steps as f64).min(self.share);
            self.changed_at += steps * STEP_MS;
        }
    }

    /// Milliseconds that a call to so many recipients takes up.
    fn lasts(&self, count: usize) -> f64 {
        count as f64 * 1_000.0 / self.rate
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATIENT: Duration = Duration::from_secs(30);

    #[test]
    fn a_call_waits_for_what_the_one_before_it_took_up() {
        let mut pace = Pace::new(10.0, 0);
        assert_eq!(pace.batch(50), 10);
        assert_eq!(pace.take(10, PATIENT, 0), Ok(Duration::ZERO));
        assert_eq!(pace.take(5, PATIENT, 0), Ok(Duration::from_secs(1)));
        let impatient = Duration::from_millis(100);
        let later = Err(Duration::from_millis(1_500));
        assert_eq!(pace.take(5, impatient, 0), later);
        assert_eq!(pace.take(5, impatient, 0), later, "nothing was taken");
        pace.unused(5);
        assert_eq!(pace.take(5, PATIENT, 0), Ok(Duration::from_secs(1)));
        assert_eq!(pace.take(5, impatient, 9_000), Ok(Duration::ZERO));
    }

    #[test]
    fn a_refusal_halves_the_rate_and_it_grows_back() {
        let mut pace = Pace::new(8.0, 0);
        pace.refused(0);
        assert_eq!(pace.rate(), 4.0);
        pace.refused(500);
        assert_eq!(pace.rate(), 4.0, "the same refusal");
        assert_eq!(pace.take(1, PATIENT, 0), Ok(Duration::from_secs(1)));
        pace.refused(2_000);
        assert_eq!(pace.rate(), 2.0);
        for (now, rate) in [(6_999, 2.0), (7_000, 3.0), (12_000, 4.0), (60_000, 8.0)] {
            pace.recover(now);
            assert_eq!(pace.rate(), rate, "at {now}");
        }
    }

    #[test]
    fn a_slow_account_still_sends_one_at_a_time() {
        let mut pace = Pace::new(0.25, 0);
        assert_eq!(pace.batch(50), 1);
        assert_eq!(pace.take(1, PATIENT, 0), Ok(Duration::ZERO));
        assert_eq!(pace.take(1, PATIENT, 0), Ok(Duration::from_secs(4)));
        assert!(Pace::new(0.0, 0).rate() > 0.0);
    }

    #[test]
    fn a_new_rate_of_the_account_counts_at_once() {
        let mut pace = Pace::new(8.0, 0);
        pace.allow(20.0, 0);
        assert_eq!(pace.rate(), 20.0);
        pace.refused(0);
        pace.allow(6.0, 0);
        assert_eq!(pace.rate(), 6.0);
    }

    #[test]
    fn a_clock_that_moves_back_stops_nothing() {
        let mut pace = Pace::new(10.0, 3_600_000);
        assert!(pace.take(10, PATIENT, 3_600_000).is_ok());
        pace.refused(3_600_000);
        assert_eq!(pace.take(1, PATIENT, 0), Ok(Duration::ZERO));
        pace.recover(60_000);
        assert_eq!(pace.rate(), 10.0);
    }

    proptest! {
        #[test]
        fn no_second_holds_more_than_the_share_and_one_call(
            share in 0.2_f64..500.0,
            acts in proptest::collection::vec((0_i64..400, 0_u8..10), 1..200),
        ) {
            let mut pace = Pace::new(share, 0);
            let (mut now, mut calls) = (0_i64, Vec::new());
            for (pause, act) in acts {
                now += pause;
                if act == 0 {
                    pace.refused(now);
                } else {
                    let count = pace.batch(50);
                    if let Ok(wait) = pace.take(count, PATIENT, now) {
                        calls.push((now as f64 + wait.as_secs_f64() * 1_000.0, count));
                    }
                }
                prop_assert!(pace.rate() <= pace.share && pace.rate() >= SLOWEST);
            }
            for (first, _) in &calls {
                let within = calls.iter().filter(|(at, _)| at >= first && *at < first + 1_000.0);
                let sent: usize = within.map(|(_, count)| count).sum();
                let most = share + share.clamp(1.0, 50.0) + 1.0;
                prop_assert!(sent as f64 <= most, "{sent} in a second at {share}");
            }
        }

        #[test]
        fn a_minute_after_the_last_refusal_the_whole_share_is_back(
            share in 0.2_f64..50_000.0,
            refusals in 1_i64..30,
        ) {
            let mut pace = Pace::new(share, 0);
            for refusal in 0..refusals {
                pace.refused(refusal * 2_000);
            }
            pace.recover((refusals - 1) * 2_000 + 60_000);
            prop_assert!((pace.rate() - share).abs() < 1e-6);
        }
    }
}
