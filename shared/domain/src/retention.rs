//! For how long a tenant keeps what people say and what is recorded of it.
//!
//! A setting decides twice: what is written gets an end that the table knows,
//! and every reader compares the age of what it finds with the setting of that
//! moment. So a shorter time holds at once for what is stored already; a longer
//! one cannot bring back what was written with an earlier end.

use serde::{Deserialize, Serialize};

use crate::directory::Tenant;
use crate::time::{Timestamp, plus_seconds};

const DAY: i64 = 86_400;

/// Days for which each kind is kept. Notifications have theirs in the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Chat messages, in rooms of two and of communities.
    pub chat_days: u32,
    /// Mail-like messages.
    pub message_days: u32,
    /// Posts of communities; for as long as the community without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_days: Option<u32>,
    /// Rows of the communication log.
    pub log_days: u32,
    /// Entries of the audit trail.
    pub audit_days: u32,
}

impl Retention {
    /// Ninety days for what people write, thirteen months for what was
    /// delivered, two years for who did what.
    pub const USUAL: Self = Self {
        chat_days: 90,
        message_days: 90,
        post_days: None,
        log_days: 396,
        audit_days: 731,
    };
}

impl Default for Retention {
    fn default() -> Self {
        Self::USUAL
    }
}

/// The settings of a tenant, as readers need them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub notification_days: u32,
    pub rest: Retention,
}

impl Kept {
    /// What a tenant has that has said nothing else.
    pub const USUAL: Self = Self {
        notification_days: 30,
        rest: Retention::USUAL,
    };

    pub fn by(tenant: &Tenant) -> Self {
        Self {
            notification_days: tenant.notification_days,
            rest: tenant.retention,
        }
    }
}

/// Days for which a send of some kind is kept: as long as the log that names it,
/// or where its words are those of a person, as long as the notification that
/// has them too; a task that waits in a dead-letter queue finds it.
pub fn send_days(kept: &Kept, kind: &str) -> u32 {
    let personal = PERSONAL.iter().any(|prefix| kind.starts_with(prefix));
    match personal {
        true => kept.notification_days.max(SHORTEST_SEND_DAYS),
        false => kept.rest.log_days,
    }
}

/// What kinds of sends begin with whose words come from their actor as a person,
/// not as one who speaks for the organisation.
pub const PERSONAL: [&str; 4] = ["approval.", "chat.", "message.", "post."];
const SHORTEST_SEND_DAYS: u32 = 30;

/// The epoch second from which on something of an age is no longer there.
pub fn until(made: Timestamp, days: u32) -> i64 {
    made.as_second() + i64::from(days) * DAY
}

/// Whether something made then is no longer there.
pub fn has_expired(made: Timestamp, days: u32, now: Timestamp) -> bool {
    until(made, days) <= now.as_second()
}

/// What was made before this instant is no longer there.
pub fn floor(days: u32, now: Timestamp) -> Timestamp {
    plus_seconds(now, -i64::from(days) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_is_there_until_its_days_are_over() {
        let made = Timestamp::UNIX_EPOCH;
        let end = plus_seconds(made, 2 * DAY);
        assert!(!has_expired(made, 2, plus_seconds(end, -1)));
        assert!(has_expired(made, 2, end));
        assert_eq!(floor(2, end), made);
    }

    #[test]
    fn settings_that_were_stored_before_a_kind_was_known_have_its_default() {
        let stored: Retention = serde_json::from_str(r#"{"chat_days":7}"#).unwrap();
        let wanted = Retention {
            chat_days: 7,
            ..Retention::default()
        };
        assert_eq!(stored, wanted);
    }
}
