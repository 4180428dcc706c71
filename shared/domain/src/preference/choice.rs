//! A person's own choices, and changes to them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rules::{check_channels, forbids};
use super::{Choices, Popups, PreferenceRules, Preferences};
use crate::channel::Channel;
use crate::ids::is_slug;
use crate::problem::FieldError;
use crate::time::Timestamp;

/// Categories that one person may have chosen about: all of them are read with
/// everybody's feed.
pub const MAX_CATEGORIES: usize = 60;

/// The code of a choice that the organisation does not leave to people.
#[derive(Debug, Clone, Copy)]
pub struct Locked;

impl Locked {
    pub const CODE: &'static str = "locked";

    fn fault(field: String) -> FieldError {
        let message = "The organisation has decided this for everybody.";
        FieldError::new(field, Self::CODE, message)
    }
}

/// Choices that are made or, with null, taken back; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields, default)]
#[garde(allow_unvalidated)]
pub struct Changes {
    pub popups: Option<Popups>,
    /// For every category without a choice of its own.
    #[schema(value_type = BTreeMap<String, Option<bool>>)]
    pub channels: BTreeMap<Channel, Option<bool>>,
    /// By category; null takes all choices about a category back.
    #[schema(value_type = BTreeMap<String, Option<BTreeMap<String, Option<bool>>>>)]
    pub categories: BTreeMap<String, Option<BTreeMap<Channel, Option<bool>>>>,
    /// The version that was read; 409 when it has changed since.
    pub version: Option<u64>,
}

impl Changes {
    /// The choices as they are to be, or what is wrong, by field.
    pub fn apply(
        &self,
        rules: &PreferenceRules,
        before: &Preferences,
        now: Timestamp,
    ) -> Result<Preferences, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut after = before.clone();
        if let Some(popups) = self.popups {
            after.popups = popups;
        }
        check_channels("channels", self.channels.keys(), &mut faults);
        for (channel, chosen) in &self.channels {
            let contradicts = rules.locked("", *channel).zip(*chosen);
            if contradicts.is_some_and(|(locked, chosen)| locked != chosen) {
                faults.push(Locked::fault(format!("channels.{channel}")));
            }
            choose(&mut after.channels, *channel, *chosen);
        }
        for (category, changes) in &self.categories {
            let field = format!("categories.{category}");
            if !is_slug(category) {
                let message = "A category is a word such as grades.";
                faults.push(FieldError::new(&field, "invalid", message));
            }
            let Some(changes) = changes else {
                after.categories.remove(category);
                continue;
            };
            check_channels(&field, changes.keys(), &mut faults);
            let made: Choices = changes
                .iter()
                .filter_map(|(channel, chosen)| Some((*channel, (*chosen)?)))
                .collect();
            if forbids(rules, category, &made) {
                faults.push(Locked::fault(field));
            }
            let kept = after.categories.entry(category.clone()).or_default();
            for (channel, chosen) in changes {
                choose(kept, *channel, *chosen);
            }
        }
        after.categories.retain(|_, choices| !choices.is_empty());
        if after.categories.len() > MAX_CATEGORIES {
            let message = format!("At most {MAX_CATEGORIES} categories.");
            faults.push(FieldError::new("categories", "too_many", message));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        if after != *before {
            after.version += 1;
            after.updated_at = Some(now);
        }
        Ok(after)
    }
}

fn choose(choices: &mut Choices, channel: Channel, chosen: Option<bool>) {
    match chosen {
        Some(allowed) => choices.insert(channel, allowed),
        None => choices.remove(&channel),
    };
}
