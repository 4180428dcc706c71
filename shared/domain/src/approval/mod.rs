//! Requests that somebody may approve or reject, and what happens then.

mod approvers;
mod ask;
mod change;
mod decide;
mod details;
mod erase;
mod events;
mod figures;
mod reader;

use serde::{Deserialize, Serialize};

use crate::ids::{ApprovalId, UserId};
use crate::time::Timestamp;

pub use approvers::{Approvers, MAX_APPROVERS};
pub use ask::{Account, Ask, Price, Upgrade};
pub use change::{Change, MODULES, TIER, subject_gone};
pub use decide::{Decision, MAX_WORDS, owns, reading, require_may_decide};
pub use details::{MAX_DETAILS, NewRequest};
pub use events::{approved, rejected, submitted};
pub use figures::{Figures, Summary};

/// What kind of thing is asked for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalType {
    TierUpgrade,
    ModuleAccess,
    StaffAccount,
    Custom,
}

impl ApprovalType {
    pub const ALL: [ApprovalType; 4] = [
        Self::TierUpgrade,
        Self::ModuleAccess,
        Self::StaffAccount,
        Self::Custom,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::TierUpgrade => "tier_upgrade",
            Self::ModuleAccess => "module_access",
            Self::StaffAccount => "staff_account",
            Self::Custom => "custom",
        }
    }
}

/// Where a request stands. From `pending` it moves once, and never back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalStatus {
    Pending,
    Approved,
    Rejected,
    /// Taken back by whoever asked.
    Withdrawn,
}

impl ApprovalStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A request and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub id: ApprovalId,
    #[serde(flatten)]
    pub ask: Ask,
    /// In one line, what is asked for.
    pub title: String,
    /// Why it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub requester: UserId,
    pub status: ApprovalStatus,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// What the approver said: a comment, or the reason of a rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// It was made with a test key, so nothing about it leaves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    pub version: u64,
}

impl Approval {
    pub fn kind(&self) -> ApprovalType {
        self.ask.kind()
    }

    /// Seconds from the request to its decision.
    pub fn waited(&self) -> i64 {
        self.decided_at.map_or(0, |decided| {
            (decided.as_second() - self.created_at.as_second()).max(0)
        })
    }
}

#[cfg(test)]
mod tests;
