//! Collecting everything that is wrong with a body before answering.

use std::collections::BTreeMap;

use domain::people::{self, Complaint, MAX_ATTRIBUTES};
use domain::privacy::{Email, Phone};
use domain::{Code, FieldError, Problem};
use serde::{Deserialize, Deserializer};

/// Complaints about fields.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    /// The value, or a complaint under the field's name.
    pub(crate) fn check<T>(&mut self, field: &str, checked: Result<T, Complaint>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(complaint) => {
                self.0.push(complaint.at(field));
                None
            }
        }
    }

    pub(crate) fn email(&mut self, text: &str) -> Option<Email> {
        self.check("email", Email::parse(text).map_err(invalid))
    }

    pub(crate) fn phone(&mut self, text: &str) -> Option<Phone> {
        self.check("phone", Phone::parse(text).map_err(invalid))
    }

    pub(crate) fn attributes(&mut self, given: &BTreeMap<String, String>) {
        self.0.extend(people::attributes("attributes", given));
    }

    /// Complaints about the fields of an object within the body.
    pub(crate) fn within(&mut self, object: &str, faults: Vec<FieldError>) {
        self.0.extend(faults.into_iter().map(|mut fault| {
            fault.field = format!("{object}.{}", fault.field);
            fault
        }));
    }

    /// Complaints that know their fields already.
    pub(crate) fn extend(&mut self, complaints: Vec<FieldError>) {
        self.0.extend(complaints);
    }

    /// 422 with everything that was wrong.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::new(Code::Invalid).errors(self.0))
        }
    }
}

fn invalid(message: String) -> Complaint {
    Complaint::new("invalid", message)
}

/// A field that may be absent (keep), null (clear) or there (set).
pub(crate) fn nullable<'de, D, T>(input: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(input).map(Some)
}

/// Attributes with changes on top: null takes one away.
pub(crate) fn merge_attributes(
    before: &BTreeMap<String, String>,
    changes: &BTreeMap<String, Option<String>>,
) -> BTreeMap<String, String> {
    let mut after = before.clone();
    for (key, value) in changes.iter().take(2 * MAX_ATTRIBUTES) {
        match value {
            Some(value) => after.insert(key.clone(), value.clone()),
            None => after.remove(key),
        };
    }
    after
}
