//! The ways of reaching a person.

use serde::{Deserialize, Serialize};

/// A way of reaching a person. A new channel is a variant here, a file in
/// `delivery`, a function and a queue; the compiler lists the rest.
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
pub enum Channel {
    /// An item in the person's feed.
    InApp,
    /// A push to the person's open sockets. Comes with `in_app`.
    Live,
    Email,
    Sms,
}

impl Channel {
    pub const ALL: [Channel; 4] = [Channel::InApp, Channel::Live, Channel::Email, Channel::Sms];

    pub fn as_str(self) -> &'static str {
        match self {
            Channel::InApp => "in_app",
            Channel::Live => "live",
            Channel::Email => "email",
            Channel::Sms => "sms",
        }
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
