//! Whether a rule may be saved. What passes here tells what it says, as long as
//! events have what it declares.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{is_prefix, of_person};
use super::fill;
use super::rule::{AutomationInput, MessageText, Target};
use crate::channel::Channel;
use crate::ids::{TemplateId, UserId};
use crate::problem::FieldError;
use crate::template::catalogue::{Catalogue, Kind, Variable, VariableInput};
use crate::template::{Checked, Template, TemplateParts};

/// What texts of automations may name besides what their rule declares: what
/// comes from each recipient and the organisation by itself.
pub fn catalogue(own: Vec<Variable>, link_hosts: &[String]) -> Catalogue {
    Catalogue::standard()
        .only_automatic()
        .with_own(own)
        .with_link_hosts(link_hosts)
}

/// A rule whose texts are ready to be rendered.
#[derive(Debug, Clone)]
pub struct Ready {
    /// What the rule takes out of an event, in the order of its `data`.
    pub variables: Vec<Variable>,
    /// For each target its texts.
    pub texts: Vec<BTreeMap<Channel, ReadyText>>,
}

/// One text of a rule.
#[derive(Debug, Clone)]
pub enum ReadyText {
    Own(Box<Checked>),
    Saved(Box<Template>),
}

/// Checks a rule. `saved` are those templates that it names which exist.
pub fn check(
    rule: &AutomationInput,
    catalogue: &Catalogue,
    saved: &BTreeMap<TemplateId, Template>,
) -> Result<Ready, Vec<FieldError>> {
    let mut checker = Checker {
        rule,
        catalogue,
        saved,
        declared: Vec::new(),
        names: BTreeSet::new(),
        faults: rule.when.faults("when"),
    };
    let variables = checker.data();
    checker.people(&variables);
    checker.links();
    let targets = rule.targets.iter().enumerate();
    let texts = targets
        .map(|(position, target)| checker.target(&format!("targets[{position}]"), target))
        .collect();
    if checker.faults.is_empty() {
        Ok(Ready { variables, texts })
    } else {
        checker.faults.truncate(50);
        Err(checker.faults)
    }
}

struct Checker<'a> {
    rule: &'a AutomationInput,
    catalogue: &'a Catalogue,
    saved: &'a BTreeMap<TemplateId, Template>,
    /// As the templates see them.
    declared: Vec<VariableInput>,
    names: BTreeSet<String>,
    faults: Vec<FieldError>,
}

