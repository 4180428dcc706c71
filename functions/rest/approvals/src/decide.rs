//! Deciding about one request, and taking one back.

use axum::Json;
use axum::extract::State;
use domain::approval::{Approval, ApprovalStatus, Decision};
use domain::idempotency::Effect;
use domain::ids::ApprovalId;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Problem};
use lambda::rest::{Answer, Authenticated, Body, Once, Path};
use serde::Deserialize;
use store::StoreError;
use store::approval_decisions::Undecided;
use utoipa::ToSchema;

use crate::Approvals;
use crate::body::ApprovalBody;
use crate::rights::Rights;

/// Attempts at a person who keeps changing.
const ATTEMPTS: u32 = 8;

/// A word to whoever asked.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct ApproveInput {
    /// At most 2,000 bytes.
    #[serde(default)]
    comment: Option<String>,
}

/// Why.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct RejectInput {
    /// For whoever asked; at most 2,000 bytes.
    reason: String,
}

/// Nothing is said.
#[derive(Debug, Deserialize, garde::Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawInput {}

/// Approve a request
///
/// What was asked for happens in the directory in the same moment. Of several
/// who decide at once, one has decided.
#[utoipa::path(
    post,
    path = "/v1/approvals/{id}/approve",
    operation_id = "approveRequest",
    tag = "approvals",
    params(("id" = ApprovalId, Path)),
    request_body = ApproveInput,
    responses(
        (status = 200, description = "As it is now", body = ApprovalBody),
        (status = 403, description = "One's own request, or a role that only administrators give", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Decided already, or the directory no longer allows it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn approve(
    State(app): State<Approvals>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ApprovalId>,
    Once(effect): Once,
    Body(input): Body<ApproveInput>,
) -> Answer<Json<ApprovalBody>> {
    let rights = app.rights(&caller).await?;
    let comment = input.comment.as_deref();
    let approved = app.approve(&caller, &rights, &id, comment, effect.as_ref());
    let approved = approved.await?;
    app.shown_one(&caller, &rights, approved).await
}

/// Reject a request
#[utoipa::path(
    post,
    path = "/v1/approvals/{id}/reject",
    operation_id = "rejectRequest",
    tag = "approvals",
    params(("id" = ApprovalId, Path)),
    request_body = RejectInput,
    responses(
        (status = 200, description = "As it is now", body = ApprovalBody),
        (status = 403, description = "One's own request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Decided already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "There is no reason", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reject(
    State(app): State<Approvals>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ApprovalId>,
    Once(effect): Once,
    Body(input): Body<RejectInput>,
) -> Answer<Json<ApprovalBody>> {
    let rights = app.rights(&caller).await?;
    let before = app.deciding(&caller, &rights, &id).await?;
    if was_done(&before, ApprovalStatus::Rejected, &caller, effect.as_ref()) {
        return app.shown_one(&caller, &rights, before).await;
    }
    let decision = Decision::Reject(&input.reason);
    let after = before.decide(decision, &caller.user, app.store.now())?;
    let rejected = app.store.reject(&caller, &before, &after).await;
    let tasks = rejected.map_err(|refused| refused.or_conflict("It was decided meanwhile."))?;
    app.store.hand_over(&app.queue, &tasks).await;
    app.shown_one(&caller, &rights, after).await
}

/// Withdraw one's request
#[utoipa::path(
    post,
    path = "/v1/approvals/{id}/withdraw",
    operation_id = "withdrawRequest",
    tag = "approvals",
    params(("id" = ApprovalId, Path)),
    request_body = WithdrawInput,
    responses(
        (status = 200, description = "As it is now", body = ApprovalBody),
        (status = 403, description = "Somebody else's request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Decided already", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(
    State(app): State<Approvals>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ApprovalId>,
    Once(effect): Once,
    Body(_nothing): Body<WithdrawInput>,
) -> Answer<Json<ApprovalBody>> {
    let rights = app.rights(&caller).await?;
    let before = app.found(&caller, &rights, &id).await?;
    if before.requester != caller.user {
        let detail = "Only whoever made a request withdraws it.";
        return Err(Problem::forbidden(detail).into());
    }
    if was_done(&before, ApprovalStatus::Withdrawn, &caller, effect.as_ref()) {
        return app.shown_one(&caller, &rights, before).await;
    }
    let after = before.withdraw(app.store.now())?;
    let withdrawn = app.store.withdraw(&caller, &before, &after).await;
    withdrawn.map_err(|refused| refused.or_conflict("It was decided meanwhile."))?;
    app.shown_one(&caller, &rights, after).await
}

/// Whether an earlier attempt under the same key, which died before it could
/// answer, has ended the request so.
fn was_done(
    approval: &Approval,
    status: ApprovalStatus,
    caller: &Caller,
    effect: Option<&Effect>,
) -> bool {
    let by = approval.decided_by.as_ref().unwrap_or(&approval.requester);
    approval.status == status
        && *by == caller.user
        && effect.is_some_and(|effect| approval.decided_at >= Some(effect.begun))
}

impl Approvals {
    /// Approves one request.
    pub(crate) async fn approve(
        &self,
        caller: &Caller,
        rights: &Rights,
        id: &ApprovalId,
        comment: Option<&str>,
        effect: Option<&Effect>,
    ) -> Result<Approval, Problem> {
        let before = self.deciding(caller, rights, id).await?;
        if was_done(&before, ApprovalStatus::Approved, caller, effect) {
            return Ok(before);
        }
        let decision = Decision::Approve(comment);
        let after = before.decide(decision, &caller.user, self.store.now())?;
        let problem = match self.execute(caller, rights, &before, &after).await {
            Ok(()) => return Ok(after),
            Err(problem) => problem,
        };
        // What somebody else's decision has made is no reason against this one.
        if problem.code == Code::Conflict
            && let Some(now) = self.store.approval(&caller.tenant, id).await?
        {
            now.decide(decision, &caller.user, self.store.now())?;
        }
        Err(problem)
    }

    async fn execute(
        &self,
        caller: &Caller,
        rights: &Rights,
        before: &Approval,
        after: &Approval,
    ) -> Result<(), Problem> {
        let (store, tenant) = (&self.store, &caller.tenant);
        for _ in 0..ATTEMPTS {
            let subject = store.user(tenant, before.subject()).await?;
            let change = before.change(&rights.tenant, subject, store.now())?;
            match store.approve(caller, before, after, change).await {
                Ok(tasks) => {
                    store.hand_over(&self.queue, &tasks).await;
                    return Ok(());
                }
                Err(Undecided::Moved) => {}
                Err(Undecided::Decided) => {
                    return Err(Problem::conflict("It was decided meanwhile."));
                }
                Err(Undecided::Taken) => {
                    return Err(Problem::conflict(
                        "By now somebody has the id or the e-mail address; reject the request.",
                    ));
                }
                Err(Undecided::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("the person kept changing".to_owned()).into())
    }
}
