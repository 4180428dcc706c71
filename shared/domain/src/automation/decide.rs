//! One rule and one event: what is to be said to whom, or why nothing is.
//!
//! The reasons name fields and never a value, because they are kept and shown.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::check::{Ready, ReadyText};
use super::event::Event;
use super::fill;
use super::force::Automation;
use super::notice::Notice;
use super::rule::{ActionText, AutomationInput, Target};
use crate::audience::{Audience, Expression, MAX_EXPRESSIONS};
use crate::channel::Channel;
use crate::directory::User;
use crate::ids::{TenantId, UserId};
use crate::notification::{Action, Reference, is_safe_link};
use crate::template::{Catalogue, Renderer, Template};
use crate::time::Timestamp;

/// Longest reference that is kept, in bytes.
const REFERENCE_MAX: usize = 128;

/// An event on its way through the rules.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    pub tenant: &'a TenantId,
    pub event: &'a Event,
    pub received_at: Timestamp,
    /// It came with a test key: everything happens but leaving.
    pub test: bool,
}

/// What a rule takes out of an event.
pub fn values_of(
    rule: &AutomationInput,
    ready: &Ready,
    event: &Event,
) -> Result<Map<String, Value>, String> {
    let mut values = Map::new();
    for (field, variable) in rule.data.iter().zip(&ready.variables) {
        values.insert(variable.name.clone(), field.value(variable, &event.data)?);
    }
    Ok(values)
}

/// The people whom the event names for the texts, by the word for each.
pub fn people_of(
    rule: &AutomationInput,
    values: &Map<String, Value>,
) -> Result<BTreeMap<String, UserId>, String> {
    let mut people = BTreeMap::new();
    for (prefix, field) in &rule.people {
        let id = values
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default();
        let id = id.parse();
        people.insert(
            prefix.clone(),
            id.map_err(|_| format!("`{field}` is not the id of a user"))?,
        );
    }
    Ok(people)
}

/// What is said, for each target whose condition holds. `people` are those of
/// [`people_of`] who exist. One reason skips the rule as a whole.
pub fn notices(
    automation: &Automation,
    ready: &Ready,
    catalogue: &Catalogue,
    occasion: &Occasion<'_>,
    people: &HashMap<UserId, User>,
) -> Result<Vec<Notice>, String> {
    let rule = &automation.rule;
    let mut values = values_of(rule, ready, occasion.event)?;
    for (prefix, id) in people_of(rule, &values)? {
        let person = people.get(&id).ok_or_else(|| {
            format!("nobody in the directory has the id that the event gives for `{prefix}`")
        })?;
        introduce(&mut values, &prefix, person);
    }
    let writer = Writer {
        automation,
        catalogue,
        occasion,
        values,
    };
    let targets = rule.targets.iter().zip(&ready.texts).enumerate();
    targets
        .filter(|(_, (target, _))| target.when.matches(&occasion.event.data))
        .map(|(position, (target, texts))| {
            writer
                .notice(position, target, texts)
                .map_err(|reason| format!("{}: {reason}", target.name))
        })
        .collect()
}

fn introduce(values: &mut Map<String, Value>, prefix: &str, person: &User) {
    let first = person.name.split_whitespace().next().unwrap_or_default();
    for (part, text) in [
        ("id", person.id.as_str()),
        ("name", &person.name),
        ("first_name", first),
    ] {
        values
            .entry(format!("{prefix}_{part}"))
            .or_insert_with(|| text.into());
    }
}

struct Writer<'a> {
    automation: &'a Automation,
    catalogue: &'a Catalogue,
    occasion: &'a Occasion<'a>,
    values: Map<String, Value>,
}

