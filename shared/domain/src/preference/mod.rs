//! How people want to be reached, and what their organisation lets them choose.
//!
//! One order decides every delivery, and nothing decides beside it:
//!
//! 1. a lock of the organisation;
//! 2. a mandatory category, or priority 4;
//! 3. the person's choice for the category and channel;
//! 4. the person's choice for the channel;
//! 5. what the organisation says for a role of the person;
//! 6. what the organisation says for everybody;
//! 7. yes.

mod category;
mod choice;
mod rules;
#[cfg(test)]
mod tests;
mod unsubscribe;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

pub use category::{Category, MANDATORY, categories, category_name, is_category};
pub use choice::{Changes, Locked, MAX_CATEGORIES};
pub use rules::{EVERYTHING, Lock, MAX_ENTRIES, PreferenceRules, RulesInput};
pub use unsubscribe::{Subscriber, Unsubscribe};

use crate::caller::Role;
use crate::channel::Channel;
use crate::ids::UserId;
use crate::notification::Priority;
use crate::time::Timestamp;

/// The channels that somebody may choose about; live pushes come with the feed.
pub const CHANNELS: [Channel; 3] = [Channel::InApp, Channel::Email, Channel::Sms];

/// Yes or no, by channel.
pub type Choices = BTreeMap<Channel, bool>;
/// Choices by category.
pub type ByCategory = BTreeMap<String, Choices>;

/// What a client shows in front of everything else as it arrives. What has
/// priority 4 always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Popups {
    /// What its sender marks as a pop-up.
    #[default]
    Urgent,
    /// Every notification.
    All,
    /// Nothing but priority 4.
    None,
}

/// What one person has chosen; what is absent was not chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preferences {
    #[serde(default)]
    pub popups: Popups,
    #[serde(default)]
    pub channels: Choices,
    #[serde(default)]
    pub categories: ByCategory,
    /// Grows by one with each change; 0 where nothing was ever chosen.
    #[serde(default)]
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// Who or what decided whether a channel is used.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    TenantLock,
    /// The category is mandatory.
    Mandatory,
    /// Priority 4 passes every preference.
    Urgent,
    CategoryChoice,
    ChannelChoice,
    RoleDefault,
    TenantDefault,
    /// Nobody has said anything.
    Default,
}

impl DecidedBy {
    /// Whether the person's own choice could change it.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::TenantLock | Self::Mandatory | Self::Urgent)
    }
}

/// Whether a person is reached on a channel, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Decision {
    pub allowed: bool,
    pub by: DecidedBy,
}

impl Default for Decision {
    fn default() -> Self {
        Self {
            allowed: true,
            by: DecidedBy::Default,
        }
    }
}

/// What is to be decided about.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    pub category: &'a str,
    pub channel: Channel,
    pub priority: Priority,
}

/// Whose feeds are not written like all others.
#[derive(Debug, Clone, Default)]
pub struct FeedChoices {
    /// Who has chosen something, with what of it concerns a category.
    pub chosen: HashMap<UserId, Preferences>,
    /// Who was erased while sends made before may still name them.
    pub erased: BTreeSet<UserId>,
}

impl FeedChoices {
    /// Whether somebody finds a send in the feed.
    pub fn decide(
        &self,
        rules: &PreferenceRules,
        user: &UserId,
        roles: &BTreeSet<Role>,
        matter: Matter<'_>,
    ) -> Decision {
        decide(rules, roles, self.chosen.get(user), matter)
    }
}

/// The one decision, in the order that the module tells. Of several roles that
/// say something, one that says yes is enough.
pub fn decide(
    rules: &PreferenceRules,
    roles: &BTreeSet<Role>,
    own: Option<&Preferences>,
    matter: Matter<'_>,
) -> Decision {
    let Matter { category, .. } = matter;
    // A push has no choice of its own: it shows what is in the feed.
    let channel = match matter.channel {
        Channel::Live => Channel::InApp,
        other => other,
    };
    let decided = |allowed, by| Decision { allowed, by };
    if let Some(allowed) = rules.locked(category, channel) {
        return decided(allowed, DecidedBy::TenantLock);
    }
    if rules.is_mandatory(category) {
        return decided(true, DecidedBy::Mandatory);
    }
    if matter.priority == Priority::Urgent {
        return decided(true, DecidedBy::Urgent);
    }
    let of_category = own.and_then(|own| own.categories.get(category)?.get(&channel));
    if let Some(allowed) = of_category {
        return decided(*allowed, DecidedBy::CategoryChoice);
    }
    if let Some(allowed) = own.and_then(|own| own.channels.get(&channel)) {
        return decided(*allowed, DecidedBy::ChannelChoice);
    }
    let said = roles
        .iter()
        .filter_map(|role| rules.of_role(role, category, channel))
        .reduce(|one, other| one || other);
    if let Some(allowed) = said {
        return decided(allowed, DecidedBy::RoleDefault);
    }
    match rules.of_everybody(category, channel) {
        Some(allowed) => decided(allowed, DecidedBy::TenantDefault),
        None => Decision::default(),
    }
}
