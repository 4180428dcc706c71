//! When to try again.

use std::time::Duration;

use crate::notification::Priority;

/// Provider outages: about seven hours in all, then the delivery has failed.
pub const PROVIDER_SCHEDULE: [u32; 7] = [5, 30, 120, 600, 1800, 7200, 14_400];

/// A second, and up to so much more, after a provider asked to slow down.
const SLOWLY: Duration = Duration::from_secs(9);

/// What is urgent is of no use hours later: the same steps, up to one hour.
pub const URGENT_SCHEDULE: [u32; 6] = [5, 30, 120, 600, 1800, 1045];

/// The delay before the next attempt, half to one and a half of the schedule's
/// step, or nothing when attempts are used up. `random` is in `0.0..1.0`.
pub fn provider_delay(priority: Priority, attempts: u32, random: f64) -> Option<Duration> {
    let schedule: &[u32] = match priority {
        Priority::Urgent => &URGENT_SCHEDULE,
        _ => &PROVIDER_SCHEDULE,
    };
    let step = schedule.get(attempts.checked_sub(1)? as usize)?;
    Some(Duration::from_secs_f64(f64::from(*step) * (0.5 + random)))
}

/// Full jitter: anything from nothing to `base · 2^attempt`, at most `cap`.
pub fn full_jitter(attempt: u32, base: Duration, cap: Duration, random: f64) -> Duration {
    let ceiling = base
        .saturating_mul(2u32.saturating_pow(attempt.min(16)))
        .min(cap);
    ceiling.mul_f64(random.clamp(0.0, 1.0))
}

/// The delay after a provider asked to slow down: anywhere in the next ten
/// seconds, so that what was given back together does not come back together.
pub fn slowly(random: f64) -> Duration {
    Duration::from_secs(1) + full_jitter(0, SLOWLY, SLOWLY, random)
}
