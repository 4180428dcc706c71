//! Conditions on an event's data, written as EventBridge writes its patterns.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::problem::FieldError;

/// The deepest nesting and the most leaves of a pattern.
const DEPTH: usize = 5;
const LEAVES: usize = 50;

/// Every member must match; a leaf is a list of which one choice must.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(Map<String, Value>);

impl Pattern {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn matches(&self, data: &Map<String, Value>) -> bool {
        object(&self.0, Some(data))
    }

    /// What is wrong with the pattern, by its path.
    pub fn faults(&self, field: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut leaves = 0;
        examine(&self.0, field, 1, &mut leaves, &mut faults);
        if leaves > LEAVES {
            let message = format!("At most {LEAVES} conditions.");
            faults.push(FieldError::new(field, "too_many", message));
        }
        faults.truncate(20);
        faults
    }
}

fn object(pattern: &Map<String, Value>, data: Option<&Map<String, Value>>) -> bool {
    pattern.iter().all(|(name, wanted)| {
        let found = data.and_then(|data| data.get(name));
        match wanted {
            Value::Object(nested) => match found {
                // A list of objects matches if one of its objects does.
                Some(Value::Array(items)) => {
                    items.iter().any(|item| object(nested, item.as_object()))
                }
                found => object(nested, found.and_then(Value::as_object)),
            },
            Value::Array(choices) => choices.iter().any(|choice| leaf(choice, found)),
            _ => false,
        }
    })
}

fn leaf(choice: &Value, found: Option<&Value>) -> bool {
    if let Some(exists) = choice.get("exists").and_then(Value::as_bool) {
        return exists == found.is_some_and(|found| !found.is_null());
    }
    match found {
        None => false,
        Some(Value::Array(items)) => items.iter().any(|item| one(choice, item)),
        Some(value) => one(choice, value),
    }
}

fn one(choice: &Value, value: &Value) -> bool {
    match choice {
        Value::Object(operator) => operator
            .iter()
            .all(|(name, operand)| apply(name, operand, value)),
        plain => same(plain, value),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= f64::EPSILON * a.abs().max(1.0),
        _ => a == b,
    }
}

fn apply(name: &str, operand: &Value, value: &Value) -> bool {
    let texts = value.as_str().zip(operand.as_str());
    match name {
        "prefix" => texts.is_some_and(|(text, part)| text.starts_with(part)),
        "suffix" => texts.is_some_and(|(text, part)| text.ends_with(part)),
        "equals-ignore-case" => texts.is_some_and(|(a, b)| a.to_lowercase() == b.to_lowercase()),
        "anything-but" => match operand {
            Value::Array(several) => !several.iter().any(|one| same(one, value)),
            single => !same(single, value),
        },
        "numeric" => numeric(operand, value),
        _ => false,
    }
}

fn numeric(operand: &Value, value: &Value) -> bool {
    let (Some(tests), Some(number)) = (operand.as_array(), value.as_f64()) else {
        return false;
    };
    tests.chunks(2).all(|test| {
        let (Some(operator), Some(bound)) = (
            test.first().and_then(Value::as_str),
            test.get(1).and_then(Value::as_f64),
        ) else {
            return false;
        };
        match operator {
            "=" => same(&Value::from(bound), value),
            "<" => number < bound,
            "<=" => number <= bound,
            ">" => number > bound,
            ">=" => number >= bound,
            _ => false,
        }
    })
}

fn examine(
    pattern: &Map<String, Value>,
    field: &str,
    depth: usize,
    leaves: &mut usize,
    faults: &mut Vec<FieldError>,
) {
    for (name, wanted) in pattern {
        let path = format!("{field}.{name}");
        let mut fault = |message: &str| faults.push(FieldError::new(&path, "bad_pattern", message));
        match wanted {
            Value::Object(_) if depth >= DEPTH => fault("This is nested too deeply."),
            Value::Object(nested) if nested.is_empty() => fault("This says nothing."),
            Value::Object(nested) => examine(nested, &path, depth + 1, leaves, faults),
            Value::Array(choices) if choices.is_empty() => fault("Name at least one choice."),
            Value::Array(choices) => {
                *leaves += choices.len();
                for choice in choices.iter().filter_map(|choice| unfit(choice)) {
                    fault(choice);
                }
            }
            _ => fault("A condition is a list of choices, such as [\"open\"]."),
        }
    }
}

/// Why a choice is none.
fn unfit(choice: &Value) -> Option<&'static str> {
    let scalar = |value: &Value| !value.is_object() && !value.is_array();
    let Value::Object(operator) = choice else {
        return (!scalar(choice)).then_some("A choice is a value or an operator.");
    };
    let one = operator.iter().next().filter(|_| operator.len() == 1);
    let Some((name, operand)) = one else {
        return Some("A choice has one operator.");
    };
    let fits = match name.as_str() {
        "exists" => operand.is_boolean(),
        "prefix" | "suffix" | "equals-ignore-case" => operand.is_string(),
        "anything-but" => match operand {
            Value::Array(several) => !several.is_empty() && several.iter().all(scalar),
            single => scalar(single),
        },
        "numeric" => operand.as_array().is_some_and(|tests| {
            matches!(tests.len(), 2 | 4)
                && tests.chunks(2).all(|test| {
                    let operator = test.first().and_then(Value::as_str).unwrap_or_default();
                    ["=", "<", "<=", ">", ">="].contains(&operator)
                        && test.get(1).is_some_and(Value::is_number)
                })
        }),
        _ => {
            return Some(
                "The operators are exists, prefix, suffix, equals-ignore-case, anything-but and numeric.",
            );
        }
    };
    (!fits).then_some("The operator does not take this.")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn patterns_match_as_in_eventbridge() {
        let data = json!({"days": 6, "state": "open", "tags": ["a", "b"], "of": [{"id": 7}], "none": null});
        let matches = |pattern: Value| {
            let pattern: Pattern = serde_json::from_value(pattern).unwrap();
            assert!(pattern.faults("when").is_empty(), "{pattern:?}");
            pattern.matches(data.as_object().unwrap())
        };
        for yes in [
            json!({}),
            json!({"days": [{"numeric": ["<", 14]}]}),
            json!({"days": [{"numeric": [">", 5, "<=", 6]}], "state": ["open", "new"]}),
            json!({"tags": ["b"], "of": {"id": [7]}}),
            json!({"missing": [{"exists": false}], "state": [{"anything-but": ["closed"]}]}),
            json!({"state": [{"prefix": "op"}]}),
        ] {
            assert!(matches(yes.clone()), "{yes}");
        }
        for no in [
            json!({"days": [{"numeric": ["<", 6]}]}),
            json!({"days": ["6"]}),
            json!({"missing": ["x"]}),
            json!({"none": [{"exists": true}]}),
            json!({"state": [{"anything-but": "open"}]}),
        ] {
            assert!(!matches(no.clone()), "{no}");
        }
    }
}
