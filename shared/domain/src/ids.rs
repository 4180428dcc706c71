//! Every kind of identifier, in one registry.
//!
//! Ids that Campanile makes are `prefix_` and a ULID, so they sort by time.
//! Ids of people and groups may also be chosen by the caller (`10`, `5`), since
//! other systems already number their people; they keep to [`is_slug`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use ulid::Ulid;

use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// A new ULID for `now`.
pub fn ulid(now: Timestamp) -> Ulid {
    let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Ulid::from_parts(ms, rand::random::<u128>())
}

/// The instant inside a ULID text, if it is one.
pub fn instant_of(text: &str) -> Option<Timestamp> {
    let ulid = Ulid::from_string(text).ok()?;
    Timestamp::from_millisecond(i64::try_from(ulid.timestamp_ms()).ok()?).ok()
}

/// Letters, digits, `_`, `-` and `.`, 1 to 64 of them: safe in keys, URLs and
/// message tags.
pub fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadId(pub String);

impl From<BadId> for Problem {
    fn from(_: BadId) -> Self {
        // A malformed id answers exactly as one that does not exist.
        Problem::new(Code::NotFound)
    }
}

macro_rules! text_id {
    ($name:ident, $doc:literal, $check:expr, $expected:expr) => {
        #[doc = $doc]
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadId(format!("expected {}, got {text:?}", $expected)))
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

macro_rules! prefixed_id {
    ($name:ident, $prefix:literal, $doc:literal) => {
        text_id!(
            $name,
            $doc,
            |text| text
                .strip_prefix(concat!($prefix, "_"))
                .is_some_and(is_slug),
            concat!($prefix, "_…")
        );

        impl $name {
            pub const PREFIX: &'static str = concat!($prefix, "_");

            /// A new id that sorts by time.
            pub fn new(now: Timestamp) -> Self {
                Self(format!("{}{}", Self::PREFIX, ulid(now)))
            }

            /// An id whose text after the prefix is already known.
            pub fn of(text: &str) -> Self {
                Self(format!("{}{text}", Self::PREFIX))
            }

            /// What stands after the prefix.
            pub fn bare(&self) -> &str {
                &self.0[Self::PREFIX.len()..]
            }

            /// The instant inside the id, if it has one.
            pub fn instant(&self) -> Option<Timestamp> {
                instant_of(self.bare().get(..26)?)
            }
        }
    };
}

macro_rules! chosen_id {
    ($name:ident, $prefix:literal, $doc:literal) => {
        text_id!(
            $name,
            $doc,
            is_slug,
            "1–64 letters, digits, `_`, `-` or `.`"
        );

        impl $name {
            /// A new id for when the caller chose none.
            pub fn new(now: Timestamp) -> Self {
                Self(format!(concat!($prefix, "_{}"), ulid(now)))
            }
        }
    };
}

chosen_id!(
    TenantId,
    "ten",
    "One organisation. Comes from the credential, never from a body or query."
);
chosen_id!(UserId, "usr", "A person in a tenant's directory.");
chosen_id!(GroupId, "grp", "A class, course, webinar or team.");

chosen_id!(
    AutomationId,
    "atm",
    "A rule. A built-in one is called after the type of its event."
);
text_id!(
    EventId,
    "What the publishing system calls an event; notifies once in each tenant.",
    is_event_id,
    "1–128 letters, digits, `_`, `-`, `.` or `:`"
);

impl EventId {
    /// The id of an event that Campanile itself makes.
    pub fn of_ours(kind: &str, now: Timestamp) -> Self {
        Self(format!("{kind}:{}", ulid(now)))
    }
}

fn is_event_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':'))
}

prefixed_id!(TemplateId, "tpl", "A template; its versions are numbered.");
prefixed_id!(SendId, "snd", "One act of reaching an audience.");
prefixed_id!(AnnouncementId, "ann", "An announcement.");
prefixed_id!(ImportId, "imp", "A directory import.");
prefixed_id!(
    NotificationId,
    "ntf",
    "An item in a person's feed. It carries the ULID of its send's plan, so one send makes at most one item for each person however often a chunk is repeated."
);
prefixed_id!(
    DeliveryId,
    "dlv",
    "One send to one person on one channel: the ULID of the send and a fingerprint of channel and person."
);
prefixed_id!(
    ReminderId,
    "rmd",
    "What a timed rule has planned for one subject; the same subject has the same id."
);
prefixed_id!(AuditId, "aud", "One entry of the audit trail.");
prefixed_id!(
    OutboxId,
    "obx",
    "A task that is waiting to be put on its queue."
);
prefixed_id!(TicketId, "tkt", "A single-use ticket for a socket.");
prefixed_id!(
    RoomId,
    "rom",
    "A chat between two people, or a community's live chat. Made of what it is for, so that nobody makes a room by hand."
);
prefixed_id!(InvitationId, "inv", "An invitation to chat.");
prefixed_id!(
    CommunityId,
    "com",
    "The discussion space of a course: its group's id after the prefix, so that a course has one at most."
);
prefixed_id!(PostId, "pst", "A post in a community, or a reply to one.");
prefixed_id!(
    ApprovalId,
    "apr",
    "A request that somebody may approve or reject."
);
prefixed_id!(
    PrivacyId,
    "pvc",
    "An export or an erasure of one person's data."
);
prefixed_id!(MessageId, "msg", "A mail-like message.");
prefixed_id!(ThreadId, "thr", "A message and what replies to it.");

/// API Gateway's name for one open socket. Never shown to clients.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub String);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The lowest ULID of an instant, to bound ranges of ids by time.
pub fn ulid_floor(at: Timestamp) -> Ulid {
    Ulid::from_parts(u64::try_from(at.as_millisecond()).unwrap_or(0), 0)
}
