//! What an organisation says about how its people are reached.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ByCategory, CHANNELS, Choices, MANDATORY};
use crate::caller::Role;
use crate::channel::Channel;
use crate::ids::is_slug;
use crate::problem::FieldError;

/// In the place of a category: every one that is not named itself.
pub const EVERYTHING: &str = "*";
/// Locks, mandatory categories, or categories of one list of defaults.
pub const MAX_ENTRIES: usize = 100;

/// A channel that nobody can switch on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Of this category; absent, of every category without a lock of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    pub channel: Channel,
    /// Locked on, or locked off.
    pub allowed: bool,
}

/// A tenant's rules for preferences.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PreferenceRules {
    pub locks: Vec<Lock>,
    /// Categories that pass whatever people have chosen, besides those that
    /// always do (`security`).
    pub mandatory: BTreeSet<String>,
    /// Where a person has chosen nothing: by category (`*` for all others) and
    /// channel.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, bool>>)]
    pub defaults: ByCategory,
    /// The same for people with a role; it comes before `defaults`.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, BTreeMap<String, bool>>>)]
    pub role_defaults: BTreeMap<Role, ByCategory>,
}

impl PreferenceRules {
    /// What a lock says.
    pub fn locked(&self, category: &str, channel: Channel) -> Option<bool> {
        let of = |wanted: Option<&str>| {
            self.locks
                .iter()
                .find(|lock| lock.channel == channel && lock.category.as_deref() == wanted)
                .map(|lock| lock.allowed)
        };
        of(Some(category)).or_else(|| of(None))
    }

    pub fn is_mandatory(&self, category: &str) -> bool {
        MANDATORY.contains(&category) || self.mandatory.contains(category)
    }

    /// What is said for people with a role.
    pub fn of_role(&self, role: &Role, category: &str, channel: Channel) -> Option<bool> {
        said(self.role_defaults.get(role)?, category, channel)
    }

    /// What is said for everybody.
    pub fn of_everybody(&self, category: &str, channel: Channel) -> Option<bool> {
        said(&self.defaults, category, channel)
    }

    /// Whether somebody's roles matter to the decision.
    pub fn asks_roles(&self, category: &str, channel: Channel) -> bool {
        let mut tables = self.role_defaults.values();
        tables.any(|table| said(table, category, channel).is_some())
    }

    /// The categories that are named anywhere.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        let locks = self
            .locks
            .iter()
            .filter_map(|lock| lock.category.as_deref());
        let tables = std::iter::once(&self.defaults).chain(self.role_defaults.values());
        let tables = tables.flat_map(|table| table.keys().map(String::as_str));
        let mandatory = self.mandatory.iter().map(String::as_str);
        locks
            .chain(mandatory)
            .chain(tables)
            .filter(|category| *category != EVERYTHING)
    }
}

fn said(table: &ByCategory, category: &str, channel: Channel) -> Option<bool> {
    let of = |category: &str| table.get(category)?.get(&channel).copied();
    of(category).or_else(|| of(EVERYTHING))
}

/// Changes to the rules; each list that is given replaces the one there is.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RulesInput {
    pub locks: Option<Vec<Lock>>,
    pub mandatory: Option<BTreeSet<String>>,
    #[schema(value_type = Option<BTreeMap<String, BTreeMap<String, bool>>>)]
    pub defaults: Option<ByCategory>,
    #[schema(value_type = Option<BTreeMap<String, BTreeMap<String, BTreeMap<String, bool>>>>)]
    pub role_defaults: Option<BTreeMap<Role, ByCategory>>,
}

impl RulesInput {
    /// The rules as they are to be, or what is wrong, by field.
    pub fn apply(&self, before: &PreferenceRules) -> Result<PreferenceRules, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut after = before.clone();
        if let Some(locks) = &self.locks {
            check_locks(locks, &mut faults);
            after.locks.clone_from(locks);
        }
        if let Some(mandatory) = &self.mandatory {
            check_count("mandatory", mandatory.len(), &mut faults);
            for category in mandatory {
                check_category("mandatory", category, &mut faults);
            }
            after.mandatory.clone_from(mandatory);
        }
        if let Some(defaults) = &self.defaults {
            check_table("defaults", defaults, &mut faults);
            after.defaults.clone_from(defaults);
        }
        if let Some(of_roles) = &self.role_defaults {
            check_count("role_defaults", of_roles.len(), &mut faults);
            for (role, table) in of_roles {
                check_table(&format!("role_defaults.{role}"), table, &mut faults);
            }
            after.role_defaults.clone_from(of_roles);
        }
        if faults.is_empty() {
            Ok(after)
        } else {
            Err(faults)
        }
    }
}

fn check_locks(locks: &[Lock], faults: &mut Vec<FieldError>) {
    check_count("locks", locks.len(), faults);
    let mut seen = BTreeSet::new();
    for (position, lock) in locks.iter().enumerate() {
        let field = format!("locks[{position}]");
        if let Some(category) = &lock.category {
            check_category(&field, category, faults);
        }
        check_channels(&field, [&lock.channel], faults);
        if !seen.insert((&lock.category, lock.channel)) {
            let message = "There is another lock for this category and channel.";
            faults.push(FieldError::new(field, "duplicate", message));
        }
    }
}

fn check_table(field: &str, table: &ByCategory, faults: &mut Vec<FieldError>) {
    check_count(field, table.len(), faults);
    for (category, choices) in table {
        let field = format!("{field}.{category}");
        if category != EVERYTHING {
            check_category(&field, category, faults);
        }
        check_channels(&field, choices.keys(), faults);
    }
}

fn check_count(field: &str, count: usize, faults: &mut Vec<FieldError>) {
    if count > MAX_ENTRIES {
        let message = format!("At most {MAX_ENTRIES}.");
        faults.push(FieldError::new(field, "too_many", message));
    }
}

fn check_category(field: &str, category: &str, faults: &mut Vec<FieldError>) {
    if !is_slug(category) {
        let message = "A category is a word such as grades.";
        faults.push(FieldError::new(field, "invalid", message));
    }
}

pub(super) fn check_channels<'a>(
    field: &str,
    channels: impl IntoIterator<Item = &'a Channel>,
    faults: &mut Vec<FieldError>,
) {
    if channels.into_iter().any(|one| !CHANNELS.contains(one)) {
        let message = "The channels are in_app, email and sms; live comes with in_app.";
        faults.push(FieldError::new(field, "invalid", message));
    }
}

/// What a person's own choices must not contradict.
pub(super) fn forbids(rules: &PreferenceRules, category: &str, choices: &Choices) -> bool {
    choices.iter().any(|(channel, allowed)| {
        let locked = rules.locked(category, *channel);
        locked.is_some_and(|locked| locked != *allowed)
            || (locked.is_none() && rules.is_mandatory(category) && !allowed)
    })
}