impl Writer<'_> {
    fn notice(
        &self,
        position: usize,
        target: &Target,
        texts: &BTreeMap<Channel, ReadyText>,
    ) -> Result<Notice, String> {
        let rule = &self.automation.rule;
        let templates = texts
            .iter()
            .map(|(channel, text)| Ok((*channel, self.template(target, *channel, text)?)))
            .collect::<Result<BTreeMap<_, _>, String>>()?;
        let redirect = target.redirect_url.as_ref().or(rule.redirect_url.as_ref());
        let actions = match target.actions.as_slice() {
            [] => &rule.actions,
            own => own,
        };
        Ok(Notice {
            position,
            target: target.name.clone(),
            audience: self.audience(target)?,
            variables: self.used(&templates),
            templates,
            priority: target.priority.unwrap_or(rule.priority),
            level: target.level.unwrap_or(rule.level),
            popup: target.popup.unwrap_or(rule.popup),
            reference: self.reference()?,
            redirect_url: redirect.map_or(Ok(None), |link| self.link("redirect_url", link))?,
            actions: self.actions(actions)?,
            actor: self.actor()?,
        })
    }

    /// Whom the event names: each once, as the expressions stand.
    fn audience(&self, target: &Target) -> Result<Audience, String> {
        let all = |texts: &[String]| -> Result<Vec<Expression>, String> {
            let mut found = Vec::new();
            for text in texts {
                found.extend(fill::expressions(text, &self.values)?);
            }
            Ok(found)
        };
        let audience = Audience {
            include: all(&target.audience)?,
            except: all(&target.except)?,
        };
        let audience = audience.distinct();
        if audience.include.len() + audience.except.len() > MAX_EXPRESSIONS {
            return Err(format!(
                "the event names more than {MAX_EXPRESSIONS} audiences"
            ));
        }
        Ok(audience)
    }

    /// The text as a template, rendered once with the values of the event, so
    /// that what cannot be said is known before anybody is told.
    fn template(
        &self,
        target: &Target,
        channel: Channel,
        text: &ReadyText,
    ) -> Result<Template, String> {
        let template = match text {
            ReadyText::Saved(template) => (**template).clone(),
            ReadyText::Own(checked) => {
                let name = format!("{}: {}", self.automation.rule.name, target.name);
                super::notice::template(
                    &name,
                    &self.automation.rule.category,
                    checked,
                    self.occasion,
                )
            }
        };
        let mut trial = self.catalogue.samples();
        for used in &template.uses {
            if used.automatic {
                trial.insert(used.name.clone(), used.sample.clone());
            }
        }
        trial.extend(self.values.clone());
        let prepared = Renderer::prepare(&template);
        prepared
            .and_then(|prepared| prepared.render(&trial))
            .map_err(|error| format!("{channel}.{}: {}", error.part, error.message))?;
        Ok(template)
    }

    /// The values that the templates name, and no others: a send need not carry
    /// the rest of the event.
    fn used(&self, templates: &BTreeMap<Channel, Template>) -> Map<String, Value> {
        let names = |template: &Template| -> Vec<String> {
            template.uses.iter().map(|used| used.name.clone()).collect()
        };
        let names: Vec<String> = templates.values().flat_map(names).collect();
        let used = self.values.iter().filter(|(name, _)| names.contains(name));
        used.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn reference(&self) -> Result<Option<Reference>, String> {
        let Some(reference) = &self.automation.rule.reference else {
            return Ok(None);
        };
        // An id that stands alone is not encoded, and in a link it is.
        let id = fill::text(&reference.id, &self.values)?;
        if id.as_ref().is_some_and(|id| id.len() > REFERENCE_MAX) {
            return Err("reference.id is too long".to_owned());
        }
        Ok(id.map(|id| Reference {
            kind: reference.kind.clone(),
            id,
        }))
    }

    fn link(&self, field: &str, link: &str) -> Result<Option<String>, String> {
        let link = fill::text(link, &self.values)?;
        if link
            .as_ref()
            .is_some_and(|link| link.len() > 500 || is_safe_link(link, &()).is_err())
        {
            return Err(format!(
                "{field} is neither a path of the site nor a safe https address"
            ));
        }
        Ok(link)
    }

    fn actions(&self, actions: &[ActionText]) -> Result<Vec<Action>, String> {
        let mut made = Vec::new();
        for action in actions {
            let url = self.link("an action's url", &action.url)?;
            made.extend(url.map(|url| Action {
                label: action.label.clone(),
                url,
            }));
        }
        Ok(made)
    }

    fn actor(&self) -> Result<Option<UserId>, String> {
        let Some(actor) = &self.automation.rule.actor else {
            return Ok(None);
        };
        let actor = fill::text(actor, &self.values)?;
        let parsed = actor.map(|actor| actor.parse()).transpose();
        parsed.map_err(|_| "actor is not the id of a user".to_owned())
    }
}
