//! What a template may name: the standard variables, the tenant's own and
//! those that the template itself declares.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::LIST_MAX;
use super::standard;
use super::values;
use super::words::RESERVED;
use crate::problem::FieldError;

/// The longest default or sample of a variable, in bytes of JSON: templates
/// keep a copy of every variable that they name.
pub const EXAMPLE_MAX: usize = 2 * 1024;

/// What a variable is about.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Student,
    Teacher,
    Parent,
    School,
    Assignment,
    Grade,
    #[default]
    General,
}

/// What values a variable takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Text,
    Number,
    /// A day, an instant, or free text that names one.
    Date,
    Boolean,
    /// Rows to loop over.
    List,
}

/// A field of a list's rows.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate,
)]
#[serde(deny_unknown_fields)]
pub struct Field {
    #[garde(custom(is_variable_name))]
    pub name: String,
    #[serde(default)]
    #[garde(skip)]
    pub kind: Kind,
}

/// Something a template may name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Variable {
    pub name: String,
    pub category: Category,
    pub description: String,
    pub kind: Kind,
    /// Lists only: the most rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Lists only: the fields of a row; without fields, a row is a text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Used where a send gives no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    pub sample: Value,
    /// Filled from the recipient's profile and the organisation without being given.
    #[serde(default)]
    pub automatic: bool,
}

/// A variable as somebody declares it: for one template, or for the tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct VariableInput {
    /// Lower-case letters, digits and `_`, beginning with a letter.
    #[garde(custom(is_variable_name))]
    pub name: String,
    #[serde(default)]
    #[garde(skip)]
    pub category: Category,
    #[serde(default)]
    #[garde(length(chars, max = 300))]
    pub description: String,
    #[serde(default)]
    #[garde(skip)]
    pub kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(range(min = 1, max = LIST_MAX))]
    pub max: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(length(max = 30), dive)]
    pub fields: Vec<Field>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub default: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub sample: Option<Value>,
}

/// Whether a text has the form of a variable's name.
pub fn has_shape(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that garde asks for"
)]
fn is_variable_name(name: &str, _: &()) -> garde::Result {
    if !has_shape(name) {
        return Err(garde::Error::new(
            "must be lower-case letters, digits and `_`, beginning with a letter",
        ));
    }
    if RESERVED.contains(&name) {
        return Err(garde::Error::new("is a word of the template language"));
    }
    Ok(())
}

impl VariableInput {
    /// The variable, with a sample made up where none is given. Checks what
    /// garde cannot: that the values are of the kind.
    pub fn variable(&self) -> Result<Variable, Vec<FieldError>> {
        let mut variable = Variable {
            name: self.name.clone(),
            category: self.category,
            description: self.description.clone(),
            kind: self.kind,
            max: (self.kind == Kind::List).then_some(self.max.unwrap_or(100)),
            fields: if self.kind == Kind::List {
                self.fields.clone()
            } else {
                Vec::new()
            },
            default: None,
            sample: sample(self.kind, &self.name, &self.fields),
            automatic: false,
        };
        let mut errors = Vec::new();
        if self.fields.iter().any(|field| field.kind == Kind::List) {
            errors.push(FieldError::new(
                "fields",
                "bad_kind",
                "A field of a list is not itself a list.",
            ));
        }
        for (place, value) in [("default", &self.default), ("sample", &self.sample)] {
            let Some(value) = value else { continue };
            if value.to_string().len() > EXAMPLE_MAX {
                let message = format!("More than {EXAMPLE_MAX} bytes as JSON.");
                errors.push(FieldError::new(place, "too_long", message));
                continue;
            }
            match values::fitted(&variable, value) {
                Ok(value) if place == "sample" => variable.sample = value,
                Ok(value) => variable.default = Some(value),
                Err(message) => errors.push(FieldError::new(place, "bad_value", message)),
            }
        }
        if errors.is_empty() {
            Ok(variable)
        } else {
            Err(errors)
        }
    }
}

fn sample(kind: Kind, name: &str, fields: &[Field]) -> Value {
    match kind {
        Kind::Text
            if ["link", "url", "website"]
                .iter()
                .any(|word| name.contains(word)) =>
        {
            json!("https://example.org/")
        }
        Kind::Text => json!(name.replace('_', " ")),
        Kind::Number => json!(42),
        Kind::Date => json!("2026-09-01"),
        Kind::Boolean => json!(true),
        Kind::List if fields.is_empty() => json!(["one", "two"]),
        Kind::List => {
            let row: Map<String, Value> = fields
                .iter()
                .map(|field| (field.name.clone(), sample(field.kind, &field.name, &[])))
                .collect();
            json!([row, row])
        }
    }
}

/// Everything that templates of one tenant may name, and the hosts that their
/// links may lead to although they would be refused otherwise.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    variables: BTreeMap<String, Variable>,
    link_hosts: Vec<String>,
}

impl Catalogue {
    /// The variables that every tenant has.
    pub fn standard() -> Self {
        let variables = standard::variables()
            .into_iter()
            .map(|variable| (variable.name.clone(), variable));
        Self {
            variables: variables.collect(),
            link_hosts: Vec::new(),
        }
    }

    /// Without what somebody has to give.
    pub fn only_automatic(mut self) -> Self {
        self.variables.retain(|_, variable| variable.automatic);
        self
    }

    /// Adds the tenant's own; a standard variable is never replaced.
    pub fn with_own(mut self, own: impl IntoIterator<Item = Variable>) -> Self {
        for variable in own {
            self.variables
                .entry(variable.name.clone())
                .or_insert(variable);
        }
        self
    }

    pub fn with_link_hosts(mut self, hosts: &[String]) -> Self {
        self.link_hosts.extend_from_slice(hosts);
        self
    }

    /// Adds what one template declares; here the template wins.
    pub fn with_declared(mut self, declared: impl IntoIterator<Item = Variable>) -> Self {
        for variable in declared {
            self.variables.insert(variable.name.clone(), variable);
        }
        self
    }

    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// The variables by name, of one category or all.
    pub fn list(&self, category: Option<Category>) -> impl Iterator<Item = &Variable> {
        self.variables
            .values()
            .filter(move |variable| category.is_none_or(|wanted| variable.category == wanted))
    }

    pub fn link_hosts(&self) -> &[String] {
        &self.link_hosts
    }

    /// A sample value for every variable.
    pub fn samples(&self) -> Map<String, Value> {
        self.variables
            .values()
            .map(|variable| (variable.name.clone(), variable.sample.clone()))
            .collect()
    }
}
