//! What a row makes of a person.

use std::collections::BTreeMap;

use super::ImportRow;
use crate::directory::{Standing, User};
use crate::people::MAX_ATTRIBUTES;
use crate::time::Timestamp;

/// What new people get where their row says nothing.
#[derive(Debug, Clone)]
pub struct Defaults {
    pub locale: String,
    pub time_zone: String,
}

/// The person after the row: a new one, a changed one, or `None` when the row
/// says nothing new.
pub fn merge(
    row: &ImportRow,
    before: Option<&User>,
    defaults: &Defaults,
    now: Timestamp,
) -> Option<User> {
    let mut after = before.cloned().unwrap_or_else(|| User {
        id: row.id.clone(),
        name: row.name.clone(),
        email: None,
        phone: None,
        locale: defaults.locale.clone(),
        time_zone: defaults.time_zone.clone(),
        roles: Default::default(),
        attributes: BTreeMap::new(),
        status: Standing::Active,
        guardians: Default::default(),
        children: Default::default(),
        created_at: now,
        updated_at: now,
        version: 0,
        shard: 0,
        session_epoch: 0,
        erased_at: None,
    });
    after.name.clone_from(&row.name);
    if let Some(email) = &row.email {
        after.email.clone_from(email);
    }
    if let Some(phone) = &row.phone {
        after.phone.clone_from(phone);
    }
    if let Some(roles) = &row.roles {
        after.roles.clone_from(roles);
    }
    if let Some(locale) = &row.locale {
        after.locale.clone_from(locale);
    }
    if let Some(zone) = &row.time_zone {
        after.time_zone.clone_from(zone);
    }
    for (key, value) in &row.attributes {
        if value.is_empty() {
            after.attributes.remove(key);
        } else if after.attributes.contains_key(key) || after.attributes.len() < MAX_ATTRIBUTES {
            after.attributes.insert(key.clone(), value.clone());
        }
    }
    if before == Some(&after) {
        return None;
    }
    // Whoever loses a role must show a token that was made without it.
    if before.is_some_and(|before| !before.roles.is_subset(&after.roles)) {
        after.session_epoch = now.as_second();
    }
    after.version += 1;
    after.updated_at = now;
    Some(after)
}
