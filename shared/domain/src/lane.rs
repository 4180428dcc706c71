//! What passes what in a queue. A standard queue of SQS is fair to message
//! groups: while one has many messages under way, those of the others go first.
//! So a lane is part of a task's group, and neither a queue nor a function of
//! its own.

use serde::{Deserialize, Serialize};

use crate::notification::Priority;

/// People from whom on a send is a large one.
pub const BULK: u64 = 1_000;

/// In which lane of its tenant a task goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    Urgent,
    #[default]
    Normal,
    /// The rest of a large send, after its first people.
    Bulk,
}

impl Lane {
    /// The lane of the next people of a send, after so many of them.
    pub fn of(priority: Priority, people_before: u64) -> Self {
        match priority {
            Priority::Urgent => Self::Urgent,
            _ if people_before >= BULK => Self::Bulk,
            _ => Self::Normal,
        }
    }

    pub(crate) fn is_normal(&self) -> bool {
        *self == Self::Normal
    }

    /// The ending of the message group; a tenant's id holds no colon.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Urgent => ":urgent",
            Self::Normal => "",
            Self::Bulk => ":bulk",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_urgent_stays_so_however_large() {
        for people in [0, BULK, 100 * BULK] {
            assert_eq!(Lane::of(Priority::Urgent, people), Lane::Urgent);
        }
    }

    #[test]
    fn a_large_send_begins_like_any_other() {
        for priority in [Priority::Low, Priority::Medium, Priority::High] {
            assert_eq!(Lane::of(priority, 0), Lane::Normal);
            assert_eq!(Lane::of(priority, BULK - 1), Lane::Normal);
            assert_eq!(Lane::of(priority, BULK), Lane::Bulk);
        }
    }
}
