//! Who may decide, and what a decision makes of a request.

use super::{Approval, ApprovalStatus, Ask};
use crate::caller::Caller;
use crate::ids::UserId;
use crate::people::PRIVILEGED;
use crate::problem::{Code, Problem};
use crate::text;
use crate::time::Timestamp;

/// Bytes of a reason or a comment.
pub const MAX_WORDS: usize = 2000;

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<'a> {
    Approve(Option<&'a str>),
    Reject(&'a str),
}

/// Whether a request is somebody's own: they made it, or it is for them.
pub fn owns(approval: &Approval, user: &UserId) -> bool {
    let account = match &approval.ask {
        Ask::StaffAccount(account) => Some(&account.id),
        _ => None,
    };
    approval.requester == *user || account == Some(user)
}

/// 404 for whoever neither made a request nor may decide about its like: it
/// does not exist for them.
pub fn reading(approval: &Approval, caller: &Caller, approves: bool) -> Result<(), Problem> {
    if approves || approval.requester == caller.user {
        Ok(())
    } else {
        Err(Problem::not_found())
    }
}

/// Whether the caller, who `approves` requests of this type or does not, may
/// decide about this one.
pub fn require_may_decide(
    approval: &Approval,
    caller: &Caller,
    approves: bool,
) -> Result<(), Problem> {
    reading(approval, caller, approves)?;
    if owns(approval, &caller.user) {
        return Err(Problem::new(Code::OwnRequest));
    }
    if let Ask::StaffAccount(account) = &approval.ask {
        let mut roles = account.roles.iter();
        let privileged = roles.any(|role| PRIVILEGED.contains(&role.as_str()));
        if privileged && !caller.is_admin() {
            return Err(Problem::forbidden(
                "Only administrators give the roles admin and staff.",
            ));
        }
    }
    Ok(())
}

impl Approval {
    /// The request after a decision: once, while it is pending.
    pub fn decide(
        &self,
        decision: Decision<'_>,
        by: &UserId,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        self.require_pending()?;
        let (status, comment) = match decision {
            Decision::Approve(comment) => {
                let comment = comment.filter(|comment| !comment.trim().is_empty());
                let check = |comment| text::check("comment", comment, MAX_WORDS);
                (ApprovalStatus::Approved, comment.map(check).transpose()?)
            }
            Decision::Reject(reason) => {
                let reason = text::check("reason", reason, MAX_WORDS)?;
                (ApprovalStatus::Rejected, Some(reason))
            }
        };
        Ok(Self {
            status,
            comment,
            decided_at: Some(now),
            decided_by: Some(by.clone()),
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// The request after whoever made it took it back.
    pub fn withdraw(&self, now: Timestamp) -> Result<Self, Problem> {
        self.require_pending()?;
        Ok(Self {
            status: ApprovalStatus::Withdrawn,
            decided_at: Some(now),
            version: self.version + 1,
            ..self.clone()
        })
    }

    fn require_pending(&self) -> Result<(), Problem> {
        if self.status == ApprovalStatus::Pending {
            return Ok(());
        }
        let status = self.status.as_str();
        Err(Problem::conflict(format!("It is {status} already.")))
    }
}
