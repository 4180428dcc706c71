//! What a caller may see and decide.

use domain::approval::{Approval, ApprovalStatus, ApprovalType, reading, require_may_decide};
use domain::directory::Tenant;
use domain::ids::ApprovalId;
use domain::{Caller, Problem};

use crate::Approvals;

/// What the caller may decide about, as the directory and the settings are now.
#[derive(Debug)]
pub(crate) struct Rights {
    pub(crate) tenant: Tenant,
    pub(crate) decides: Vec<ApprovalType>,
}

impl Rights {
    pub(crate) fn approves(&self, approval: &Approval) -> bool {
        self.decides.contains(&approval.kind())
    }

    /// Whether the request waits for the caller, among others.
    pub(crate) fn may_decide_now(&self, caller: &Caller, approval: &Approval) -> bool {
        approval.status == ApprovalStatus::Pending
            && require_may_decide(approval, caller, self.approves(approval)).is_ok()
    }

    /// 403 for somebody who decides about nothing.
    pub(crate) fn require_approver(&self) -> Result<(), Problem> {
        if self.decides.is_empty() {
            Err(Problem::forbidden("Only those who decide may do this."))
        } else {
            Ok(())
        }
    }
}

impl Approvals {
    pub(crate) async fn rights(&self, caller: &Caller) -> Result<Rights, Problem> {
        let tenant = self.store.tenant(&caller.tenant).await?;
        let tenant = tenant.ok_or_else(Problem::not_found)?;
        let facts = self.store.person_facts(caller, self.store.now()).await?;
        let decides = tenant.approvers.decided_by(&facts);
        Ok(Rights { tenant, decides })
    }

    /// A request that the caller made or may decide about.
    pub(crate) async fn found(
        &self,
        caller: &Caller,
        rights: &Rights,
        id: &ApprovalId,
    ) -> Result<Approval, Problem> {
        let found = self.store.approval(&caller.tenant, id).await?;
        let approval = found.ok_or_else(Problem::not_found)?;
        reading(&approval, caller, rights.approves(&approval))?;
        Ok(approval)
    }

    /// A request about which the caller may decide.
    pub(crate) async fn deciding(
        &self,
        caller: &Caller,
        rights: &Rights,
        id: &ApprovalId,
    ) -> Result<Approval, Problem> {
        let approval = self.found(caller, rights, id).await?;
        require_may_decide(&approval, caller, rights.approves(&approval))?;
        Ok(approval)
    }
}
