//! Reads the properties of one resource, and tells which ones were left over.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::TemplateError;
use super::evaluate::plain;

/// Properties of one resource, taken out one by one.
#[derive(Debug)]
pub(super) struct Properties {
    place: String,
    rest: Map<String, Value>,
}

impl Properties {
    pub(super) fn new(place: &str, value: Value) -> Result<Self, TemplateError> {
        match value {
            Value::Object(rest) => Ok(Self {
                place: place.to_owned(),
                rest,
            }),
            Value::Null => Ok(Self {
                place: place.to_owned(),
                rest: Map::new(),
            }),
            other => Err(TemplateError::new(
                place,
                format!("expected properties, found {other}."),
            )),
        }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn error(&self, message: impl Into<String>) -> TemplateError {
        TemplateError::new(&self.place, message)
    }

    pub(super) fn value(&mut self, name: &str) -> Option<Value> {
        self.rest.remove(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &str) -> Result<String, TemplateError> {
        self.optional_text(name)
            .ok_or_else(|| self.error(format!("{name} is missing.")))
    }

    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        self.value(name).map(|value| plain(&value))
    }

    /// A number or flag; YAML may hold either as text.
    pub(super) fn parsed<T: std::str::FromStr>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, TemplateError> {
        let Some(text) = self.optional_text(name) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(parsed) => Ok(Some(parsed)),
            Err(_) => Err(self.error(format!("{name} cannot be {text:?}."))),
        }
    }

    pub(super) fn typed<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, TemplateError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        match serde_json::from_value(value) {
            Ok(typed) => Ok(Some(typed)),
            Err(error) => Err(self.error(format!("{name}: {error}."))),
        }
    }

    pub(super) fn inner(&mut self, name: &str) -> Result<Option<Properties>, TemplateError> {
        let place = format!("{}.{name}", self.place);
        self.value(name)
            .map(|value| Properties::new(&place, value))
            .transpose()
    }

    /// What is left, entry by entry.
    pub(super) fn entries(self) -> impl Iterator<Item = (String, Value)> {
        self.rest.into_iter()
    }

    /// Properties that are right in AWS and change nothing on one machine.
    pub(super) fn without_effect(&mut self, names: &[&str]) {
        for name in names {
            self.rest.remove(*name);
        }
    }

    /// Refuses what nobody asked for.
    pub(super) fn finish(self) -> Result<(), TemplateError> {
        match self.rest.keys().next() {
            None => Ok(()),
            Some(name) => Err(TemplateError::new(
                &self.place,
                format!("the property {name} is not understood."),
            )),
        }
    }
}

/// The logical id at the end of an ARN that this stack made.
pub(super) fn id_of_arn(arn: &str) -> String {
    arn.rsplit([':', '/']).next().unwrap_or(arn).to_owned()
}
