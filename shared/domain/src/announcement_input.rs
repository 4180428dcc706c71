//! An announcement as its author writes it, checked and turned into one.

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::announcement::{Announcement, AnnouncementStatus, AnnouncementType};
use crate::audience::{Audience, AudienceInput, MAX_EXPRESSIONS};
use crate::caller::Caller;
use crate::channel::Channel;
use crate::ids::{AnnouncementId, GroupId, TemplateId};
use crate::notification::Priority;
use crate::problem::Problem;
use crate::time::Timestamp;

/// The word for an audience of the classes in `class_ids`.
const CLASS_SPECIFIC: &str = "class_specific";

/// What an author writes.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnouncementInput {
    #[garde(length(chars, min = 1, max = 200), custom(is_line))]
    pub title: String,
    /// Plain text with line breaks.
    #[garde(length(chars, min = 1, max = 10_000), custom(is_text))]
    pub body: String,
    #[serde(rename = "type", default)]
    #[garde(skip)]
    pub kind: AnnouncementType,
    /// `all`, `students`, `teachers`, `parents`, `staff`, `class_specific` with
    /// `class_ids`, or any audience expression, list, or list with exceptions.
    #[garde(skip)]
    pub audience: AudienceInput,
    /// The classes of `class_specific`.
    #[serde(default)]
    #[garde(length(max = MAX_EXPRESSIONS))]
    pub class_ids: Vec<GroupId>,
    /// `email` and `sms` where asked; `in_app` and `live` always.
    #[serde(default)]
    #[garde(length(max = 4))]
    pub channels: Vec<Channel>,
    /// The template of the e-mail; title and body without.
    #[serde(default)]
    #[garde(skip)]
    pub email_template: Option<TemplateId>,
    /// The template of the text; the title without.
    #[serde(default)]
    #[garde(skip)]
    pub sms_template: Option<TemplateId>,
    /// 4 for an urgent announcement, 2 for all others, unless it is named.
    #[serde(default)]
    #[garde(skip)]
    pub priority: Option<Priority>,
    /// The day that it is about.
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = Date)]
    pub event_date: Option<jiff::civil::Date>,
    /// When it is to go out once it is published; at once without.
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub publish_at: Option<Timestamp>,
    /// The version that was read, to refuse to write over a later one.
    #[serde(default)]
    #[garde(skip)]
    pub version: Option<u64>,
}

impl AnnouncementInput {
    /// A new draft.
    pub fn draft(self, caller: &Caller, now: Timestamp) -> Result<Announcement, Problem> {
        let reaches = self.reaches()?;
        let mut channels = vec![Channel::InApp, Channel::Live];
        for channel in [Channel::Email, Channel::Sms] {
            if self.channels.contains(&channel) {
                channels.push(channel);
            }
        }
        self.require_channel(Channel::Email, "email_template", &self.email_template)?;
        self.require_channel(Channel::Sms, "sms_template", &self.sms_template)?;
        Ok(Announcement {
            id: AnnouncementId::new(now),
            title: self.title,
            body: self.body,
            kind: self.kind,
            audience: self.audience,
            class_ids: self.class_ids,
            reaches,
            channels,
            email_template: self.email_template,
            sms_template: self.sms_template,
            priority: self.priority.unwrap_or(self.kind.priority()),
            event_date: self.event_date,
            publish_at: self.publish_at,
            status: AnnouncementStatus::Draft,
            created_by: caller.user.clone(),
            created_at: now,
            updated_at: now,
            published_by: None,
            published_at: None,
            send: None,
            version: 1,
        })
    }

    fn require_channel(
        &self,
        channel: Channel,
        field: &str,
        template: &Option<TemplateId>,
    ) -> Result<(), Problem> {
        if template.is_some() && !self.channels.contains(&channel) {
            let message = format!("Name {channel} among the channels to use its template.");
            return Err(Problem::invalid(field, "channel_missing", message));
        }
        Ok(())
    }

    fn reaches(&self) -> Result<Audience, Problem> {
        let by_class =
            matches!(&self.audience, AudienceInput::One(word) if word.trim() == CLASS_SPECIFIC);
        match (by_class, self.class_ids.is_empty()) {
            (true, true) => Err(Problem::invalid(
                "class_ids",
                "required",
                "Name the classes of a class-specific announcement.",
            )),
            (true, false) => {
                let classes = self.class_ids.iter().map(|id| format!("class:{id}"));
                AudienceInput::Many(classes.collect()).parse("class_ids")
            }
            (false, false) => Err(Problem::invalid(
                "class_ids",
                "unexpected",
                "Classes go with the audience class_specific only.",
            )),
            (false, true) => self.audience.parse("audience"),
        }
    }

    /// The field that names the audience, for complaints about it.
    pub fn audience_field(&self) -> &'static str {
        if self.class_ids.is_empty() {
            "audience"
        } else {
            "class_ids"
        }
    }
}

/// Characters that turn the direction of the text around them and so make it
/// read as something that it is not.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// One line without control characters.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that garde asks for"
)]
pub fn is_line(text: &str, _: &()) -> garde::Result {
    let bad =
        |c: char| c.is_control() || turns_direction(c) || matches!(c, '\u{2028}' | '\u{2029}');
    if text.trim().is_empty() {
        return Err(garde::Error::new("must not be blank"));
    }
    if text.chars().any(bad) {
        return Err(garde::Error::new(
            "must be one line without control or direction characters",
        ));
    }
    Ok(())
}

/// Text whose only control characters are line breaks and tabs.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that garde asks for"
)]
pub fn is_text(text: &str, _: &()) -> garde::Result {
    let bad = |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || turns_direction(c);
    if text.trim().is_empty() {
        return Err(garde::Error::new("must not be blank"));
    }
    if text.chars().any(bad) {
        return Err(garde::Error::new(
            "must not have control or direction characters",
        ));
    }
    Ok(())
}
