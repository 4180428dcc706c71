//! Guardians and children.

use domain::operation::Page;
use serde_json::json;

use super::{Section, Subject};
use crate::Store;
use crate::error::StoreError;

pub(super) const SECTION: Section = Section {
    name: "guardianships",
    export: Some(|store, subject, _| Box::pin(export(store, subject))),
    erase: Some(|store, subject, _| Box::pin(erase(store, subject))),
};

async fn export(_: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let user = &subject.user;
    let guardians = user.guardians.iter().map(|other| (other, &user.id));
    let children = user.children.iter().map(|other| (&user.id, other));
    let records = guardians.chain(children).map(|(guardian, child)| {
        let key = format!("{guardian}#{child}");
        (key, json!({ "guardian": guardian, "child": child }))
    });
    Ok(Page {
        records: records.collect(),
        next: None,
    })
}

/// Takes the person out of the entries of the others. What their own says goes
/// with the profile.
async fn erase(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let user = &subject.user;
    for guardian in &user.guardians {
        store
            .unlink_guardian(&subject.tenant, guardian, &user.id, None)
            .await?;
    }
    for child in &user.children {
        store
            .unlink_guardian(&subject.tenant, &user.id, child, None)
            .await?;
    }
    Ok(Page::default())
}
