//! Rendering a template for one person.
//!
//! A template is prepared once and rendered for many. Only the part whose name
//! ends in `.html` is escaped. Output goes through a writer of bounded length,
//! and the cost is checked again with the real lengths of the lists.

use serde::Serialize;
use serde_json::{Map, Value};
use tera::{Context, ErrorKind, Tera};

use super::ast::{Path, Tag, Tree};
use super::catalogue::Variable;
use super::check::Checked;
use super::context::{Where, contexts, is_address};
use super::cost::cost;
use super::failure::{RenderCode, RenderError};
use super::filters::{self, BAD_LINK, LINK_FILTER};
use super::model::Template;
use super::output::{Bounded, bounded, document, header};
use super::parse::parse;
use super::sms::{SMS_MAX, Segments, segments};
use super::values::fitted;
use super::{COST_MAX, LIST_MAX};
use crate::channel::Channel;

/// The longest rendered HTML or text part, in bytes.
pub const BODY_MAX: usize = 256 * 1024;
/// The longest rendered subject or title, in characters.
pub const SUBJECT_MAX: usize = 250;
/// The longest rendered body of a notification, in characters.
pub const NOTIFICATION_MAX: usize = 4_000;

/// What one person gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum Rendered {
    Email {
        subject: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        html: Option<String>,
        text: String,
    },
    Sms {
        body: String,
        #[serde(flatten)]
        segments: Segments,
    },
    InApp {
        title: String,
        body: String,
    },
}

/// Prepares templates.
#[derive(Debug, Clone, Copy, Default)]
pub struct Renderer;

impl Renderer {
    /// Parses a stored version once; keep the result for its other recipients.
    pub fn prepare(template: &Template) -> Result<Prepared, RenderError> {
        let sources = [
            ("subject", &template.subject),
            ("html", &template.html),
            ("text", &template.text),
            ("title", &template.title),
            ("body", &template.body),
        ];
        Prepared::new(template.channel, &sources, template.uses.clone())
    }
}

/// One version of a template, parsed.
pub struct Prepared {
    channel: Channel,
    tera: Tera,
    parts: Vec<Part>,
    uses: Vec<Variable>,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

struct Part {
    field: &'static str,
    tree: Tree,
    /// Offsets at which [`LINK_CALL`] was put in, ascending.
    guarded: Vec<usize>,
}

const LINK_CALL: &str = " | link_target ";

impl Part {
    fn name(field: &str) -> String {
        if field == "html" {
            "html.html".to_owned()
        } else {
            format!("{field}.txt")
        }
    }

    /// The tag that an offset in Tera's source belongs to.
    fn tag_at(&self, offset: usize) -> Option<&Tag> {
        let mut original = offset;
        for (index, at) in self.guarded.iter().enumerate() {
            let begins = at + index * LINK_CALL.len();
            if offset < begins {
                break;
            }
            // Inside of what was put in, the tag's own end is meant.
            original = offset
                .saturating_sub((index + 1) * LINK_CALL.len())
                .max(*at);
        }
        self.tree
            .tags
            .iter()
            .rev()
            .find(|tag| tag.span.start <= original)
    }
}

impl Prepared {
    pub(crate) fn of_checked(checked: &Checked) -> Result<Self, RenderError> {
        let sources = [
            ("subject", &checked.subject),
            ("html", &checked.html),
            ("text", &checked.text),
            ("title", &checked.title),
            ("body", &checked.body),
        ];
        Self::new(checked.channel, &sources, checked.uses.clone())
    }

