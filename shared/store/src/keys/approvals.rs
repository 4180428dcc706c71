//! Requests for approval, where each stands, their counters, and events on
//! their way to other systems.

use domain::approval::{ApprovalStatus, ApprovalType};
use domain::ids::{ApprovalId, EventId, TenantId, UserId};
use domain::privacy::Email;

use super::{event_facts, t};
use crate::table::Keys;

/// A request; all of a tenant are in the order of time.
pub fn approval(tenant: &TenantId, approval: &ApprovalId) -> Keys {
    Keys::new(approvals(tenant), approval.as_str())
}

pub fn approvals(tenant: &TenantId) -> String {
    t(tenant, "APPROVALS")
}

/// A request in the list of those of its status, of which it has one.
pub fn approval_place(tenant: &TenantId, status: ApprovalStatus, approval: &ApprovalId) -> Keys {
    Keys::new(approval_places(tenant, status), approval.as_str())
}

pub fn approval_places(tenant: &TenantId, status: ApprovalStatus) -> String {
    t(tenant, format_args!("APPROVALS#{}", status.as_str()))
}

/// A request in the list of whoever made it.
pub fn own_approval(tenant: &TenantId, user: &UserId, approval: &ApprovalId) -> Keys {
    Keys::new(own_approvals(tenant, user), approval.as_str())
}

pub fn own_approvals(tenant: &TenantId, user: &UserId) -> String {
    t(tenant, format_args!("OWNAPPROVALS#{user}"))
}

/// One shard of how many of a type wait.
pub fn approvals_waiting(tenant: &TenantId, kind: ApprovalType, shard: u32) -> Keys {
    Keys::new(
        approval_counts(tenant),
        format!("{}#{shard}", kind.as_str()),
    )
}

pub fn approval_counts(tenant: &TenantId) -> String {
    t(tenant, "APPROVALCOUNTS")
}

/// One shard of what became of a type on a day (`YYYY-MM-DD`).
pub fn approvals_decided(tenant: &TenantId, day: &str, kind: ApprovalType, shard: u32) -> Keys {
    Keys::new(
        approvals_month(tenant, day),
        format!("{day}#{}#{shard}", kind.as_str()),
    )
}

/// The counters of the month of a day.
pub fn approvals_month(tenant: &TenantId, day: &str) -> String {
    t(
        tenant,
        format_args!("APPROVALSTATS#{}", day.get(..7).unwrap_or(day)),
    )
}

/// That an account is being made for an address: two at once are one too many.
pub fn account_claim(tenant: &TenantId, email: &Email) -> Keys {
    let mark = domain::digest::fingerprint(&["account", email.reveal()], 26);
    Keys::new(t(tenant, format_args!("ACCOUNT#{mark}")), "CLAIM")
}

/// An event on its way to the bus.
pub fn publication(tenant: &TenantId, event: &EventId) -> Keys {
    Keys::new(event_facts(tenant, event, false), "PUBLICATION")
}
