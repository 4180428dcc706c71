//! Asking.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::approval::{Approval, ApprovalType, NewRequest};
use domain::audit::AuditEntry;
use domain::directory::{Standing, User};
use domain::ids::ApprovalId;
use domain::problem::ProblemBody;
use domain::{Caller, Problem};
use lambda::rest::{Answer, Authenticated, Body, Once};
use store::Refused;

use crate::Approvals;
use crate::body::{ApprovalBody, ApprovalInput};
use crate::rights::Rights;

/// Ask for approval
///
/// For oneself; a `staff_account` is asked for by staff. Whoever may decide is
/// told, and the one who asks gets a confirmation.
#[utoipa::path(
    post,
    path = "/v1/approvals",
    operation_id = "createApproval",
    tag = "approvals",
    request_body = ApprovalInput,
    responses(
        (status = 201, description = "It waits for a decision", body = ApprovalBody),
        (status = 403, description = "Not a person of the directory, or not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_approval(
    State(app): State<Approvals>,
    Authenticated(caller): Authenticated,
    Once(effect): Once,
    Body(input): Body<ApprovalInput>,
) -> Answer<(StatusCode, Json<ApprovalBody>)> {
    let new = NewRequest::from(input);
    if new.kind == ApprovalType::StaffAccount {
        caller.require_staff()?;
    }
    let now = app.store.now();
    let id = match effect {
        Some(effect) => ApprovalId::of(effect.send_id().bare()),
        None => ApprovalId::new(now),
    };
    let asker = app.asker(&caller).await?;
    let named = match new.named() {
        Some(named) => app.store.user(&caller.tenant, &named).await?,
        None => None,
    };
    let approval = new.read(&caller, &asker, named.as_ref(), id, now)?;
    let rights = app.rights(&caller).await?;
    let approval = app.ask(&caller, &rights, approval).await?;
    let shown = app.shown_one(&caller, &rights, approval).await?;
    Ok((StatusCode::CREATED, shown))
}

impl Approvals {
    /// Whoever asks, as the directory has them.
    async fn asker(&self, caller: &Caller) -> Result<User, Problem> {
        let found = self.store.user(&caller.tenant, &caller.user).await?;
        let active = found.filter(|user| user.status == Standing::Active);
        active.ok_or_else(|| Problem::forbidden("Only people of the directory ask for approval."))
    }

    /// Keeps a request; one that an earlier attempt under the same key has kept
    /// is the one.
    async fn ask(
        &self,
        caller: &Caller,
        rights: &Rights,
        approval: Approval,
    ) -> Result<Approval, Problem> {
        let (tenant, now) = (&caller.tenant, self.store.now());
        let audit = AuditEntry::new(caller, "approval.submitted", approval.id.as_str(), now);
        let audit = audit.detail(approval.kind().as_str());
        let approvers = &rights.tenant.approvers;
        let created = self
            .store
            .create_approval(tenant, &approval, approvers, &audit);
        match created.await {
            Ok(tasks) => {
                self.store.hand_over(&self.queue, &tasks).await;
                Ok(approval)
            }
            Err(Refused::Store(error)) => Err(error.into()),
            Err(refused) if refused.at(0) => {
                let kept = self.store.approval(tenant, &approval.id).await?;
                kept.filter(|kept| kept.requester == caller.user)
                    .ok_or_else(|| Problem::conflict("There is a request with this id."))
            }
            Err(_) => Err(Problem::forbidden(
                "Only people of the directory ask for approval.",
            )),
        }
    }
}
