//! How the tenant wants people to talk.

use domain::chat::policy::{ChatSettings, InviteRule, MAX_EDIT_MINUTES, MAX_RULES};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Changes to the settings of chat; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChatChanges {
    /// Who may invite whom, in place of all rules that there are; whatever no
    /// rule allows is refused.
    #[serde(default)]
    #[garde(inner(length(max = MAX_RULES)))]
    invite_rules: Option<Vec<InviteRule>>,
    /// Minutes in which authors may edit and delete their messages; 0 is never.
    #[serde(default)]
    #[garde(range(max = MAX_EDIT_MINUTES))]
    edit_minutes: Option<u32>,
    /// Days after which an unanswered invitation expires.
    #[serde(default)]
    #[garde(range(min = 1, max = 90))]
    invitation_days: Option<u32>,
    /// Days for which somebody who was rejected may not invite again.
    #[serde(default)]
    #[garde(range(max = 365))]
    cool_off_days: Option<u32>,
    /// Whether people see who is online and when somebody last was.
    #[serde(default)]
    #[garde(skip)]
    presence: Option<bool>,
}

impl ChatChanges {
    pub(crate) fn apply(&self, chat: &mut ChatSettings) {
        if let Some(rules) = &self.invite_rules {
            chat.invite_rules.clone_from(rules);
        }
        set(&mut chat.edit_minutes, self.edit_minutes);
        set(&mut chat.invitation_days, self.invitation_days);
        set(&mut chat.cool_off_days, self.cool_off_days);
        set(&mut chat.presence, self.presence);
    }
}

fn set<T>(kept: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *kept = given;
    }
}
