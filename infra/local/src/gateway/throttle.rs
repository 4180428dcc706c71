//! A token bucket for each route, on the stack's clock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{Clock, Timestamp};

use crate::template::Throttle;

#[derive(Debug)]
pub(super) struct Throttles {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    limit: Option<Throttle>,
    buckets: HashMap<String, (f64, Timestamp)>,
}

impl Throttles {
    pub(super) fn new(limit: Option<Throttle>, clock: Clock) -> Self {
        Self {
            clock,
            state: Mutex::new(State {
                limit,
                buckets: HashMap::new(),
            }),
        }
    }

    pub(super) fn set(&self, limit: Option<Throttle>) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State {
            limit,
            buckets: HashMap::new(),
        };
    }

    /// Takes a token of the route; false if there is none.
    pub(super) fn admit(&self, route: &str) -> bool {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(limit) = state.limit else {
            return true;
        };
        let (tokens, since) = state
            .buckets
            .entry(route.to_owned())
            .or_insert((limit.burst, now));
        let passed = now.duration_since(*since).as_secs_f64().max(0.0);
        *tokens = (*tokens + passed * limit.rate).min(limit.burst);
        *since = now;
        let admitted = *tokens >= 1.0;
        if admitted {
            *tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_time_refills() {
        let clock = Clock::system();
        let throttles = Throttles::new(
            Some(Throttle {
                rate: 0.001,
                burst: 2.0,
            }),
            clock.clone(),
        );
        let admitted = |route| throttles.admit(route);
        assert!(admitted("a") && admitted("a") && !admitted("a"));
        assert!(admitted("b"));
        clock.advance(jiff::SignedDuration::from_secs(1_000));
        assert!(admitted("a") && !admitted("a"));
    }
}
