//! For how long the tenant keeps things.

use domain::directory::Tenant;
use domain::log::LONGEST_DAYS;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::nullable;

/// Days for which each kind is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retention)]
pub(crate) struct RetentionBody {
    /// The same as `notification_days` of the settings.
    notification_days: u32,
    chat_days: u32,
    message_days: u32,
    /// Null: for as long as the community.
    post_days: Option<u32>,
    log_days: u32,
    audit_days: u32,
}

impl RetentionBody {
    pub(crate) fn of(tenant: &Tenant) -> Self {
        let kept = tenant.retention;
        Self {
            notification_days: tenant.notification_days,
            chat_days: kept.chat_days,
            message_days: kept.message_days,
            post_days: kept.post_days,
            log_days: kept.log_days,
            audit_days: kept.audit_days,
        }
    }
}

/// Changes of how long things are kept; what is absent stays as it is. A
/// shorter time holds within a minute for what is there already. A longer one
/// holds for what is made from then on.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionChanges {
    /// Notifications.
    #[serde(default)]
    #[garde(range(min = 1, max = 365))]
    notification_days: Option<u32>,
    /// Chat messages.
    #[serde(default)]
    #[garde(range(min = 1, max = LONGEST_DAYS))]
    chat_days: Option<u32>,
    /// Mail-like messages.
    #[serde(default)]
    #[garde(range(min = 1, max = LONGEST_DAYS))]
    message_days: Option<u32>,
    /// Posts of communities; null keeps them for as long as the community.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(range(min = 1, max = LONGEST_DAYS))))]
    #[schema(value_type = Option<u32>)]
    post_days: Option<Option<u32>>,
    /// The communication log: at least a month, because deliveries that are
    /// tried again find in it what has ended.
    #[serde(default)]
    #[garde(range(min = 30, max = LONGEST_DAYS))]
    log_days: Option<u32>,
    /// The audit trail: at least a year.
    #[serde(default)]
    #[garde(range(min = 366, max = LONGEST_DAYS))]
    audit_days: Option<u32>,
}

impl RetentionChanges {
    pub(crate) fn apply(&self, tenant: &mut Tenant) {
        set(&mut tenant.notification_days, self.notification_days);
        let kept = &mut tenant.retention;
        set(&mut kept.chat_days, self.chat_days);
        set(&mut kept.message_days, self.message_days);
        set(&mut kept.post_days, self.post_days);
        set(&mut kept.log_days, self.log_days);
        set(&mut kept.audit_days, self.audit_days);
    }
}

fn set<T>(kept: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *kept = given;
    }
}
