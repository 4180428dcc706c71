//! Requests for approval: those that somebody made, and those that were to give
//! them an account.

use domain::approval::{Approval, ApprovalStatus};
use domain::operation::Page;

use super::{Section, Subject, record};
use crate::approvals::ApprovalList;
use crate::error::StoreError;
use crate::table::Range;
use crate::transaction::Refused;
use crate::{Rows, Store, keys};

pub(super) const SECTION: Section = Section {
    name: "approvals",
    export: Some(|store, subject, cursor| Box::pin(export(store, subject, cursor))),
    erase: Some(|store, subject, cursor| Box::pin(erase(store, subject, cursor))),
};

async fn export(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let after = cursor.and_then(|cursor| cursor.parse().ok());
    let own = ApprovalList::Of(subject.id());
    let rows = store
        .list_approvals(&subject.tenant, own, after.as_ref(), super::PAGE)
        .await?;
    let records = rows.items.into_iter().map(|approval| {
        let id = approval.id.to_string();
        Ok((id, record(&approval)?))
    });
    Ok(Page {
        records: records.collect::<Result<_, StoreError>>()?,
        next: rows.more,
    })
}

/// All requests of the tenant are looked at: one for an account names somebody
/// who was not in the directory then.
async fn erase(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let rows: Rows<Approval> = store
        .rows(&Range {
            after: cursor,
            limit: Some(super::PAGE),
            consistent: true,
            ..Range::of(keys::approvals(&subject.tenant))
        })
        .await?;
    let (addresses, pseudonym) = (subject.addresses(), subject.pseudonym());
    for before in &rows.items {
        let after = before.without(subject.id(), &addresses, &pseudonym, store.now());
        if after != *before {
            redact(store, subject, before, &after).await?;
        }
    }
    Ok(Page {
        records: Vec::new(),
        next: rows.more,
    })
}

async fn redact(
    store: &Store,
    subject: &Subject,
    before: &Approval,
    after: &Approval,
) -> Result<(), StoreError> {
    let tenant = &subject.tenant;
    let taken_back = before.status == ApprovalStatus::Pending && after.status != before.status;
    let transaction = if taken_back {
        store.ended(tenant, before, after)
    } else {
        let keys = keys::approval(tenant, &after.id);
        store.transaction().replace(&keys, after, before.version)
    };
    match transaction.commit().await {
        Ok(()) => Ok(()),
        // It was decided meanwhile: the page comes again.
        Err(Refused::Conditions(_)) => Err(StoreError::Unavailable(
            "a request has changed".to_owned(),
        )),
        Err(Refused::Store(error)) => Err(error),
    }
}
