//! Which rules a tenant has in force: the built-in ones, less those that it
//! switched off or replaced, and its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::builtin::builtin;
use super::rule::AutomationInput;
use crate::ids::{AutomationId, UserId};
use crate::time::Timestamp;

/// What a tenant has decided about a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    pub id: AutomationId,
    /// Its own rule; without one, the built-in rule stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<AutomationInput>,
    pub enabled: bool,
    pub updated_by: UserId,
    pub updated_at: Timestamp,
    pub version: u64,
}

/// Where a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AutomationOrigin {
    /// It comes with Campanile.
    BuiltIn,
    /// The tenant's own in place of a built-in one.
    Override,
    /// The tenant's own.
    Own,
}

/// A rule as it is in force, or switched off.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Automation {
    pub id: AutomationId,
    pub origin: AutomationOrigin,
    /// Absent for a built-in rule that nobody has touched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_by: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
    /// Grows with each change; 0 for a built-in rule that nobody has touched.
    pub version: u64,
    #[serde(flatten)]
    pub rule: AutomationInput,
}

impl Automation {
    /// The rule that a tenant's decision leaves; none where the built-in rule
    /// that it was about is no longer there.
    fn of(stored: Stored, given: Option<AutomationInput>) -> Option<Self> {
        let origin = match (&stored.rule, &given) {
            (None, _) => AutomationOrigin::BuiltIn,
            (Some(_), Some(_)) => AutomationOrigin::Override,
            (Some(_), None) => AutomationOrigin::Own,
        };
        let mut rule = stored.rule.or(given)?;
        rule.enabled = stored.enabled;
        Some(Self {
            id: stored.id,
            origin,
            updated_by: Some(stored.updated_by),
            updated_at: Some(stored.updated_at),
            version: stored.version,
            rule,
        })
    }
}

/// All rules of a tenant in the order of their ids.
pub fn in_force(stored: Vec<Stored>) -> Vec<Automation> {
    let mut all: BTreeMap<AutomationId, Automation> = builtin()
        .iter()
        .map(|given| {
            let automation = Automation {
                id: given.id.clone(),
                origin: AutomationOrigin::BuiltIn,
                updated_by: None,
                updated_at: None,
                version: 0,
                rule: given.rule.clone(),
            };
            (given.id.clone(), automation)
        })
        .collect();
    for decision in stored {
        let id = decision.id.clone();
        let given = all.remove(&id).map(|automation| automation.rule);
        all.extend(Automation::of(decision, given).map(|automation| (id, automation)));
    }
    all.into_values().collect()
}
