//! Keys of what timed rules have planned.

use domain::Timestamp;
use domain::ids::{ReminderId, TenantId};

use super::t;
use crate::table::Keys;

/// Everything that waits for its time, of all tenants, by index.
pub const WAITING_REMINDERS: &str = "SYS#REMINDERS";

pub fn reminder(tenant: &TenantId, reminder: &ReminderId) -> Keys {
    Keys::new(reminders(tenant), reminder.as_str())
}

pub fn reminders(tenant: &TenantId) -> String {
    t(tenant, "REMINDERS")
}

/// A place in the order of what waits; without a reminder, the place that all
/// of an instant are before.
pub fn reminder_place(at: Timestamp, of: Option<(&TenantId, &ReminderId)>) -> String {
    let at = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    match of {
        Some((tenant, reminder)) => format!("{at}#{tenant}#{reminder}"),
        None => format!("{at}~"),
    }
}
