//! What one recipient of a send gets on one channel.

use serde_json::{Map, Value};

use crate::audience::Expression;
use crate::channel::Channel;
use crate::directory::{Standing, Tenant, User};
use crate::dispatch::Skip;
use crate::ids::{DeliveryId, UserId};
use crate::log::Address;
use crate::preference::DecidedBy;
use crate::send::{Content, Send};
use crate::template::links::message_fault;
use crate::template::{
    PersonFacts, Prepared, RenderCode, RenderError, Rendered, Renderer, Template, person_variables,
    sms,
};
use crate::time::Timestamp;

/// One recipient of a chunk.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// As the chunk names it: a user's id or `#3` for a bare address.
    pub name: String,
    pub delivery: DeliveryId,
    pub user: Option<User>,
    pub address: Option<Address>,
    /// Known at once not to be reachable.
    pub skip: Option<Skip>,
    /// Who or what decided whether the channel is used, once it is asked.
    pub decided_by: Option<DecidedBy>,
}

/// The user whom a chunk's recipient names, unless it is a bare address.
pub fn user_of(recipient: &str) -> Option<UserId> {
    recipient.parse().ok()
}

/// Builds a recipient from what the chunk says and the profile that was found.
pub fn recipient(send: &Send, channel: Channel, name: &str, user: Option<&User>) -> Recipient {
    let (address, skip) = match (user, name.strip_prefix('#')) {
        (Some(user), _) => {
            let skip = match (user.erased_at, user.status) {
                (Some(_), _) => Some(Skip::Erased),
                (None, Standing::Suspended) => Some(Skip::Suspended),
                (None, Standing::Active) => None,
            };
            (address_of(user, channel), skip)
        }
        (None, Some(position)) => (bare_address(send, position), None),
        (None, None) => (None, Some(Skip::UnknownUser)),
    };
    Recipient {
        name: name.to_owned(),
        delivery: send.delivery_id(channel, name),
        user: user.cloned(),
        address,
        skip,
        decided_by: None,
    }
}

/// Where a channel reaches a person.
pub fn address_of(user: &User, channel: Channel) -> Option<Address> {
    match channel {
        Channel::Email => user.email.clone().map(Address::Email),
        Channel::Sms => user.phone.clone().map(Address::Phone),
        Channel::InApp | Channel::Live => None,
    }
}

fn bare_address(send: &Send, position: &str) -> Option<Address> {
    match send.audience.include.get(position.parse::<usize>().ok()?)? {
        Expression::Email(email) => Some(Address::Email(email.clone())),
        Expression::Phone(phone) => Some(Address::Phone(phone.clone())),
        _ => None,
    }
}

/// Renders a send's content for one recipient after another.
#[derive(Debug)]
pub struct Composer<'a> {
    content: &'a Content,
    channel: Channel,
    template: Option<Prepared>,
}

impl<'a> Composer<'a> {
    /// `template` is the version that the send names for the channel, if any.
    pub fn new(
        content: &'a Content,
        channel: Channel,
        template: Option<&Template>,
    ) -> Result<Self, RenderError> {
        let template = template.map(Renderer::prepare).transpose()?;
        Ok(Self {
            content,
            channel,
            template,
        })
    }

    /// What the recipient gets, as of `now`.
    pub fn compose(
        &self,
        tenant: &Tenant,
        user: Option<&User>,
        address: Option<&Address>,
        now: Timestamp,
    ) -> Result<Rendered, RenderError> {
        let rendered = match &self.template {
            Some(template) => template.render(&self.values(tenant, user, address, now))?,
            None => self.plain(tenant),
        };
        if let Rendered::Sms { body, .. } = &rendered
            && let Some(message) = message_fault(body, &tenant.link_hosts)
        {
            return Err(RenderError::new(RenderCode::BadLink, "body", message));
        }
        Ok(rendered)
    }

    /// The person's own variables, with those of the send over them.
    fn values(
        &self,
        tenant: &Tenant,
        user: Option<&User>,
        address: Option<&Address>,
        now: Timestamp,
    ) -> Map<String, Value> {
        let mut facts = PersonFacts {
            tenant,
            user,
            email: None,
            phone: None,
            now,
        };
        if let Some(user) = user {
            facts = PersonFacts::of(user, tenant, now);
        }
        match address {
            Some(Address::Email(email)) => facts.email = Some(email.reveal()),
            Some(Address::Phone(phone)) => facts.phone = Some(phone.reveal()),
            None => {}
        }
        let mut values = person_variables(&facts);
        values.extend(self.content.variables.clone());
        values
    }

    /// Title and body as they are, where no template was asked for.
    fn plain(&self, tenant: &Tenant) -> Rendered {
        let (title, body) = (&self.content.title, &self.content.body);
        match self.channel {
            Channel::Email => Rendered::Email {
                subject: one_line(title),
                html: Some(plain_html(title, body, &tenant.name)),
                text: format!("{title}\n\n{body}\n\n{}\n", tenant.name),
            },
            Channel::Sms => {
                let text = if body.is_empty() {
                    title.clone()
                } else {
                    format!("{title}: {body}")
                };
                let body: String = text.chars().take(sms::SMS_MAX).collect();
                let segments = sms::segments(&body);
                Rendered::Sms { body, segments }
            }
            Channel::InApp | Channel::Live => Rendered::InApp {
                title: title.clone(),
                body: body.clone(),
            },
        }
    }
}

/// A subject has no line breaks.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn plain_html(title: &str, body: &str, from: &str) -> String {
    let paragraphs: String = body
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
        .map(|paragraph| {
            format!(
                "<p>{}</p>\n",
                escape(paragraph.trim()).replace('\n', "<br>\n")
            )
        })
        .collect();
    format!(
        "<!doctype html>\n<html><body style=\"font-family:sans-serif;line-height:1.5;max-width:40em;margin:2em auto\">\n<h1 style=\"font-size:1.3em\">{}</h1>\n{paragraphs}<p style=\"color:#666\">{}</p>\n</body></html>\n",
        escape(title),
        escape(from),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