impl Checker<'_> {
    fn fault(&mut self, field: impl Into<String>, code: &str, message: impl Into<String>) {
        self.faults.push(FieldError::new(field, code, message));
    }

    /// Takes a name. One that recipients have too means what the event says.
    fn declare(&mut self, field: &str, declaration: VariableInput) {
        let name = &declaration.name;
        if !self.names.insert(name.clone()) {
            let message = format!("`{name}` is declared twice.");
            self.fault(field, "duplicate", message);
        } else {
            self.declared.push(declaration);
        }
    }

    fn data(&mut self) -> Vec<Variable> {
        let mut variables = Vec::new();
        for (position, field) in self.rule.data.iter().enumerate() {
            let place = format!("data[{position}]");
            match field.variable(&place) {
                Ok(variable) => {
                    variables.push(variable);
                    self.declare(&format!("{place}.name"), field.declaration());
                }
                Err(faults) => self.faults.extend(faults),
            }
        }
        variables
    }

    fn people(&mut self, variables: &[Variable]) {
        for (prefix, field) in &self.rule.people {
            let place = format!("people.{prefix}");
            if !is_prefix(prefix) {
                let message = "A person is called by a lower-case word, such as `child`.";
                self.fault(&place, "invalid", message);
                continue;
            }
            let known = variables.iter().find(|variable| variable.name == *field);
            if known.is_none_or(|variable| variable.kind != Kind::Text) {
                let message = format!("`{field}` is no text that `data` declares.");
                self.fault(&place, "unknown_variable", message);
            }
            for declaration in of_person(prefix) {
                // What is declared already, such as the person's id, stays.
                if !self.names.contains(&declaration.name) {
                    self.declare(&place, declaration);
                }
            }
        }
    }

    /// Names in a short text.
    fn places(&mut self, field: &str, text: &str) {
        match fill::names(text) {
            Err(message) => self.fault(field, "syntax", message),
            Ok(names) => {
                for name in names {
                    if !self.names.contains(name) {
                        let message = format!("`{name}` is not declared in `data`.");
                        self.fault(field, "unknown_variable", message);
                    }
                }
            }
        }
    }

    fn links(&mut self) {
        let rule = self.rule;
        if let Some(reference) = &rule.reference {
            self.places("reference.id", &reference.id);
            if reference.kind == "announcement" {
                let message = "Only a published announcement refers to one.";
                self.fault("reference.kind", "reserved", message);
            }
        }
        if let Some(actor) = &rule.actor {
            self.places("actor", actor);
            if !actor.contains("{{") && actor.parse::<UserId>().is_err() {
                self.fault("actor", "invalid", "This is not the id of a user.");
            }
        }
        self.leads("", rule.redirect_url.as_deref(), &rule.actions);
    }

    fn leads(&mut self, place: &str, redirect: Option<&str>, actions: &[super::ActionText]) {
        if let Some(redirect) = redirect {
            self.link(&format!("{place}redirect_url"), redirect);
        }
        for (position, action) in actions.iter().enumerate() {
            self.link(&format!("{place}actions[{position}].url"), &action.url);
        }
    }

    fn link(&mut self, field: &str, link: &str) {
        self.places(field, link);
        let whole = link.starts_with("{{");
        if !whole && let Err(error) = crate::notification::is_safe_link(&plain(link), &()) {
            self.fault(field, "bad_link", error.message().to_owned());
        }
    }

    fn target(&mut self, place: &str, target: &Target) -> BTreeMap<Channel, ReadyText> {
        self.faults
            .extend(target.when.faults(&format!("{place}.when")));
        for (list, texts) in [("audience", &target.audience), ("except", &target.except)] {
            for (position, text) in texts.iter().enumerate() {
                let field = format!("{place}.{list}[{position}]");
                self.places(&field, text);
                if let Some(message) = fill::expression_fault(text) {
                    self.fault(&field, "unknown_audience", message);
                }
            }
        }
        self.leads(
            &format!("{place}."),
            target.redirect_url.as_deref(),
            &target.actions,
        );
        if target.texts().next().is_none() {
            let message = "Give a text for at least one of in_app, email and sms.";
            self.fault(place, "required", message);
        }
        let mut ready = BTreeMap::new();
        for (channel, text) in target.texts() {
            let place = format!("{place}.{channel}");
            if let Some(text) = self.text(&place, channel, text) {
                ready.insert(channel, text);
            }
        }
        ready
    }

    fn text(&mut self, place: &str, channel: Channel, text: &MessageText) -> Option<ReadyText> {
        if let Some(id) = &text.template {
            return self.saved_text(place, channel, text, id);
        }
        let parts = TemplateParts {
            channel,
            subject: text.subject.as_deref(),
            html: text.html.as_deref(),
            text: text.text.as_deref(),
            title: text.title.as_deref(),
            body: text.body.as_deref(),
            variables: &self.declared,
        };
        match crate::template::check(&parts, self.catalogue) {
            Ok(checked) => Some(ReadyText::Own(Box::new(checked))),
            Err(faults) => {
                self.faults
                    .extend(faults.into_iter().map(|fault| FieldError {
                        field: format!("{place}.{}", fault.field),
                        ..fault
                    }));
                None
            }
        }
    }

    fn saved_text(
        &mut self,
        place: &str,
        channel: Channel,
        text: &MessageText,
        id: &TemplateId,
    ) -> Option<ReadyText> {
        let field = format!("{place}.template");
        let alone = MessageText {
            template: text.template.clone(),
            ..MessageText::default()
        };
        if *text != alone {
            self.fault(&field, "not_both", "Name a template or write the text.");
        }
        let found = self.saved.get(id).filter(|found| found.channel == channel);
        let Some(template) = found else {
            let message = format!("There is no {channel} template with this id.");
            self.fault(&field, "unknown_template", message);
            return None;
        };
        for used in &template.uses {
            let given = used.default.is_some() || self.names.contains(&used.name);
            if !given && self.catalogue.get(&used.name).is_none() {
                let message = format!(
                    "The template names `{}`, which `data` does not declare.",
                    used.name
                );
                self.fault(&field, "unknown_variable", message);
            }
        }
        Some(ReadyText::Saved(Box::new(template.clone())))
    }
}

/// A link with its places filled, to see whether it can lead anywhere.
fn plain(link: &str) -> String {
    let mut out = String::new();
    let mut rest = link;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        out.push('x');
        rest = after.split_once("}}").map_or("", |(_, behind)| behind);
    }
    out + rest
}
