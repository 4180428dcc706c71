//! The feed and what was done to it.

use domain::operation::Page;

use super::{PAGE, Section, Subject};
use crate::community_removal::place_of;
use crate::error::StoreError;
use crate::table::Range;
use crate::{Store, keys};

pub(super) const SECTION: Section = Section {
    name: "notifications",
    export: Some(|store, subject, cursor| Box::pin(export(store, subject, cursor))),
    erase: Some(|store, subject, _| Box::pin(erase(store, subject))),
};

async fn export(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let range = Range {
        prefix: Some(domain::ids::NotificationId::PREFIX.to_owned()),
        ..Range::of(keys::feed(&subject.tenant, subject.id()))
    };
    store.records_of(range, cursor).await
}

async fn erase(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let range = Range {
        limit: Some(PAGE),
        consistent: true,
        ..Range::of(keys::feed(&subject.tenant, subject.id()))
    };
    let (items, last) = store.page(&range).await?;
    let keys: Vec<_> = items.iter().filter_map(place_of).collect();
    store.batch_delete(&keys).await?;
    Ok(Page {
        records: Vec::new(),
        // What is deleted is behind nobody: the next page begins at the front.
        next: last.map(|_| "more".to_owned()),
    })
}
