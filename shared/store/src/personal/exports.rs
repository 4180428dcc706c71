//! What earlier exports have found.

use domain::operation::Page;

use super::{Section, Subject};
use crate::error::StoreError;
use crate::{Store, keys};

pub(super) const SECTION: Section = Section {
    name: "exports",
    // An export does not hold another one.
    export: None,
    erase: Some(|store, subject, cursor| Box::pin(erase(store, subject, cursor))),
};

async fn erase(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let after = cursor.and_then(|cursor| cursor.parse().ok());
    let found = store
        .exports_about(&subject.tenant, subject.id(), after.as_ref())
        .await?;
    for export in &found.items {
        let records = keys::export_records(&subject.tenant, &export.id);
        store.clear_partition(&records).await?;
    }
    Ok(Page {
        records: Vec::new(),
        next: found.more,
    })
}
