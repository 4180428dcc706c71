//! What can be made to go wrong with a function.

use serde::{Deserialize, Serialize};

/// Counts of coming invocations that fail; each is used up one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FunctionFaults {
    /// The function is not run, and its caller sees an error.
    pub crash_before: u32,
    /// The function runs, and then its answer is lost.
    pub crash_after: u32,
    /// The function is cut off after `cut_off_ms`, as by its timeout.
    pub time_out: u32,
    pub cut_off_ms: u64,
}

/// What becomes of one invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Runs,
    CrashesBefore,
    CrashesAfter,
    TimesOut(u64),
}

impl FunctionFaults {
    pub(super) fn next(&mut self) -> Fate {
        let used = |count: &mut u32| {
            let left = *count > 0;
            *count = count.saturating_sub(1);
            left
        };
        if used(&mut self.crash_before) {
            Fate::CrashesBefore
        } else if used(&mut self.crash_after) {
            Fate::CrashesAfter
        } else if used(&mut self.time_out) {
            Fate::TimesOut(self.cut_off_ms)
        } else {
            Fate::Runs
        }
    }
}
