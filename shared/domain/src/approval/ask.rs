//! What is asked for, as it is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ApprovalType;
use crate::caller::Role;
use crate::ids::UserId;
use crate::privacy::{Email, Phone};

/// What is asked for. The type and its details stand side by side, as in the
/// API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "details", rename_all = "snake_case")]
pub enum Ask {
    TierUpgrade(Upgrade),
    ModuleAccess {
        module: String,
    },
    StaffAccount(Account),
    /// Whatever the tenant writes down; nothing in the directory follows.
    Custom(BTreeMap<String, String>),
}

/// A higher tier for whoever asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Upgrade {
    /// The tier at the time of the request; nothing for somebody without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
}

/// What it costs; Campanile takes no money, it only shows the figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// A decimal number, `49.00`.
    pub amount: String,
    /// ISO 4217, `GBP`.
    pub currency: String,
}

/// An account for a member of staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: UserId,
    pub name: String,
    pub email: Email,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    pub roles: BTreeSet<Role>,
    /// Somebody of the directory is given the roles; nobody is made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
}

impl Ask {
    pub fn kind(&self) -> ApprovalType {
        match self {
            Self::TierUpgrade(_) => ApprovalType::TierUpgrade,
            Self::ModuleAccess { .. } => ApprovalType::ModuleAccess,
            Self::StaffAccount(_) => ApprovalType::StaffAccount,
            Self::Custom(_) => ApprovalType::Custom,
        }
    }

    /// The title of a request that has none of its own.
    pub(super) fn title(&self) -> String {
        match self {
            Self::TierUpgrade(Upgrade {
                from: Some(from),
                to,
                ..
            }) => format!("Upgrade from {from} to {to}"),
            Self::TierUpgrade(Upgrade { to, .. }) => format!("Upgrade to {to}"),
            Self::ModuleAccess { module } => format!("Access to {module}"),
            Self::StaffAccount(account) => {
                let roles: Vec<&str> = account.roles.iter().map(Role::as_str).collect();
                let what = if account.known { "Roles" } else { "Account" };
                format!("{what} for {} ({})", account.name, roles.join(", "))
            }
            Self::Custom(_) => String::new(),
        }
    }
}
