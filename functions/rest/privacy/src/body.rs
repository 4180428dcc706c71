//! Operations as callers see them.

use domain::Timestamp;
use domain::ids::{PrivacyId, UserId};
use domain::operation::{Kind, Operation, Status};
use serde::Serialize;
use store::personal::sections;
use utoipa::ToSchema;

/// An export or an erasure of one person's data.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrivacyOperation)]
pub(crate) struct OperationBody {
    id: PrivacyId,
    #[schema(inline)]
    kind: Kind,
    /// Whose data it is about.
    user: UserId,
    #[schema(inline)]
    status: Status,
    progress: OperationProgress,
    /// Records that an export has found so far.
    records: u64,
    created_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// Until when the records of an export can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Why the person is erased, in the words of who asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
}

/// How far an operation is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OperationProgress {
    /// Sections that are done.
    done: usize,
    total: usize,
    /// The section that it is in; absent before it begins and after its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<String>,
}

impl From<Operation> for OperationBody {
    fn from(operation: Operation) -> Self {
        let sections = sections(operation.kind);
        let done = operation.done(&sections);
        let running = operation.status == Status::Running;
        Self {
            progress: OperationProgress {
                done,
                total: sections.len(),
                section: running.then(|| operation.section.clone()),
            },
            expires_at: operation.expires_at(),
            id: operation.id,
            kind: operation.kind,
            user: operation.user,
            status: operation.status,
            records: operation.records,
            created_by: operation.created_by,
            created_at: operation.created_at,
            finished_at: operation.finished_at,
            reason: operation.reason,
            because: operation.because,
        }
    }
}
