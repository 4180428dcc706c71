//! What somebody has chosen about how they are reached.

use domain::operation::Page;

use super::{Section, Subject, record};
use crate::Store;
use crate::error::StoreError;
use crate::preferences::forgotten;
use crate::transaction::Refused;

pub(super) const SECTION: Section = Section {
    name: "preferences",
    export: Some(|store, subject, _| Box::pin(export(store, subject))),
    erase: Some(|store, subject, _| Box::pin(erase(store, subject))),
};

async fn export(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let chosen = store.preferences(&subject.tenant, subject.id()).await?;
    let records = match chosen.version {
        0 => Vec::new(),
        _ => vec![(subject.id().to_string(), record(&chosen)?)],
    };
    Ok(Page {
        records,
        next: None,
    })
}

async fn erase(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let (tenant, user) = (&subject.tenant, subject.id());
    let chosen = store.preferences(tenant, user).await?;
    let gone = forgotten(store.transaction(), tenant, user, &chosen);
    match gone.commit().await {
        Ok(()) | Err(Refused::Conditions(_)) => Ok(Page::default()),
        Err(Refused::Store(error)) => Err(error),
    }
}
