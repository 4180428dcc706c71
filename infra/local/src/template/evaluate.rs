//! Intrinsic functions.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::TemplateError;
use super::names::Names;

/// What intrinsics may refer to.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) names: Names<'a>,
    pub(super) conditions: BTreeMap<String, bool>,
}

impl Scope<'_> {
    /// Evaluates every condition of the template, in the order that each needs.
    pub(super) fn conditions(&mut self, section: Option<&Value>) -> Result<(), TemplateError> {
        let Some(section) = section.and_then(Value::as_object) else {
            return Ok(());
        };
        // A condition may name another one; as many rounds as there are
        // conditions settle every order.
        for _ in 0..section.len() {
            for (name, test) in section {
                if let Ok(flag) = self.test(name, test) {
                    self.conditions.insert(name.clone(), flag);
                }
            }
        }
        for (name, test) in section {
            self.test(name, test)?;
        }
        Ok(())
    }

    fn test(&self, place: &str, test: &Value) -> Result<bool, TemplateError> {
        let unclear = || TemplateError::new(place, format!("{test} is not a condition."));
        if let Some(name) = test.get("Condition").and_then(Value::as_str) {
            return self.condition(place, name);
        }
        let (function, arguments) = intrinsic(test).ok_or_else(unclear)?;
        let arguments = arguments.as_array().ok_or_else(unclear)?;
        let each = || arguments.iter().map(|argument| self.test(place, argument));
        match (function, arguments.as_slice()) {
            ("Fn::Equals", [left, right]) => {
                Ok(plain(&self.evaluate(place, left)?) == plain(&self.evaluate(place, right)?))
            }
            ("Fn::Not", [inner]) => Ok(!self.test(place, inner)?),
            ("Fn::And", _) => Ok(each()
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .all(|x| x)),
            ("Fn::Or", _) => Ok(each()
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .any(|x| x)),
            _ => Err(unclear()),
        }
    }

    pub(super) fn condition(&self, place: &str, name: &str) -> Result<bool, TemplateError> {
        self.conditions
            .get(name)
            .copied()
            .ok_or_else(|| TemplateError::new(place, format!("there is no condition {name}.")))
    }

    /// `value` with every intrinsic in it replaced by what it stands for.
    pub(super) fn evaluate(&self, place: &str, value: &Value) -> Result<Value, TemplateError> {
        if let Some((function, argument)) = intrinsic(value) {
            return self.call(place, function, argument);
        }
        match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| self.evaluate(place, item));
                Ok(Value::Array(
                    items
                        .collect::<Result<Vec<_>, _>>()?
                        .into_iter()
                        .filter(|v| !v.is_null())
                        .collect(),
                ))
            }
            Value::Object(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    map.insert(key.clone(), self.evaluate(place, value)?);
                }
                Ok(Value::Object(map))
            }
            other => Ok(other.clone()),
        }
    }

    fn call(&self, place: &str, function: &str, argument: &Value) -> Result<Value, TemplateError> {
        let bad = || TemplateError::new(place, format!("{function} does not take {argument}."));
        match function {
            "Ref" => self
                .names
                .reference(place, argument.as_str().ok_or_else(bad)?),
            "Fn::GetAtt" => {
                let (resource, attribute) = match argument {
                    Value::String(text) => text.split_once('.').ok_or_else(bad)?,
                    Value::Array(parts) => match parts.as_slice() {
                        [Value::String(resource), Value::String(attribute)] => {
                            (resource.as_str(), attribute.as_str())
                        }
                        _ => return Err(bad()),
                    },
                    _ => return Err(bad()),
                };
                self.names
                    .attribute(place, resource, attribute)
                    .map(Value::String)
            }
            "Fn::Sub" => match argument {
                Value::String(text) => self.substitute(place, text, &Map::new()),
                Value::Array(parts) => match parts.as_slice() {
                    [Value::String(text), Value::Object(own)] => {
                        let own = self.evaluate(place, &Value::Object(own.clone()))?;
                        self.substitute(place, text, own.as_object().ok_or_else(bad)?)
                    }
                    _ => Err(bad()),
                },
                _ => Err(bad()),
            },
            "Fn::If" => match argument.as_array().map(Vec::as_slice) {
                Some([Value::String(name), yes, no]) => {
                    let chosen = if self.condition(place, name)? {
                        yes
                    } else {
                        no
                    };
                    self.evaluate(place, chosen)
                }
                _ => Err(bad()),
            },
            "Fn::Join" => match argument.as_array().map(Vec::as_slice) {
                Some([Value::String(glue), items]) => {
                    let items = self.evaluate(place, items)?;
                    let items = items.as_array().ok_or_else(bad)?;
                    Ok(Value::String(
                        items.iter().map(plain).collect::<Vec<_>>().join(glue),
                    ))
                }
                _ => Err(bad()),
            },
            "Fn::Split" => match argument.as_array().map(Vec::as_slice) {
                Some([Value::String(between), text]) => {
                    let text = plain(&self.evaluate(place, text)?);
                    Ok(text.split(between.as_str()).map(str::to_owned).collect())
                }
                _ => Err(bad()),
            },
            "Fn::Select" => match argument.as_array().map(Vec::as_slice) {
                Some([at, items]) => {
                    let at = plain(at).parse::<usize>().map_err(|_| bad())?;
                    let items = self.evaluate(place, items)?;
                    items.get(at).cloned().ok_or_else(bad)
                }
                _ => Err(bad()),
            },
            other => Err(TemplateError::new(
                place,
                format!("{other} is not understood here."),
            )),
        }
    }

    fn substitute(
        &self,
        place: &str,
        text: &str,
        own: &Map<String, Value>,
    ) -> Result<Value, TemplateError> {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            result.push_str(&rest[..start]);
            let after = &rest[start + 2..];
            let end = after
                .find('}')
                .ok_or_else(|| TemplateError::new(place, format!("{text:?} has an open ${{.")))?;
            let name = &after[..end];
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
            } else if let Some(value) = own.get(name) {
                result.push_str(&plain(value));
            } else if let Some((resource, attribute)) = name.split_once('.') {
                result.push_str(&self.names.attribute(place, resource, attribute)?);
            } else {
                result.push_str(&plain(&self.names.reference(place, name)?));
            }
            rest = &after[end + 1..];
        }
        result.push_str(rest);
        Ok(Value::String(result))
    }
}

/// The text of a scalar; numbers and flags as CloudFormation writes them.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn intrinsic(value: &Value) -> Option<(&str, &Value)> {
    let (name, argument) = value
        .as_object()
        .filter(|map| map.len() == 1)?
        .iter()
        .next()?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name, argument))
}
