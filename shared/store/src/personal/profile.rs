//! The entry in the directory. Of an erased person only the id stays, with
//! nothing behind it: sends that were made before may still name it, and must
//! reach nobody else.

use domain::directory::User;
use domain::operation::Page;
use serde_json::Value;

use super::{Section, Subject, record};
use crate::error::StoreError;
use crate::tenants::version_is;
use crate::transaction::Refused;
use crate::users::profile;
use crate::{Store, keys};

pub(super) const SECTION: Section = Section {
    name: "profile",
    export: Some(|store, subject, _| Box::pin(export(store, subject))),
    erase: Some(|store, subject, _| Box::pin(erase(store, subject))),
};

async fn export(_: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let mut found = record(&subject.user)?;
    if let Value::Object(fields) = &mut found {
        for inner in ["shard", "session_epoch", "version", "guardians", "children"] {
            fields.remove(inner);
        }
    }
    Ok(Page {
        records: vec![(subject.id().to_string(), found)],
        next: None,
    })
}

async fn erase(store: &Store, subject: &Subject) -> Result<Page, StoreError> {
    let before = &subject.user;
    let left = User {
        guardians: Default::default(),
        children: Default::default(),
        locale: String::new(),
        time_zone: String::new(),
        version: before.version + 1,
        ..before.clone()
    };
    let erased = store
        .transaction()
        .put(
            profile(&subject.tenant, &left, None)?,
            Some(version_is(before.version)),
        )
        .delete(&keys::erasing(&subject.tenant, subject.id()), None)
        .commit()
        .await;
    match erased {
        Ok(()) => Ok(Page::default()),
        // Another delivery is at it.
        Err(Refused::Conditions(_)) => Err(StoreError::Unavailable(
            "the profile has changed".to_owned(),
        )),
        Err(Refused::Store(error)) => Err(error),
    }
}
