//! How often one caller may change something.

use std::future::Future;

use crate::caller::{Caller, Credential};
use crate::problem::Problem;

/// So many acts in each window of so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub acts: u32,
    pub seconds: i64,
}

impl Limit {
    /// Changes a minute: what a person cannot do by hand, and what another
    /// system does when it works through a list.
    pub fn of(caller: &Caller) -> Self {
        let acts = match caller.credential {
            Credential::Token => 300,
            Credential::LiveKey | Credential::TestKey => 3_000,
        };
        Self { acts, seconds: 60 }
    }
}

/// What a caller has used of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    pub acts: u32,
    /// Seconds until the window ends.
    pub ends_in: u32,
}

impl Used {
    /// Acts that are left, or nothing when the limit is passed.
    pub fn left(self, limit: Limit) -> Option<u32> {
        limit.acts.checked_sub(self.acts)
    }
}

/// Where acts are counted.
pub trait Windows: Clone + Send + Sync + 'static {
    /// Counts one change by a caller.
    fn count_change(
        &self,
        caller: &Caller,
        limit: Limit,
    ) -> impl Future<Output = Result<Used, Problem>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_act_is_allowed_and_the_next_is_not() {
        let limit = Limit {
            acts: 3,
            seconds: 60,
        };
        let left = |acts| Used { acts, ends_in: 1 }.left(limit);
        assert_eq!(left(1), Some(2));
        assert_eq!(left(3), Some(0));
        assert_eq!(left(4), None);
    }
}
