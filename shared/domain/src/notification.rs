//! An item in a person's in-app feed.

use serde::{Deserialize, Deserializer, Serialize};

use crate::ids::{NotificationId, UserId};
use crate::template::links::{LinkPlace, link_fault};
use crate::time::Timestamp;

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    Info,
    Success,
    Warning,
    Error,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Success => "success",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// 1 low, 2 medium, 3 high, 4 urgent. Numbers out; numbers or words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    Low,
    #[default]
    Medium,
    High,
    Urgent,
}

impl Priority {
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "1" | "low" => Priority::Low,
            "2" | "medium" => Priority::Medium,
            "3" | "high" => Priority::High,
            "4" | "urgent" => Priority::Urgent,
            _ => return None,
        })
    }
}

impl utoipa::PartialSchema for Priority {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .minimum(Some(1))
            .maximum(Some(4))
            .description(Some(
                "1 low, 2 medium, 3 high, 4 urgent; the words are accepted too",
            ))
            .into()
    }
}

impl utoipa::ToSchema for Priority {}

impl Serialize for Priority {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for Priority {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(u64),
            Word(String),
        }
        let text = match Either::deserialize(input) {
            Ok(Either::Number(number)) => number.to_string(),
            Ok(Either::Word(word)) => word,
            Err(_) => String::new(),
        };
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom("expected a priority: 1 to 4, or low, medium, high, urgent")
        })
    }
}

/// What a notification is about.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate,
)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Such as `announcement` or `assignment`.
    #[garde(length(min = 1, max = 64))]
    pub kind: String,
    #[garde(length(min = 1, max = 128))]
    pub id: String,
}

/// A button on a notification.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate,
)]
#[serde(deny_unknown_fields)]
pub struct Action {
    #[garde(length(min = 1, max = 40))]
    pub label: String,
    /// Where the button leads: a path on the same site, or an https address.
    #[garde(length(min = 1, max = 500), custom(is_safe_link))]
    pub url: String,
}

/// A path on the same site or an https address that shows where it leads: a
/// feed must not carry `javascript:` and its kin.
pub fn is_safe_link(url: &str, _: &()) -> garde::Result {
    let path = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    let plain = !url.chars().any(|c| c.is_control() || c.is_whitespace());
    if plain && path {
        return Ok(());
    }
    if !plain || !url.starts_with("https://") {
        return Err(garde::Error::new(
            "must be a path that begins with / or an https address",
        ));
    }
    match link_fault(url, LinkPlace::Mail, &[]) {
        None => Ok(()),
        Some(fault) => Err(garde::Error::new(fault)),
    }
}

/// As stored and as answered; `read` is worked out from the person's read state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Notification {
    pub id: NotificationId,
    pub title: String,
    pub body: String,
    pub level: Level,
    /// Such as `assignment.created` or `announcement`: an open set.
    #[serde(rename = "type")]
    pub kind: String,
    pub priority: Priority,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// Clients show it in front of everything else; one of priority 4 stays
    /// until it is dealt with.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub popup: bool,
    pub created_at: Timestamp,
}
