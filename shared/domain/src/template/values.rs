//! Values for variables: checked when a send is accepted, fitted to the
//! declared kind when it is rendered.

use serde_json::{Map, Number, Value, json};

use super::catalogue::{Kind, Variable};
use crate::problem::FieldError;

/// The longest text value, in bytes.
pub const VALUE_MAX: usize = 32 * 1024;

/// Checks the values that a send gives against what its templates use:
/// every name must be known, every value of its kind. `also_known` finds
/// variables that no template of this send uses but the tenant's catalogue has;
/// their values are stored with the send as well.
pub fn check_values<'a>(
    given: &Map<String, Value>,
    uses: &'a [Variable],
    also_known: &dyn Fn(&str) -> Option<&'a Variable>,
) -> Vec<FieldError> {
    given
        .iter()
        .filter_map(|(name, value)| {
            let field = format!("variables.{name}");
            let used = uses.iter().find(|variable| variable.name == *name);
            match used.or_else(|| also_known(name)) {
                Some(_) if holds_nul(value) => Some(FieldError::new(
                    field,
                    "bad_value",
                    "The text holds a NUL character.",
                )),
                Some(variable) if !value.is_null() => fitted(variable, value)
                    .err()
                    .map(|message| FieldError::new(field, "bad_value", message)),
                Some(_) => None,
                None => Some(FieldError::new(
                    field,
                    "unknown_variable",
                    "No template of this send has this variable.",
                )),
            }
        })
        .collect()
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(rows) => rows.iter().any(holds_nul),
        Value::Object(row) => row.values().any(holds_nul),
        _ => false,
    }
}

/// The value in the shape its variable declares, or what is wrong with it.
pub fn fitted(variable: &Variable, value: &Value) -> Result<Value, String> {
    if variable.kind != Kind::List {
        return scalar(variable.kind, value);
    }
    let Value::Array(rows) = value else {
        return Err("A list is expected.".to_owned());
    };
    let max = variable.max.unwrap_or(super::LIST_MAX) as usize;
    if rows.len() > max {
        return Err(format!("The list has more than {max} rows."));
    }
    rows.iter()
        .map(|row| fitted_row(variable, row))
        .collect::<Result<Vec<_>, _>>()
        .map(Value::Array)
}

fn fitted_row(variable: &Variable, row: &Value) -> Result<Value, String> {
    if variable.fields.is_empty() {
        return scalar(Kind::Text, row);
    }
    let Value::Object(row) = row else {
        return Err("Each row of the list must be an object.".to_owned());
    };
    if let Some(name) = row
        .keys()
        .find(|name| variable.fields.iter().all(|field| field.name != **name))
    {
        return Err(format!("Rows of the list have no field `{name}`."));
    }
    let mut fitted = Map::new();
    for field in &variable.fields {
        if let Some(value) = row.get(&field.name).filter(|value| !value.is_null()) {
            fitted.insert(field.name.clone(), scalar(field.kind, value)?);
        }
    }
    Ok(Value::Object(fitted))
}

fn scalar(kind: Kind, value: &Value) -> Result<Value, String> {
    if let Value::Number(number) = value
        && !is_storable(number)
    {
        return Err("The number is too large or too small.".to_owned());
    }
    if let Value::String(text) = value
        && text.len() > VALUE_MAX
    {
        return Err(format!("The text is longer than {VALUE_MAX} bytes."));
    }
    match (kind, value) {
        (Kind::Text | Kind::Date, Value::String(_))
        | (Kind::Number, Value::Number(_))
        | (Kind::Boolean, Value::Bool(_)) => Ok(value.clone()),
        (Kind::Text, Value::Number(number)) => Ok(json!(number.to_string())),
        (Kind::Text, Value::Bool(truth)) => Ok(json!(truth.to_string())),
        (Kind::Number, Value::String(text)) => {
            number(text).ok_or_else(|| "A number is expected.".to_owned())
        }
        (Kind::Boolean, Value::String(text)) if text == "true" => Ok(json!(true)),
        (Kind::Boolean, Value::String(text)) if text == "false" => Ok(json!(false)),
        (Kind::Number, _) => Err("A number is expected.".to_owned()),
        (Kind::Boolean, _) => Err("true or false is expected.".to_owned()),
        _ => Err("A text is expected.".to_owned()),
    }
}

/// A number out of a text, whole where it is whole.
pub(crate) fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<i64>() {
        return Some(json!(whole));
    }
    let number = text
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())?;
    Number::from_f64(number)
        .filter(is_storable)
        .map(Value::Number)
}

/// The table keeps magnitudes between 1e-130 and 1e126 and refuses all others.
fn is_storable(number: &Number) -> bool {
    let magnitude = number.as_f64().map_or(f64::INFINITY, f64::abs);
    magnitude == 0.0 || (1e-100..=1e100).contains(&magnitude)
}
