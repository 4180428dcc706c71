//! Whether a template may be saved. What passes here renders.

use std::collections::BTreeSet;

use super::ast::{Path, Tree};
use super::catalogue::{Catalogue, Variable, VariableInput};
use super::cost::cost;
use super::failure::RenderCode;
use super::headers::header_fault;
use super::links::{LINKS_MAX, LinkPlace, addresses, link_fault};
use super::parse::parse;
use super::render::Prepared;
use super::scope::Scope;
use super::source::{Fault, Place};
use super::{COST_MAX, LIST_MAX, SOURCE_MAX};
use crate::channel::Channel;
use crate::problem::FieldError;

/// The longest source of a subject or title, in characters.
const LINE_MAX: usize = 1_000;

/// The sources of a template as its author gave them.
#[derive(Debug, Clone, Copy)]
pub struct TemplateParts<'a> {
    pub channel: Channel,
    pub subject: Option<&'a str>,
    pub html: Option<&'a str>,
    pub text: Option<&'a str>,
    pub title: Option<&'a str>,
    pub body: Option<&'a str>,
    pub variables: &'a [VariableInput],
}

/// A template that may be saved: its HTML cleaned, its text part there.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub channel: Channel,
    pub subject: Option<String>,
    pub html: Option<String>,
    pub text: Option<String>,
    pub title: Option<String>,
    pub body: Option<String>,
    /// The variables that the template names, as they are declared now.
    pub uses: Vec<Variable>,
    /// What the author should look at; none of it prevents saving.
    pub warnings: Vec<FieldError>,
}

/// Checks a template against what it may name.
pub fn check(parts: &TemplateParts<'_>, catalogue: &Catalogue) -> Result<Checked, Vec<FieldError>> {
    let (catalogue, mut errors) = with_declared(parts.variables, catalogue);
    errors.extend(presence(parts));
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut checker = Checker {
        catalogue: &catalogue,
        channel: parts.channel,
        used: BTreeSet::new(),
        errors,
    };
    for (field, source) in [("subject", parts.subject), ("title", parts.title)] {
        checker.line(field, source);
    }
    for (field, source) in [("text", parts.text), ("body", parts.body)] {
        checker.part(field, source);
    }
    let (html, derived, warnings) = checker.html(parts.html);
    if !checker.errors.is_empty() {
        return Err(checker.errors);
    }
    let own = |source: Option<&str>| source.map(str::to_owned);
    let checked = Checked {
        channel: parts.channel,
        subject: own(parts.subject),
        html,
        text: own(parts.text).or(derived),
        title: own(parts.title),
        body: own(parts.body),
        uses: checker
            .used
            .iter()
            .filter_map(|name| catalogue.get(name).cloned())
            .collect(),
        warnings,
    };
    trial(&checked, &catalogue)?;
    Ok(checked)
}

/// Renders with sample values once: what cannot be rendered is not saved.
fn trial(checked: &Checked, catalogue: &Catalogue) -> Result<(), Vec<FieldError>> {
    let rendered =
        Prepared::of_checked(checked).and_then(|prepared| prepared.render(&catalogue.samples()));
    match rendered {
        // A sample need not be an address where a real value must be one.
        Ok(_) => Ok(()),
        Err(error) if error.code == RenderCode::BadLink => Ok(()),
        Err(error) => {
            let code = match error.code {
                RenderCode::TooLong => "too_long",
                RenderCode::TooCostly => "too_costly",
                RenderCode::InvalidHeader => "header_injection",
                _ => "syntax",
            };
            let message = format!("line 1, column 1: with sample values, {}", error.message);
            Err(vec![FieldError::new(error.part, code, message)])
        }
    }
}

fn with_declared(
    declared: &[VariableInput],
    catalogue: &Catalogue,
) -> (Catalogue, Vec<FieldError>) {
    let mut errors = Vec::new();
    let mut variables = Vec::new();
    for (index, input) in declared.iter().enumerate() {
        match input.variable() {
            Ok(variable) => variables.push(variable),
            Err(wrong) => errors.extend(wrong.into_iter().map(|error| FieldError {
                field: format!("variables[{index}].{}", error.field),
                ..error
            })),
        }
    }
    (catalogue.clone().with_declared(variables), errors)
}

fn presence(parts: &TemplateParts<'_>) -> Vec<FieldError> {
    let given = [
        ("subject", parts.subject),
        ("html", parts.html),
        ("text", parts.text),
        ("title", parts.title),
        ("body", parts.body),
    ];
    let (allowed, required): (&[&str], &[&str]) = match parts.channel {
        Channel::Email => (&["subject", "html", "text"], &["subject"]),
        Channel::Sms => (&["body"], &["body"]),
        Channel::InApp => (&["title", "body"], &["title", "body"]),
        Channel::Live => {
            let message =
                "A template is for email, sms or in_app; what is in_app is shown live too.";
            return vec![FieldError::new("channel", "bad_channel", message)];
        }
    };
    let mut errors = Vec::new();
    for (field, source) in given {
        let empty = source.is_none_or(|source| source.trim().is_empty());
        if required.contains(&field) && empty {
            errors.push(FieldError::new(
                field,
                "required",
                format!("An {} template needs a {field}.", parts.channel),
            ));
        } else if source.is_some() && !allowed.contains(&field) {
            errors.push(FieldError::new(
                field,
                "not_for_channel",
                format!("An {} template has no {field}.", parts.channel),
            ));
        }
    }
    let blank = |source: Option<&str>| source.is_none_or(|source| source.trim().is_empty());
    if parts.channel == Channel::Email && blank(parts.html) && blank(parts.text) {
        errors.push(FieldError::new(
            "html",
            "required",
            "An email template needs html or text.",
        ));
    }
    errors
}

