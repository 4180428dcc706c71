//! Statistics of requests, from counters.

use std::collections::BTreeMap;

use super::ApprovalType;
use crate::log::percent;

/// What was counted of one type, or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Waiting now.
    pub pending: u64,
    pub approved: u64,
    pub rejected: u64,
    pub withdrawn: u64,
    /// Seconds that those waited which were approved or rejected.
    pub waited: u64,
}

impl Figures {
    pub fn add(&mut self, other: Figures) {
        self.pending += other.pending;
        self.approved += other.approved;
        self.rejected += other.rejected;
        self.withdrawn += other.withdrawn;
        self.waited += other.waited;
    }

    pub fn decided(self) -> u64 {
        self.approved + self.rejected
    }

    /// Approved of decided, in per cent to two decimals; 0 when none was.
    pub fn approval_rate(self) -> f64 {
        percent(self.approved, self.decided())
    }

    /// From a request to its decision, in hours to two decimals; 0 when none
    /// was decided.
    pub fn average_hours(self) -> f64 {
        if self.decided() == 0 {
            return 0.0;
        }
        let hours = self.waited as f64 / self.decided() as f64 / 3600.0;
        (hours * 100.0).round() / 100.0
    }
}

/// Figures by type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary(BTreeMap<ApprovalType, Figures>);

impl Summary {
    pub fn add(&mut self, kind: ApprovalType, figures: Figures) {
        self.0.entry(kind).or_default().add(figures);
    }

    pub fn of(&self, kind: ApprovalType) -> Figures {
        self.0.get(&kind).copied().unwrap_or_default()
    }
}
