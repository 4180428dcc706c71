//! EventBridge's event patterns.

use serde_json::{Map, Value};

/// Whether a pattern matches an event.
pub fn matches(pattern: &Value, event: &Value) -> bool {
    pattern
        .as_object()
        .is_some_and(|pattern| object(pattern, Some(event)))
}

/// Every member of the pattern must match; `$or` needs one of its patterns.
fn object(pattern: &Map<String, Value>, event: Option<&Value>) -> bool {
    pattern.iter().all(|(name, wanted)| {
        if let ("$or", Value::Array(choices)) = (name.as_str(), wanted) {
            return choices
                .iter()
                .filter_map(Value::as_object)
                .any(|one| object(one, event));
        }
        member(wanted, event.and_then(|event| event.get(name)))
    })
}

fn member(wanted: &Value, found: Option<&Value>) -> bool {
    match (wanted, found) {
        // An array of objects matches if one of its objects does.
        (Value::Object(nested), Some(Value::Array(items))) => {
            items.iter().any(|item| object(nested, Some(item)))
        }
        (Value::Object(nested), found) => object(nested, found.filter(|found| found.is_object())),
        (Value::Array(choices), found) => choices.iter().any(|choice| leaf(choice, found)),
        _ => false,
    }
}

fn leaf(choice: &Value, found: Option<&Value>) -> bool {
    if let Some(exists) = choice.get("exists").and_then(Value::as_bool) {
        let present = found.is_some_and(|found| !found.is_object());
        return exists == present;
    }
    match found {
        None => false,
        Some(Value::Array(items)) => items.iter().any(|item| one(choice, item)),
        Some(value) => one(choice, value),
    }
}

fn one(choice: &Value, value: &Value) -> bool {
    let Value::Object(operator) = choice else {
        return same(choice, value);
    };
    operator
        .iter()
        .all(|(name, operand)| apply(name, operand, value))
}

fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < f64::EPSILON * a.abs().max(1.0),
        _ => a == b,
    }
}

fn apply(name: &str, operand: &Value, value: &Value) -> bool {
    match name {
        "prefix" => text(operand, value, |text, part| text.starts_with(part)),
        "suffix" => text(operand, value, |text, part| text.ends_with(part)),
        "equals-ignore-case" => text(operand, value, |a, b| a.to_lowercase() == b.to_lowercase()),
        "wildcard" => text(operand, value, |text, pattern| wildcard(pattern, text)),
        "numeric" => numeric(operand, value),
        "anything-but" => match operand {
            Value::Array(several) => !several.iter().any(|one| same(one, value)),
            Value::Object(operator) => !operator.iter().any(|(name, operand)| match operand {
                Value::Array(several) => several.iter().any(|one| apply(name, one, value)),
                single => apply(name, single, value),
            }),
            single => !same(single, value),
        },
        _ => false,
    }
}

/// Compares texts; `{"equals-ignore-case": …}` inside an operand makes both
/// sides lower-case.
fn text(operand: &Value, value: &Value, test: impl Fn(&str, &str) -> bool) -> bool {
    let Some(text) = value.as_str() else {
        return false;
    };
    match operand {
        Value::String(part) => test(text, part),
        Value::Object(_) => operand
            .get("equals-ignore-case")
            .and_then(Value::as_str)
            .is_some_and(|part| test(&text.to_lowercase(), &part.to_lowercase())),
        _ => false,
    }
}

fn wildcard(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| wildcard(after, &rest[at..]))
        }),
    }
}

fn numeric(operand: &Value, value: &Value) -> bool {
    let (Some(tests), Some(number)) = (operand.as_array(), value.as_f64()) else {
        return false;
    };
    !tests.is_empty()
        && tests.chunks(2).all(|test| {
            let [operator, bound] = test else {
                return false;
            };
            let (Some(operator), Some(bound)) = (operator.as_str(), bound.as_f64()) else {
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn patterns_match_as_in_eventbridge() {
        let event = json!({
            "source": "school.fees", "detail-type": "FeeDue",
            "detail": { "amount": 120, "state": "open", "tags": ["a", "b"], "of": [{ "id": 7 }, { "id": 8 }], "none": null },
        });
        let yes = [
            json!({ "source": ["school.fees"] }),
            json!({ "source": [{ "prefix": "school." }], "detail": { "amount": [{ "numeric": [">", 100, "<=", 120] }] } }),
            json!({ "detail-type": [{ "suffix": "Due" }, "x"] }),
            json!({ "detail": { "state": [{ "anything-but": ["closed", "void"] }] } }),
            json!({ "detail": { "state": [{ "anything-but": { "prefix": "clo" } }] } }),
            json!({ "detail": { "missing": [{ "exists": false }], "state": [{ "exists": true }] } }),
            json!({ "detail": { "tags": ["b"], "of": { "id": [8] }, "none": [null] } }),
            json!({ "$or": [{ "source": ["no"] }, { "detail": { "amount": [120.0] } }] }),
            json!({ "source": [{ "equals-ignore-case": "SCHOOL.FEES" }, { "wildcard": "x*" }] }),
            json!({ "source": [{ "wildcard": "s*.f*s" }] }),
        ];
        let no = [
            json!({ "source": ["school"] }),
            json!({ "detail": { "amount": ["120"] } }),
            json!({ "detail": { "missing": ["x"] } }),
            json!({ "detail": { "missing": { "deep": [{ "exists": true }] } } }),
            json!({ "detail": { "state": [{ "anything-but": "open" }] } }),
            json!({ "detail": { "amount": [{ "numeric": ["<", 120] }] } }),
            json!({ "detail": { "state": [{ "exists": false }] } }),
        ];
        for pattern in yes {
            assert!(matches(&pattern, &event), "{pattern}");
        }
        for pattern in no {
            assert!(!matches(&pattern, &event), "{pattern}");
        }
    }
}