/// A fault as the API tells it.
pub(crate) fn field_error(field: &str, fault: &Fault) -> FieldError {
    let Place { line, column, .. } = fault.at;
    FieldError::new(
        field,
        fault.code,
        format!("line {line}, column {column}: {}.", fault.message),
    )
}

/// Gathers every mistake of all parts.
pub(super) struct Checker<'a> {
    pub(super) catalogue: &'a Catalogue,
    channel: Channel,
    used: BTreeSet<String>,
    pub(super) errors: Vec<FieldError>,
}

impl Checker<'_> {
    pub(super) fn fault(&mut self, field: &str, fault: &Fault) {
        // One mistake in a loop of the author's editor should not give an
        // answer of megabytes.
        if self.errors.len() < 50 {
            self.errors.push(field_error(field, fault));
        }
    }

    /// A part that becomes a header or a title.
    fn line(&mut self, field: &str, source: Option<&str>) {
        let Some(source) = source else { return };
        if source.chars().count() > LINE_MAX {
            let message = format!("more than {LINE_MAX} characters");
            return self.fault(
                field,
                &Fault::new(
                    "too_long",
                    Place {
                        line: 1,
                        column: 1,
                        offset: 0,
                    },
                    message,
                ),
            );
        }
        if let Some((offset, character)) = header_fault(source) {
            let message = format!(
                "the character U+{:04X} has no place in a {field}",
                u32::from(character)
            );
            return self.fault(
                field,
                &Fault::new("header_injection", place_of(source, offset), message),
            );
        }
        self.part(field, Some(source));
    }

    /// A part that is not HTML.
    fn part(&mut self, field: &str, source: Option<&str>) {
        let Some(source) = source else { return };
        if let Some(tree) = self.tree(field, source) {
            self.names(field, &tree);
            self.links(field, source);
        }
    }

    /// Parses a part of bounded length.
    pub(super) fn tree(&mut self, field: &str, source: &str) -> Option<Tree> {
        if source.len() > SOURCE_MAX {
            let message = format!("more than {} KiB", SOURCE_MAX / 1024);
            self.fault(
                field,
                &Fault::new(
                    "too_long",
                    Place {
                        line: 1,
                        column: 1,
                        offset: 0,
                    },
                    message,
                ),
            );
            return None;
        }
        let stray = |c: &(usize, char)| c.1.is_control() && !matches!(c.1, '\n' | '\r' | '\t');
        if let Some((offset, character)) = source.char_indices().find(stray) {
            let message = format!(
                "the control character U+{:04X} has no place here",
                u32::from(character)
            );
            self.fault(field, &Fault::forbidden(place_of(source, offset), message));
            return None;
        }
        match parse(source) {
            Ok(tree) => Some(tree),
            Err(fault) => {
                self.fault(field, &fault);
                None
            }
        }
    }

    pub(super) fn names(&mut self, field: &str, tree: &Tree) {
        let mut scope = Scope::new(self.catalogue);
        scope.nodes(&tree.nodes);
        let (used, faults) = (scope.used, scope.faults);
        self.used.extend(used);
        faults.iter().for_each(|fault| self.fault(field, fault));
        let catalogue = self.catalogue;
        let length = |path: &Path| {
            let max = catalogue.get(&path.root).and_then(|variable| variable.max);
            u64::from(max.unwrap_or(LIST_MAX).min(LIST_MAX))
        };
        if cost(&tree.nodes, &length) > COST_MAX {
            let message = "the loops could run too long; make lists or bodies shorter";
            self.fault(
                field,
                &Fault::new(
                    "too_costly",
                    Place {
                        line: 1,
                        column: 1,
                        offset: 0,
                    },
                    message,
                ),
            );
        }
    }

    pub(super) fn links(&mut self, field: &str, source: &str) {
        let place = if self.channel == Channel::Sms {
            LinkPlace::Sms
        } else {
            LinkPlace::Mail
        };
        let found = addresses(source, place);
        if found.len() > LINKS_MAX {
            let message = format!("more than {LINKS_MAX} links");
            return self.fault(
                field,
                &Fault::new(
                    "bad_link",
                    Place {
                        line: 1,
                        column: 1,
                        offset: 0,
                    },
                    message,
                ),
            );
        }
        for (offset, address) in found {
            if let Some(message) = link_fault(&address, place, self.catalogue.link_hosts()) {
                self.fault(
                    field,
                    &Fault::new("bad_link", place_of(source, offset), message),
                );
            }
        }
    }
}

/// Line and column of an offset.
fn place_of(source: &str, offset: usize) -> Place {
    let before = source.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Place {
        line: count(before.matches('\n').count() + 1),
        column: count(before.get(line_start..).unwrap_or_default().chars().count() + 1),
        offset,
    }
}