    fn new(
        channel: Channel,
        sources: &[(&'static str, &Option<String>)],
        uses: Vec<Variable>,
    ) -> Result<Self, RenderError> {
        let mut tera = Tera::default();
        filters::register(&mut tera);
        let mut parts = Vec::new();
        for (field, source) in sources {
            let Some(source) = source else { continue };
            let broken = || {
                RenderError::new(
                    RenderCode::BrokenTemplate,
                    field,
                    "the stored template does not parse",
                )
            };
            let tree = parse(source).map_err(|_| broken())?;
            let guarded = if *field == "html" {
                guarded(source, &tree)
            } else {
                Vec::new()
            };
            tera.add_raw_template(&Part::name(field), &with_guards(source, &guarded))
                .map_err(|_| broken())?;
            parts.push(Part {
                field,
                tree,
                guarded,
            });
        }
        Ok(Self {
            channel,
            tera,
            parts,
            uses,
        })
    }

    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// The variables that the template names.
    pub fn uses(&self) -> &[Variable] {
        &self.uses
    }

    /// Renders for one person. Values of names that the template does not use
    /// are ignored; a null counts as missing.
    pub fn render(&self, values: &Map<String, Value>) -> Result<Rendered, RenderError> {
        let values = self.fitted(values)?;
        let context = context(&values);
        let length = |path: &Path| match values.get(&path.root) {
            Some(Value::Array(rows)) => rows.len() as u64,
            _ => 0,
        };
        let part = |field: &'static str, limit: usize| -> Result<Option<String>, RenderError> {
            let Some(part) = self.parts.iter().find(|part| part.field == field) else {
                return Ok(None);
            };
            if cost(&part.tree.nodes, &length) > COST_MAX {
                return Err(RenderError::new(
                    RenderCode::TooCostly,
                    field,
                    "the lists are too long for this template",
                ));
            }
            self.write(part, &context, limit).map(Some)
        };
        let needed = |text: Option<String>| text.unwrap_or_default();
        match self.channel {
            Channel::Email => Ok(Rendered::Email {
                subject: header("subject", needed(part("subject", SUBJECT_MAX * 8)?))?,
                html: part("html", BODY_MAX)?.map(|html| document(&html, &values)),
                text: needed(part("text", BODY_MAX)?),
            }),
            Channel::Sms => {
                let body = bounded("body", needed(part("body", SMS_MAX * 4)?), SMS_MAX)?;
                let segments = segments(&body);
                Ok(Rendered::Sms { body, segments })
            }
            Channel::InApp | Channel::Live => Ok(Rendered::InApp {
                title: header("title", needed(part("title", SUBJECT_MAX * 8)?))?,
                body: bounded(
                    "body",
                    needed(part("body", NOTIFICATION_MAX * 4)?),
                    NOTIFICATION_MAX,
                )?,
            }),
        }
    }

    /// The used variables' values, each in its declared shape.
    fn fitted(&self, values: &Map<String, Value>) -> Result<Map<String, Value>, RenderError> {
        let part = self.parts.first().map_or("body", |part| part.field);
        let mut fit = Map::new();
        for variable in &self.uses {
            let given = values.get(&variable.name).filter(|value| !value.is_null());
            let Some(value) = given.or(variable.default.as_ref()) else {
                continue;
            };
            if let Value::Array(rows) = value
                && rows.len() > variable.max.unwrap_or(LIST_MAX) as usize
            {
                let message = format!("`{}` has too many rows", variable.name);
                return Err(RenderError::of(
                    RenderCode::TooCostly,
                    part,
                    &variable.name,
                    message,
                ));
            }
            let value = fitted(variable, value).map_err(|message| {
                let message = format!("`{}` does not fit: {message}", variable.name);
                RenderError::of(RenderCode::BadValue, part, &variable.name, message)
            })?;
            fit.insert(variable.name.clone(), value);
        }
        for name in ["time_zone", "locale"] {
            if let Some(value @ Value::String(_)) = values.get(name) {
                fit.entry(name).or_insert_with(|| value.clone());
            }
        }
        Ok(fit)
    }

    fn write(&self, part: &Part, context: &Context, limit: usize) -> Result<String, RenderError> {
        let mut out = Bounded {
            bytes: Vec::new(),
            limit,
        };
        self.tera
            .render_to(&Part::name(part.field), context, &mut out)
            .map_err(|error| explain(part, &error, limit))?;
        String::from_utf8(out.bytes).map_err(|_| {
            RenderError::new(
                RenderCode::BadValue,
                part.field,
                "the values are not valid text",
            )
        })
    }
}

/// Tera's message is for its own users: it lists every variable. Only the kind
/// of failure and the place are taken from it.
fn explain(part: &Part, error: &tera::Error, limit: usize) -> RenderError {
    let field = part.field;
    let report = match error.kind() {
        ErrorKind::Io(_) => {
            return RenderError::new(
                RenderCode::TooLong,
                field,
                format!("the result is longer than {limit} bytes"),
            );
        }
        ErrorKind::RenderingError(report) => report,
        _ => {
            return RenderError::new(
                RenderCode::BrokenTemplate,
                field,
                "the template cannot be rendered",
            );
        }
    };
    let path = part
        .tag_at(report.span().range.start)
        .and_then(|tag| tag.path.as_ref());
    let name = path.map_or_else(String::new, |path| match &path.field {
        Some(field) => format!("{}.{field}", path.root),
        None => path.root.clone(),
    });
    let message = report.message();
    if message.contains(BAD_LINK) {
        let message = format!("`{name}` is not a web address");
        RenderError::of(RenderCode::BadLink, field, &name, message)
    } else if message.contains("defined") {
        let message = format!("`{name}` has no value");
        RenderError::of(RenderCode::MissingVariable, field, &name, message)
    } else {
        RenderError::of(
            RenderCode::BadValue,
            field,
            &name,
            format!("`{name}` does not fit the template"),
        )
    }
}

/// Where a variable leads an address: its value must be one, or data could
/// bring in `javascript:`.
fn guarded(source: &str, tree: &Tree) -> Vec<usize> {
    tree.tags
        .iter()
        .zip(contexts(source, &tree.tags))
        .filter(|(_, context)| matches!(context, Where::Attribute { name, leading: true } if is_address(name)))
        .map(|(tag, _)| tag.inside_end)
        .collect()
}

fn with_guards(source: &str, guarded: &[usize]) -> String {
    debug_assert!(LINK_CALL.contains(LINK_FILTER), "the call names the filter");
    let mut out = String::with_capacity(source.len() + guarded.len() * LINK_CALL.len());
    let mut from = 0;
    for at in guarded {
        out.push_str(source.get(from..*at).unwrap_or_default());
        out.push_str(LINK_CALL);
        from = *at;
    }
    out.push_str(source.get(from..).unwrap_or_default());
    out
}

fn context(values: &Map<String, Value>) -> Context {
    let mut context = Context::new();
    for (name, value) in values {
        context.insert_value(name.clone(), tera::Value::from_serializable(value));
    }
    context
}
