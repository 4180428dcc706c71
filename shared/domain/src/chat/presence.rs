//! Who is there, and how far people have read.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::time::Timestamp;

/// Whether somebody has a socket open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Presence {
    pub user: UserId,
    pub online: bool,
    /// When their last socket ended; absent while nobody knows or may know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
}

impl Presence {
    /// Somebody of whom nothing is told.
    pub fn unknown(user: UserId) -> Self {
        Self {
            user,
            online: false,
            last_seen: None,
        }
    }

    /// What a person is shown whom the other has blocked: somebody who has not
    /// been there since.
    pub fn frozen(self, seen: Option<Timestamp>) -> Self {
        Self {
            online: false,
            last_seen: seen,
            ..self
        }
    }
}

/// Somebody in a room, as another participant sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoomMember {
    #[serde(flatten)]
    pub presence: Presence,
    /// Up to here they have read.
    pub read_seq: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
}

/// That somebody has read up to a place in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Receipt {
    pub user: UserId,
    pub seq: u64,
    pub at: Timestamp,
}
