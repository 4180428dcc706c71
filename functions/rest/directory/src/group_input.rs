//! What callers say of a group.

use std::collections::BTreeMap;

use domain::directory::{Group, Standing};
use domain::ids::{GroupId, is_slug};
use domain::people::{self, Complaint};
use domain::{Problem, Timestamp};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::fields::{Fields, merge_attributes};

/// A new group.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct NewGroup {
    /// The id that another system knows the group by; made when absent.
    #[serde(default)]
    id: Option<GroupId>,
    /// `class`, `course`, `webinar`, `team`, …
    kind: String,
    name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

impl NewGroup {
    pub(crate) fn into_group(self, now: Timestamp) -> Result<Group, Problem> {
        let empty = Group {
            id: self.id.clone().unwrap_or_else(|| GroupId::new(now)),
            kind: String::new(),
            name: String::new(),
            attributes: BTreeMap::new(),
            status: Standing::Active,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let all = GroupReplacement {
            kind: self.kind,
            name: self.name,
            attributes: self.attributes,
            status: Standing::Active,
            version: None,
        };
        GroupChanges::from(all).apply(&empty)
    }
}

/// Everything that is said of a group; what is absent is cleared.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct GroupReplacement {
    kind: String,
    name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    status: Standing,
    /// The version that was read; 409 when it has changed since.
    #[serde(default)]
    version: Option<u64>,
}

/// Changes to a group; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct GroupChanges {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    name: Option<String>,
    /// Attributes to set; null takes one away.
    #[serde(default)]
    attributes: Option<BTreeMap<String, Option<String>>>,
    /// In place of every attribute: what a replacement says.
    #[serde(skip)]
    all_attributes: Option<BTreeMap<String, String>>,
    /// A suspended group takes no new members.
    #[serde(default)]
    status: Option<Standing>,
    /// The version that was read; 409 when it has changed since.
    #[serde(default)]
    pub version: Option<u64>,
}

impl From<GroupReplacement> for GroupChanges {
    fn from(all: GroupReplacement) -> Self {
        Self {
            kind: Some(all.kind),
            name: Some(all.name),
            attributes: None,
            all_attributes: Some(all.attributes),
            status: Some(all.status),
            version: all.version,
        }
    }
}

impl GroupChanges {
    /// The group after the changes, or everything that is wrong with them.
    pub(crate) fn apply(&self, before: &Group) -> Result<Group, Problem> {
        let mut after = before.clone();
        let mut fields = Fields::default();
        if let Some(kind) = &self.kind {
            after.kind = fields.check("kind", read_kind(kind)).unwrap_or_default();
        }
        if let Some(name) = &self.name {
            after.name = fields.check("name", people::name(name)).unwrap_or_default();
        }
        if let Some(all) = &self.all_attributes {
            after.attributes.clone_from(all);
        }
        if let Some(changes) = &self.attributes {
            after.attributes = merge_attributes(&after.attributes, changes);
        }
        fields.attributes(&after.attributes);
        if let Some(status) = self.status {
            after.status = status;
        }
        fields.finish()?;
        Ok(after)
    }
}

fn read_kind(text: &str) -> Result<String, Complaint> {
    if is_slug(text) && text == text.to_lowercase() {
        Ok(text.to_owned())
    } else {
        Err(Complaint::new(
            "invalid",
            "A kind is a lower-case word such as class or course.",
        ))
    }
}
