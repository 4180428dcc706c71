//! What a rule says to one of its targets, as a send.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE32HEX_NOPAD;
use serde_json::{Map, Value};

use super::decide::Occasion;
use super::force::Automation;
use crate::audience::Audience;
use crate::caller::{Caller, Credential};
use crate::channel::Channel;
use crate::digest;
use crate::ids::{SendId, TemplateId, UserId};
use crate::notification::{Action, Level, Priority, Reference};
use crate::send::{Content, Origin, Send, TemplateVersion};
use crate::template::{Checked, Template};
use crate::time::Timestamp;

/// Who acts where an event names nobody.
const NOBODY: &str = "automation";

/// One target of a rule for one event.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The target's place in its rule.
    pub position: usize,
    pub target: String,
    pub audience: Audience,
    pub templates: BTreeMap<Channel, Template>,
    pub variables: Map<String, Value>,
    pub priority: Priority,
    pub level: Level,
    pub popup: bool,
    pub reference: Option<Reference>,
    pub redirect_url: Option<String>,
    pub actions: Vec<Action>,
    pub actor: Option<UserId>,
}

impl Notice {
    /// The send to an audience. Its id is always the same for the same event,
    /// rule and target, and sorts by when the event came.
    pub fn send(
        &self,
        automation: &Automation,
        occasion: &Occasion<'_>,
        audience: Audience,
    ) -> Send {
        let rule = &automation.rule;
        let mut channels: Vec<Channel> = self.templates.keys().copied().collect();
        if channels.contains(&Channel::InApp) {
            channels.push(Channel::Live);
        }
        let version = |template: &Template| TemplateVersion {
            id: template.id.clone(),
            version: template.version,
        };
        let templates = self.templates.iter();
        Send {
            id: self.send_id(automation, occasion),
            channels,
            content: Content {
                title: rule.name.clone(),
                templates: templates
                    .map(|(channel, template)| (*channel, version(template)))
                    .collect(),
                variables: self.variables.clone(),
                ..Content::default()
            },
            kind: occasion.event.r#type.clone(),
            level: self.level,
            priority: self.priority,
            category: rule.category.clone(),
            reference: self.reference.clone(),
            redirect_url: self.redirect_url.clone(),
            actions: self.actions.clone(),
            popup: self.popup,
            ..Send::new(
                &self.speaker(occasion),
                Origin::Automation,
                audience,
                occasion.received_at,
            )
        }
    }

    fn send_id(&self, automation: &Automation, occasion: &Occasion<'_>) -> SendId {
        let test = if occasion.test { "test" } else { "live" };
        let position = self.position.to_string();
        let parts = [
            "automation",
            occasion.tenant.as_str(),
            test,
            occasion.event.event_id.as_str(),
            automation.id.as_str(),
            &position,
        ];
        let mark = digest::fingerprint(&parts, 16).to_ascii_uppercase();
        let mark = BASE32HEX_NOPAD.decode(mark.as_bytes()).unwrap_or_default();
        let random = mark
            .iter()
            .fold(0u128, |sum, byte| (sum << 8) | u128::from(*byte));
        let ms = u64::try_from(occasion.received_at.as_millisecond()).unwrap_or(0);
        SendId::of(&ulid::Ulid::from_parts(ms, random).to_string())
    }

    /// In whose name it is sent: an event has no caller.
    fn speaker(&self, occasion: &Occasion<'_>) -> Caller {
        Caller {
            tenant: occasion.tenant.clone(),
            user: self.actor.clone().unwrap_or_else(nobody),
            roles: BTreeSet::new(),
            credential: if occasion.test {
                Credential::TestKey
            } else {
                Credential::LiveKey
            },
            expires_at: 0,
        }
    }
}

fn nobody() -> UserId {
    NOBODY
        .parse()
        .unwrap_or_else(|_| UserId::new(Timestamp::UNIX_EPOCH))
}

/// A rule's own text as a template. Its id is made of what it says, so that it
/// never changes and the same text is the same template.
pub(super) fn template(
    name: &str,
    category: &str,
    checked: &Checked,
    occasion: &Occasion<'_>,
) -> Template {
    let uses = serde_json::to_string(&checked.uses).unwrap_or_default();
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts = [
        "automation".to_owned(),
        checked.channel.to_string(),
        category.to_owned(),
        name.to_owned(),
        part(&checked.subject),
        part(&checked.html),
        part(&checked.text),
        part(&checked.title),
        part(&checked.body),
        uses,
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Template {
        id: TemplateId::of(&digest::fingerprint(&parts, 26)),
        version: 1,
        name: name.to_owned(),
        description: String::new(),
        channel: checked.channel,
        category: category.to_owned(),
        subject: checked.subject.clone(),
        html: checked.html.clone(),
        text: checked.text.clone(),
        title: checked.title.clone(),
        body: checked.body.clone(),
        variables: Vec::new(),
        uses: checked.uses.clone(),
        warnings: Vec::new(),
        created_by: nobody(),
        created_at: occasion.received_at,
        updated_by: nobody(),
        updated_at: occasion.received_at,
    }
}
