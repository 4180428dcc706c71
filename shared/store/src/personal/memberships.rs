//! Places in groups.

use domain::operation::Page;

use super::{Section, Subject, record};
use crate::Store;
use crate::error::StoreError;
use crate::transaction::Refused;

pub(super) const SECTION: Section = Section {
    name: "memberships",
    export: Some(|store, subject, _| Box::pin(export(store, subject))),
    erase: Some(|store, subject, _| Box::pin(erase(store, subject))),
};

async fn export(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let found = store.memberships_of(&subject.tenant, subject.id()).await?;
    let records = found
        .iter()
        .map(|membership| Ok((membership.group.to_string(), record(membership)?)));
    Ok(Page {
        records: records.collect::<Result<_, StoreError>>()?,
        next: None,
    })
}

async fn erase(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let removed = store.remove_memberships_of(&subject.tenant, &subject.user);
    match removed.await {
        Ok(()) | Err(Refused::Conditions(_)) => Ok(Page::default()),
        Err(Refused::Store(error)) => Err(error),
    }
}
