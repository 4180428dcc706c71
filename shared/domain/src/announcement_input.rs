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
    /// People of the audience with the same address or number get one e-mail or
    /// text together.
    #[serde(default)]
    #[garde(skip)]
    pub dedupe_by_address: bool,
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
            dedupe_by_address: self.dedupe_by_address,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::caller::{Credential, Role};
    use crate::send::SendStatus;

    fn caller() -> Caller {
        Caller {
            tenant: "school".parse().unwrap(),
            user: "1".parse().unwrap(),
            roles: [Role::parse("staff").unwrap()].into(),
            credential: Credential::Token,
            expires_at: 0,
        }
    }

    fn at(hour: u8) -> Timestamp {
        format!("2026-03-01T{hour:02}:00:00Z").parse().unwrap()
    }

    fn input(more: &str) -> AnnouncementInput {
        let text = format!("{{\"title\":\"Snow\",\"body\":\"No school.\"{more}}}");
        serde_json::from_str(&text).unwrap()
    }

    fn draft(more: &str) -> Result<Announcement, Problem> {
        input(more).draft(&caller(), at(8))
    }

    #[test]
    fn words_and_classes_become_an_audience() {
        let reaches = |more: &str| {
            let found = draft(more).unwrap().reaches.include;
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(reaches(",\"audience\":\"students\""), ["role:student"]);
        assert_eq!(
            reaches(",\"audience\":\"class_specific\",\"class_ids\":[\"5\",\"6\"]"),
            ["class:5", "class:6"]
        );
        assert!(draft(",\"audience\":\"class_specific\"").is_err());
        assert!(draft(",\"audience\":\"all\",\"class_ids\":[\"5\"]").is_err());
        assert!(draft(",\"audience\":\"all\",\"sms_template\":\"tpl_1\"").is_err());
    }

    #[test]
    fn text_that_hides_something_is_refused() {
        for bad in ["\u{202E}evil", "a\u{0}b", " "] {
            assert!(is_line(bad, &()).is_err() && is_text(bad, &()).is_err());
        }
        assert!(is_line("a\nb", &()).is_err());
        assert!(is_text("a\r\nb\tc", &()).is_ok());
    }

    #[test]
    fn it_is_published_once_and_can_be_taken_back_and_published_again() {
        let draft = draft(",\"audience\":\"all\",\"type\":\"urgent\"").unwrap();
        assert!(draft.unpublish(at(9)).is_err());
        let (out, send) = draft.publish(&caller(), &[], None, at(9)).unwrap();
        assert!(out.is_out(at(9)) && send.skip_actor);
        assert_eq!(
            (send.status, send.priority),
            (SendStatus::Queued, Priority::Urgent)
        );
        assert!(out.publish(&caller(), &[], None, at(9)).is_none());
        assert!(out.require_deletable().is_err());
        let back = out.unpublish(at(10)).unwrap().unwrap();
        assert!(!back.is_out(at(10)) && back.require_deletable().is_ok());
        assert!(back.unpublish(at(10)).unwrap().is_none());
        let (_, again) = back.publish(&caller(), &[], None, at(11)).unwrap();
        assert_ne!(again.id, send.id);
    }

    #[test]
    fn what_is_scheduled_is_seen_when_its_time_has_come() {
        let draft = draft(",\"audience\":\"all\"").unwrap();
        let (later, send) = draft.publish(&caller(), &[], Some(at(12)), at(9)).unwrap();
        assert_eq!(send.status, SendStatus::Scheduled);
        assert_eq!(later.status(at(9)), AnnouncementStatus::Scheduled);
        assert!(!later.is_out(at(11)) && later.is_out(at(12)));
        let same = draft.clone();
        assert_eq!(later.edit(same, at(10)).unwrap_err().code, Code::Conflict);
    }

    #[test]
    fn only_the_words_change_once_it_is_out() {
        let first = draft(",\"audience\":\"all\"").unwrap();
        let (out, _) = first.publish(&caller(), &[], None, at(9)).unwrap();
        let mut words = first.clone();
        words.title = "Ice".to_owned();
        let edited = out.edit(words, at(10)).unwrap();
        assert_eq!((edited.title.as_str(), edited.version), ("Ice", 3));
        assert!(edited.is_out(at(10)));
        let others = draft(",\"audience\":\"staff\"").unwrap();
        assert!(out.edit(others.clone(), at(10)).is_err());
        assert!(first.edit(others, at(10)).is_ok());
    }
}
