//! A rule as its author writes it, in a file or through the API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::data::DataField;
use super::event::is_type;
use super::pattern::Pattern;
use crate::channel::Channel;
use crate::ids::TemplateId;
use crate::notification::{Level, Priority, Reference};
use crate::preference::is_category;

/// Which event tells whom what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AutomationInput {
    #[garde(length(chars, min = 1, max = 120))]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[garde(length(chars, max = 1_000))]
    pub description: String,
    /// The type of event that it listens to.
    #[garde(custom(is_type))]
    pub event: String,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What it takes out of the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 50))]
    pub data: Vec<DataField>,
    /// People whom the event names by id and the texts by name: `child` of the
    /// field `student_id` gives `child_id`, `child_name` and `child_first_name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[garde(length(max = 5))]
    pub people: BTreeMap<String, String>,
    /// A condition on the event's data, as EventBridge writes patterns.
    #[serde(default, skip_serializing_if = "Pattern::is_empty")]
    #[schema(value_type = Object)]
    pub when: Pattern,
    /// Preference category, such as `grades`.
    #[serde(default = "category")]
    #[garde(custom(is_category))]
    pub category: String,
    #[serde(default)]
    pub priority: Priority,
    #[serde(default)]
    pub level: Level,
    /// Clients show it in front of everything else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub popup: bool,
    /// What it is about; `id` may name a value, `{{assignment_id}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub reference: Option<Reference>,
    /// Where a click leads: `{{link}}`, or `/assignments/{{assignment_id}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(max = 500)))]
    pub redirect_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 4), dive)]
    pub actions: Vec<ActionText>,
    /// Who caused it: a user's id, usually `{{teacher_id}}` or the like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(max = 128)))]
    pub actor: Option<String>,
    /// Each is a send of its own, with its own texts.
    #[garde(length(min = 1, max = 10), dive)]
    pub targets: Vec<Target>,
}

/// A button, whose address may name values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct ActionText {
    #[garde(length(chars, min = 1, max = 40))]
    pub label: String,
    #[garde(length(min = 1, max = 500))]
    pub url: String,
}

/// Some of the people who are told, and what they are told. A channel is used
/// when there is a text for it; what is in the feed is shown live too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Target {
    /// Such as `guardians`.
    #[garde(length(chars, min = 1, max = 60))]
    pub name: String,
    /// Audience expressions that may end with a value: `class:{{class_id}}`, or
    /// `{{audience}}` for expressions as the event gives them.
    #[garde(length(min = 1, max = 50))]
    pub audience: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 50))]
    pub except: Vec<String>,
    /// A further condition, for this target only.
    #[serde(default, skip_serializing_if = "Pattern::is_empty")]
    #[schema(value_type = Object)]
    pub when: Pattern,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_app: Option<MessageText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<MessageText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<MessageText>,
    /// In place of the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// In place of the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// In place of the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub popup: Option<bool>,
    /// In place of the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(max = 500)))]
    pub redirect_url: Option<String>,
    /// In place of the rule's, if there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 4), dive)]
    pub actions: Vec<ActionText>,
}

/// What is said on one channel: the parts that a template of the channel has,
/// or the id of a saved template.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageText {
    /// A saved template of this channel, in the version that it has then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Target {
    /// The texts by channel.
    pub fn texts(&self) -> impl Iterator<Item = (Channel, &MessageText)> {
        let all = [
            (Channel::InApp, &self.in_app),
            (Channel::Email, &self.email),
            (Channel::Sms, &self.sms),
        ];
        all.into_iter()
            .filter_map(|(channel, text)| Some((channel, text.as_ref()?)))
    }
}

impl AutomationInput {
    /// The saved templates that it names.
    pub fn templates(&self) -> impl Iterator<Item = &TemplateId> {
        let texts = self.targets.iter().flat_map(Target::texts);
        texts.filter_map(|(_, text)| text.template.as_ref())
    }
}

fn yes() -> bool {
    true
}

fn category() -> String {
    "automations".to_owned()
}
