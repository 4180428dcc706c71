//! Preferences as answers show them.

use std::collections::BTreeMap;

use domain::automation::Automation;
use domain::directory::{Tenant, User};
use domain::notification::Priority;
use domain::preference::{
    ByCategory, CHANNELS, Category, Choices, DecidedBy, Matter, Popups, Preferences, categories,
    decide,
};
use domain::{Channel, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// What a person has chosen, and what comes of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferencesBody {
    /// What is shown in front of everything else as it arrives.
    popups: Popups,
    /// Chosen for every category without a choice of its own.
    #[schema(value_type = BTreeMap<String, bool>)]
    channels: Choices,
    /// Chosen by category.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, bool>>)]
    categories: ByCategory,
    /// What comes of it for priorities below 4.
    effective: Vec<Effective>,
    /// Absent where nothing was ever chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Timestamp>,
    version: u64,
}

/// One category, and by which channels it comes.
#[derive(Debug, Serialize, ToSchema)]
struct Effective {
    #[serde(flatten)]
    category: Category,
    /// It comes whatever is chosen.
    mandatory: bool,
    #[schema(value_type = BTreeMap<String, EffectiveChannel>)]
    channels: BTreeMap<Channel, EffectiveChannel>,
}

/// Whether a category comes by a channel.
#[derive(Debug, Serialize, ToSchema)]
struct EffectiveChannel {
    allowed: bool,
    /// A choice would change nothing.
    locked: bool,
    by: DecidedBy,
}

impl PreferencesBody {
    pub(crate) fn of(
        tenant: &Tenant,
        user: &User,
        automations: &[Automation],
        chosen: Preferences,
    ) -> Self {
        let rules = &tenant.preferences;
        let named = rules
            .named()
            .chain(chosen.categories.keys().map(String::as_str));
        let all = categories(automations, named).into_iter();
        let effective = all.map(|category| {
            let channels = CHANNELS.map(|channel| {
                let matter = Matter {
                    category: &category.category,
                    channel,
                    priority: Priority::default(),
                };
                let decision = decide(rules, &user.roles, Some(&chosen), matter);
                let shown = EffectiveChannel {
                    allowed: decision.allowed,
                    locked: !decision.by.is_open(),
                    by: decision.by,
                };
                (channel, shown)
            });
            Effective {
                mandatory: rules.is_mandatory(&category.category),
                channels: channels.into(),
                category,
            }
        });
        Self {
            effective: effective.collect(),
            popups: chosen.popups,
            channels: chosen.channels,
            categories: chosen.categories,
            updated_at: chosen.updated_at,
            version: chosen.version,
        }
    }
}
