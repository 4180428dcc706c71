//! Requests for approval: making them, and the lists that they stand in.

use domain::approval::{Approval, ApprovalStatus, Approvers, submitted};
use domain::audit::AuditEntry;
use domain::ids::{ApprovalId, TenantId, UserId};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::publications::tasks_of;
use crate::table::{Keys, Range, parse};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// Where a request stands in a list.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    approval: ApprovalId,
}

/// Which requests, newest first.
#[derive(Debug, Clone, Copy)]
pub enum ApprovalList<'a> {
    All,
    Of(&'a UserId),
    Standing(ApprovalStatus),
}

impl Transaction {
    /// Puts a request into a list.
    pub(crate) fn list_approval(self, keys: &Keys, approval: &ApprovalId) -> Self {
        let place = Place {
            approval: approval.clone(),
        };
        self.set(keys, &place)
    }
}

impl Store {
    /// A new request, with the event that tells of it. Position 0 of the
    /// refusal: there is one with its id; 1: whoever asks has left.
    pub async fn create_approval(
        &self,
        tenant: &TenantId,
        approval: &Approval,
        approvers: &Approvers,
        audit: &AuditEntry,
    ) -> Result<Vec<OutboxRow>, Refused> {
        let now = approval.created_at;
        let event = submitted(approval, approvers, now);
        let tasks = tasks_of(tenant, approval.test, &event, now);
        let place = keys::approval_place(tenant, approval.status, &approval.id);
        let own = keys::own_approval(tenant, &approval.requester, &approval.id);
        let there = Expression::new("attribute_exists(#pk)");
        self.transaction()
            .create(&keys::approval(tenant, &approval.id), approval)
            .check(&keys::user(tenant, &approval.requester), there)
            .list_approval(&place, &approval.id)
            .list_approval(&own, &approval.id)
            .waiting(tenant, approval.kind(), 1)
            .audit(tenant, audit)
            .raise(tenant, approval.test, &event, &tasks, now)
            .commit()
            .await?;
        Ok(tasks)
    }

    pub async fn approval(
        &self,
        tenant: &TenantId,
        approval: &ApprovalId,
    ) -> Result<Option<Approval>, StoreError> {
        self.read(&keys::approval(tenant, approval)).await
    }

    /// One page of a list, newest first, behind a request that was seen.
    pub async fn list_approvals(
        &self,
        tenant: &TenantId,
        list: ApprovalList<'_>,
        after: Option<&ApprovalId>,
        limit: u32,
    ) -> Result<Rows<Approval>, StoreError> {
        let partition = match list {
            ApprovalList::All => keys::approvals(tenant),
            ApprovalList::Of(user) => keys::own_approvals(tenant, user),
            ApprovalList::Standing(status) => keys::approval_places(tenant, status),
        };
        let range = Range {
            newest_first: true,
            consistent: true,
            after: after.map(ToString::to_string),
            limit: Some(limit),
            ..Range::of(partition)
        };
        if matches!(list, ApprovalList::All) {
            return self.rows(&range).await;
        }
        let places: Rows<Place> = self.rows(&range).await?;
        let wanted = places.items.iter();
        let wanted = wanted.map(|place| keys::approval(tenant, &place.approval));
        let found = self.batch_get_consistent(wanted.collect()).await?;
        let mut items = found
            .into_iter()
            .map(parse)
            .collect::<Result<Vec<Approval>, _>>()?;
        items.sort_by(|one, other| other.id.cmp(&one.id));
        Ok(Rows {
            items,
            more: places.more,
        })
    }
}
