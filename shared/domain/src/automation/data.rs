//! What a rule takes out of an event.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::problem::FieldError;
use crate::template::catalogue::{Field, Kind, VariableInput, has_shape};
use crate::template::values::check_values;
use crate::template::{Category, Variable};

/// A variable of a rule and where in the event its value stands. Without a
/// default the event must have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataField {
    /// As texts, audiences and links name it.
    pub name: String,
    /// A path in the event's data, `assignment.due`; the name itself without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default)]
    pub kind: Kind,
    /// Lists only: the most rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Lists only: the fields of a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Value>,
}

impl DataField {
    /// As templates declare it.
    pub(super) fn declaration(&self) -> VariableInput {
        VariableInput {
            name: self.name.clone(),
            category: Category::General,
            description: self.description.clone(),
            kind: self.kind,
            max: self.max,
            fields: self.fields.clone(),
            default: self.default.clone(),
            sample: self.sample.clone(),
        }
    }

    /// What is wrong with it, and the variable that it is.
    pub(super) fn variable(&self, place: &str) -> Result<Variable, Vec<FieldError>> {
        let fault = |field: &str, code: &str, message: &str| {
            FieldError::new(format!("{place}.{field}"), code, message)
        };
        let mut faults = Vec::new();
        let declaration = self.declaration();
        if garde::Validate::validate(&declaration).is_err() {
            let message = "A name is lower-case letters, digits and `_`, and no word of the template language; a list has at most 1000 rows of 30 fields.";
            faults.push(fault("name", "invalid", message));
        }
        if !self
            .path()
            .iter()
            .all(|part| (1..=64).contains(&part.len()))
            || self.path().len() > 5
        {
            faults.push(fault("from", "invalid", "A path has one to five names."));
        }
        match declaration.variable() {
            Ok(variable) if faults.is_empty() => return Ok(variable),
            Ok(_) => {}
            Err(wrong) => faults.extend(wrong.into_iter().map(|error| FieldError {
                field: format!("{place}.{}", error.field),
                ..error
            })),
        }
        Err(faults)
    }

    fn path(&self) -> Vec<&str> {
        self.from
            .as_deref()
            .unwrap_or(&self.name)
            .split('.')
            .collect()
    }

    /// The value in an event, in the shape of the variable; nothing where the
    /// event lacks it. The complaint holds no value.
    pub(super) fn value(
        &self,
        variable: &Variable,
        data: &Map<String, Value>,
    ) -> Result<Value, String> {
        let found = find(&Value::Object(data.clone()), &self.path());
        let Some(value) = found.filter(|value| !value.is_null()) else {
            return match &variable.default {
                Some(default) => Ok(default.clone()),
                None => Err(format!("the event has no `{}`", self.path().join("."))),
            };
        };
        let rows = variable.kind == Kind::List && variable.fields.is_empty();
        // One of a list of texts need not be in a list.
        let value = match value {
            Value::String(_) | Value::Number(_) if rows => Value::Array(vec![value]),
            value => value,
        };
        let given = Map::from_iter([(variable.name.clone(), value.clone())]);
        if let Some(wrong) = check_values(&given, std::slice::from_ref(variable), &|_| None).pop() {
            return Err(format!(
                "`{}` does not fit: {}",
                variable.name, wrong.message
            ));
        }
        crate::template::values::fitted(variable, &value)
            .map_err(|message| format!("`{}` does not fit: {message}", variable.name))
    }
}

/// What stands at a path; through a list, what stands at it in each row.
fn find(value: &Value, path: &[&str]) -> Option<Value> {
    let Some((head, rest)) = path.split_first() else {
        return Some(value.clone());
    };
    match value {
        Value::Object(members) => find(members.get(*head)?, rest),
        Value::Array(rows) => Some(rows.iter().filter_map(|row| find(row, path)).collect()),
        _ => None,
    }
}

/// The variables of a person whom an event names by id.
pub(super) fn of_person(prefix: &str) -> Vec<VariableInput> {
    [("id", "10"), ("name", "Asha Verma"), ("first_name", "Asha")]
        .into_iter()
        .map(|(part, sample)| VariableInput {
            name: format!("{prefix}_{part}"),
            category: Category::General,
            description: String::new(),
            kind: Kind::Text,
            max: None,
            fields: Vec::new(),
            default: None,
            sample: Some(sample.into()),
        })
        .collect()
}

/// Whether a word can begin the names of a person's variables.
pub(super) fn is_prefix(word: &str) -> bool {
    word.len() <= 40 && has_shape(word)
}
