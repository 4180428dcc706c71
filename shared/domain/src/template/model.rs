//! A template as it is stored and answered.

use serde::{Deserialize, Serialize};

use super::catalogue::{Variable, VariableInput};
use super::check::{Checked, TemplateParts};
use crate::channel::Channel;
use crate::ids::{TemplateId, UserId};
use crate::preference::is_category;
use crate::problem::FieldError;
use crate::time::Timestamp;

/// One version of a template. A version never changes; an update makes the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Template {
    pub id: TemplateId,
    pub version: u32,
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub channel: Channel,
    /// Preference category of what is sent with it, such as `announcements`.
    pub category: String,
    /// E-mail: the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// E-mail: the HTML part, cleaned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// E-mail: the text part, from the HTML where the author gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In-app: the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// SMS and in-app: the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Variables that the template declares for itself.
    #[serde(default)]
    pub variables: Vec<VariableInput>,
    /// Every variable that it names, as declared when it was saved.
    #[serde(default)]
    pub uses: Vec<Variable>,
    /// What the author should look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<FieldError>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub updated_by: UserId,
    pub updated_at: Timestamp,
}

/// The longest template with all that is stored with it, in bytes of JSON: an
/// item of the table has 400 KB.
const STORED_MAX: usize = 300 * 1024;

impl Template {
    /// Why a template is too long to be stored, or none.
    pub fn length_fault(&self) -> Option<FieldError> {
        let length = serde_json::to_vec(self).map_or(usize::MAX, |json| json.len());
        (length > STORED_MAX).then(|| {
            let message = format!(
                "With its variables, the template has more than {} KiB.",
                STORED_MAX / 1024
            );
            FieldError::new("", "too_long", message)
        })
    }
}

/// A template as its author writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct TemplateInput {
    #[garde(length(chars, min = 1, max = 120))]
    pub name: String,
    #[serde(default)]
    #[garde(length(chars, max = 1_000))]
    pub description: String,
    /// `email`, `sms` or `in_app`; an update cannot change it.
    #[garde(skip)]
    pub channel: Channel,
    #[serde(default = "default_category")]
    #[garde(custom(is_category))]
    pub category: String,
    // The lengths of the sources are checked with the rest of their content,
    // so that one answer tells everything that is wrong with a template.
    #[serde(default)]
    #[garde(skip)]
    pub subject: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    pub html: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    pub text: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    pub title: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    pub body: Option<String>,
    #[serde(default)]
    #[garde(length(max = 50), dive)]
    pub variables: Vec<VariableInput>,
}

fn default_category() -> String {
    "general".to_owned()
}

impl TemplateInput {
    /// The sources, for [`check`](super::check()).
    pub fn parts(&self) -> TemplateParts<'_> {
        TemplateParts {
            channel: self.channel,
            subject: self.subject.as_deref(),
            html: self.html.as_deref(),
            text: self.text.as_deref(),
            title: self.title.as_deref(),
            body: self.body.as_deref(),
            variables: &self.variables,
        }
    }

    /// The first version.
    pub fn create(
        self,
        checked: Checked,
        id: TemplateId,
        author: &UserId,
        now: Timestamp,
    ) -> Template {
        Template {
            id,
            version: 1,
            name: self.name,
            description: self.description,
            channel: self.channel,
            category: self.category,
            subject: checked.subject,
            html: checked.html,
            text: checked.text,
            title: checked.title,
            body: checked.body,
            variables: self.variables,
            uses: checked.uses,
            warnings: checked.warnings,
            created_by: author.clone(),
            created_at: now,
            updated_by: author.clone(),
            updated_at: now,
        }
    }

    /// The version after `before`.
    pub fn revise(
        self,
        checked: Checked,
        before: &Template,
        author: &UserId,
        now: Timestamp,
    ) -> Template {
        Template {
            version: before.version + 1,
            created_by: before.created_by.clone(),
            created_at: before.created_at,
            ..self.create(checked, before.id.clone(), author, now)
        }
    }
}
