//! Approving many requests by one call.

use axum::Json;
use axum::extract::State;
use domain::Problem;
use domain::approval::Approval;
use domain::ids::ApprovalId;
use domain::problem::ProblemBody;
use lambda::rest::{Answer, Authenticated, Body, Once};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Approvals;
use crate::body::ApprovalBody;

/// Requests in one call.
const MOST: usize = 50;

/// Which requests.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkApproveInput {
    #[garde(length(min = 1, max = MOST))]
    #[schema(min_items = 1, max_items = 50)]
    ids: Vec<String>,
    /// The same for all of them; at most 2,000 bytes.
    #[serde(default)]
    #[garde(skip)]
    comment: Option<String>,
}

/// What became of each, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkApproved {
    items: Vec<BulkRow>,
}

/// What became of one: the request, or the problem that it alone would have
/// been answered with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkRow {
    id: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<ApprovalBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Approve several requests
///
/// At most 50, each for itself: one that cannot be approved keeps no other from
/// being approved.
#[utoipa::path(
    post,
    path = "/v1/approvals/bulk-approve",
    operation_id = "bulkApproveRequests",
    tag = "approvals",
    request_body = BulkApproveInput,
    responses(
        (status = 200, description = "What became of each", body = BulkApproved),
        (status = 403, description = "Not somebody who decides", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn bulk_approve(
    State(app): State<Approvals>,
    Authenticated(caller): Authenticated,
    Once(effect): Once,
    Body(input): Body<BulkApproveInput>,
) -> Answer<Json<BulkApproved>> {
    let rights = app.rights(&caller).await?;
    rights.require_approver()?;
    let comment = input.comment.as_deref();
    let mut results = Vec::with_capacity(input.ids.len());
    for id in input.ids {
        let approved: Result<Approval, Problem> = match id.parse::<ApprovalId>() {
            Ok(known) => {
                app.approve(&caller, &rights, &known, comment, effect.as_ref())
                    .await
            }
            Err(bad) => Err(bad.into()),
        };
        results.push((id, approved));
    }
    let approved: Vec<Approval> = results
        .iter()
        .filter_map(|(_, result)| result.as_ref().ok().cloned())
        .collect();
    let mut shown = app.shown(&caller, &rights, approved).await?.into_iter();
    let items = results.into_iter().map(|(id, result)| match result {
        Ok(_) => BulkRow {
            id,
            status: 200,
            approval: shown.next(),
            problem: None,
        },
        Err(problem) => BulkRow {
            id,
            status: problem.code.status(),
            approval: None,
            problem: Some(ProblemBody::of(&problem, None, None)),
        },
    });
    Ok(Json(BulkApproved {
        items: items.collect(),
    }))
}
