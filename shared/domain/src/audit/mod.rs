//! The trail of privileged acts, and the seals that show whether it was changed.

mod seal;
#[cfg(test)]
mod tests;
mod verify;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::ids::{AuditId, UserId};
use crate::time::Timestamp;

pub use seal::{KeptEntry, LATE_SECONDS, Seal, SealedEntry, seal};
pub use verify::{Flaw, Head, Verdict, Verification};

/// One privileged act. Written in the transaction of the act, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditEntry {
    pub id: AuditId,
    /// Such as `announcement.published` or `user.role_changed`.
    pub act: String,
    pub actor: UserId,
    /// What it was done to.
    pub subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    pub at: Timestamp,
}

impl AuditEntry {
    pub fn new(caller: &Caller, act: &str, subject: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id: AuditId::new(now),
            act: act.to_owned(),
            actor: caller.user.clone(),
            subject: subject.into(),
            detail: None,
            at: now,
        }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
