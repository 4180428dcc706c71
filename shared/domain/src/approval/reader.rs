//! Takes the details of a request out one by one; every fault is told under its
//! field.

use serde_json::{Map, Value};

use crate::ids::is_slug;
use crate::people::Complaint;
use crate::problem::FieldError;

/// The details of a request, of which each is taken out once.
pub(super) struct Details {
    pub(super) left: Map<String, Value>,
    pub(super) errors: Vec<FieldError>,
}

impl Details {
    pub(super) fn new(given: Map<String, Value>) -> Self {
        Self {
            left: given,
            errors: Vec::new(),
        }
    }

    pub(super) fn fault(&mut self, name: &str, complaint: Complaint) {
        self.errors.push(complaint.at(format!("details.{name}")));
    }

    pub(super) fn read<T>(&mut self, name: &str, checked: Result<T, Complaint>) -> Option<T> {
        checked
            .map_err(|complaint| self.fault(name, complaint))
            .ok()
    }

    /// A text that may be absent; null is absent.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.left.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                let complaint = Complaint::new("wrong_type", "This has to be a text.");
                self.fault(name, complaint);
                None
            }
        }
    }

    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<T> {
        let given = self.text(name)?;
        self.read(name, read(&given))
    }

    pub(super) fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<T> {
        if self.left.get(name).is_none_or(Value::is_null) {
            let complaint = Complaint::new("required", "This field is required.");
            self.left.remove(name);
            self.fault(name, complaint);
            return None;
        }
        self.optional(name, read)
    }

    /// What was wrong; whatever nobody asked for is wrong, too.
    pub(super) fn finish(mut self) -> Vec<FieldError> {
        for name in std::mem::take(&mut self.left).keys() {
            let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
            let message = format!("There is no field {name:?} here.");
            self.fault(&name, Complaint::new("unknown_field", message));
        }
        self.errors
    }
}

/// A tier or a module: a word that other systems know.
pub(super) fn word(text: &str) -> Result<String, Complaint> {
    let text = text.trim();
    if is_slug(text) {
        Ok(text.to_owned())
    } else {
        let message = "A word of 1 to 64 letters, digits, `_`, `-` or `.`.";
        Err(Complaint::new("invalid", message))
    }
}

pub(super) fn amount(text: &str) -> Result<String, Complaint> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if digits(whole, 9) && digits(part, 3) {
        Ok(text.to_owned())
    } else {
        let message = "An amount is a decimal number such as 49.00.";
        Err(Complaint::new("invalid", message))
    }
}

pub(super) fn currency(text: &str) -> Result<String, Complaint> {
    if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(text.to_owned())
    } else {
        let message = "A currency has three letters, such as GBP.";
        Err(Complaint::new("invalid", message))
    }
}
