//! Requests as they come and as they are answered.

use std::collections::HashMap;

use domain::Timestamp;
use domain::approval::{Approval, ApprovalStatus, ApprovalType, NewRequest};
use domain::ids::{ApprovalId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// A request.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct ApprovalInput {
    r#type: ApprovalType,
    /// Of a `custom` request, and of no other: one line.
    #[serde(default)]
    title: Option<String>,
    /// Why; at most 2,000 bytes.
    #[serde(default)]
    reason: Option<String>,
    /// `tier_upgrade`: `to`, and perhaps `from` and `price {amount, currency}`.
    /// `module_access`: `module`. `staff_account`: `name`, `email`, `roles`, and
    /// perhaps `id` and `phone`; the id and address of somebody in the directory
    /// ask for more roles for them. `custom`: up to 20 texts.
    #[serde(default)]
    #[schema(value_type = Object)]
    details: Map<String, Value>,
}

impl From<ApprovalInput> for NewRequest {
    fn from(input: ApprovalInput) -> Self {
        Self {
            kind: input.r#type,
            title: input.title,
            reason: input.reason,
            details: input.details,
        }
    }
}

/// A person by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalPerson {
    id: UserId,
    /// Absent when they have left the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// A request and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approval)]
pub(crate) struct ApprovalBody {
    id: ApprovalId,
    r#type: ApprovalType,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// As they were asked for; with `known`, the roles are for somebody whom
    /// the directory has.
    #[schema(value_type = Object)]
    details: Value,
    requester: ApprovalPerson,
    status: ApprovalStatus,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was decided or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<ApprovalPerson>,
    /// What the approver said; of a rejection, the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    version: u64,
    /// Whether the caller may decide about it now.
    may_decide: bool,
}

impl ApprovalBody {
    pub(crate) fn of(
        approval: Approval,
        names: &HashMap<UserId, String>,
        may_decide: bool,
    ) -> Self {
        let person = |id: UserId| ApprovalPerson {
            name: names.get(&id).cloned(),
            id,
        };
        let kind = approval.kind();
        let mut ask = json!(approval.ask);
        Self {
            id: approval.id,
            r#type: kind,
            title: approval.title,
            reason: approval.reason,
            details: ask["details"].take(),
            requester: person(approval.requester),
            status: approval.status,
            created_at: approval.created_at,
            decided_at: approval.decided_at,
            decided_by: approval.decided_by.map(person),
            comment: approval.comment,
            version: approval.version,
            may_decide,
        }
    }
}
