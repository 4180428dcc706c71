//! The header of an import.

use serde::{Deserialize, Serialize};

use crate::people::{self, MAX_ATTRIBUTES};
use crate::problem::FieldError;

const KNOWN: [&str; 9] = [
    "id",
    "name",
    "email",
    "phone",
    "roles",
    "groups",
    "guardian_of",
    "locale",
    "time_zone",
];
const REQUIRED: [&str; 2] = ["id", "name"];
/// Columns `attr.…` are attributes.
pub(super) const ATTRIBUTE: &str = "attr.";

/// The columns of an import, by their names in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Columns(Vec<String>);

impl Columns {
    /// Reads a header; every wrong column is an error.
    pub fn parse<'a>(header: impl Iterator<Item = &'a str>) -> Result<Self, Vec<FieldError>> {
        let mut columns: Vec<String> = Vec::new();
        let mut errors = Vec::new();
        for raw in header {
            let name = raw.trim();
            let lower = name.to_lowercase();
            let attribute = name.strip_prefix(ATTRIBUTE);
            // Attributes keep their case, because templates name them.
            let name = if attribute.is_some() { name } else { &lower };
            let known = KNOWN.contains(&name)
                || attribute.is_some_and(|key| people::attribute_name(key).is_ok());
            let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
            if !known {
                errors.push(FieldError::new(
                    shown,
                    "unknown_column",
                    "Columns are id, name, email, phone, roles, groups, guardian_of, locale, time_zone and attr.….",
                ));
            } else if columns.iter().any(|column| column == name) {
                errors.push(FieldError::new(
                    shown,
                    "duplicate_column",
                    "This column stands twice.",
                ));
            } else {
                columns.push(name.to_owned());
            }
        }
        for required in REQUIRED {
            if !columns.iter().any(|column| column == required) {
                let message =
                    "This column is required; the first line of the file names the columns.";
                errors.push(FieldError::new(required, "required", message));
            }
        }
        if columns
            .iter()
            .filter(|column| column.starts_with(ATTRIBUTE))
            .count()
            > MAX_ATTRIBUTES
        {
            let message = format!("At most {MAX_ATTRIBUTES} attributes.");
            errors.push(FieldError::new("attr", "too_many", message));
        }
        if errors.is_empty() {
            Ok(Self(columns))
        } else {
            Err(errors)
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn has_guardians(&self) -> bool {
        self.0.iter().any(|column| column == "guardian_of")
    }
}
