//! What may stand in a profile, a group or a tenant's settings: the same rules
//! for the API and for imports.

use std::collections::{BTreeMap, BTreeSet};

use crate::caller::Role;
use crate::ids::is_slug;
use crate::problem::FieldError;
use crate::template::headers::header_fault;

pub const MAX_NAME: usize = 200;
pub const MAX_ATTRIBUTES: usize = 50;
pub const MAX_ATTRIBUTE: usize = 500;
pub const MAX_ROLES: usize = 20;
/// Guardians of one person.
pub const MAX_GUARDIANS: usize = 20;
/// Persons that one guardian has.
pub const MAX_CHILDREN: usize = 60;
/// Roles that only administrators give and take.
pub const PRIVILEGED: [&str; 2] = ["admin", "staff"];

/// Why a value is refused, before it is known where the value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub code: &'static str,
    pub message: String,
}

impl Complaint {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub fn at(self, field: impl Into<String>) -> FieldError {
        FieldError::new(field, self.code, self.message)
    }
}

/// One line of text: no controls, no direction overrides, at most `max` characters.
pub fn line(text: &str, max: usize) -> Result<String, Complaint> {
    let text = text.trim();
    if let Some((_, character)) = header_fault(text) {
        return Err(Complaint::new(
            "forbidden_character",
            format!(
                "The character U+{:04X} is not allowed here.",
                u32::from(character)
            ),
        ));
    }
    if text.chars().count() > max {
        return Err(Complaint::new(
            "too_long",
            format!("At most {max} characters."),
        ));
    }
    Ok(text.to_owned())
}

/// A name: one line that is not empty.
pub fn name(text: &str) -> Result<String, Complaint> {
    let text = line(text, MAX_NAME)?;
    if text.is_empty() {
        return Err(Complaint::new("required", "A name is required."));
    }
    Ok(text)
}

/// A language tag such as `en` or `en-GB`.
pub fn locale(text: &str) -> Result<String, Complaint> {
    let text = text.trim();
    let mut parts = text.split('-');
    let language = parts.next().is_some_and(|part| {
        (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    let rest = parts.all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if language && rest && text.len() <= 35 {
        Ok(text.to_owned())
    } else {
        Err(Complaint::new(
            "unknown_locale",
            "A locale is a language tag such as en or en-GB.",
        ))
    }
}

/// A time zone by its IANA name, in its usual spelling.
pub fn time_zone(text: &str) -> Result<String, Complaint> {
    jiff::tz::TimeZone::get(text.trim())
        .ok()
        .and_then(|zone| zone.iana_name().map(ToOwned::to_owned))
        .ok_or_else(|| {
            Complaint::new(
                "unknown_time_zone",
                "A time zone is an IANA name such as Europe/London.",
            )
        })
}

/// A set of roles; every wrong one is a complaint.
pub fn roles<'a>(texts: impl Iterator<Item = &'a str>) -> Result<BTreeSet<Role>, Complaint> {
    let roles = texts
        .map(Role::parse)
        .collect::<Result<BTreeSet<Role>, String>>()
        .map_err(|message| Complaint::new("unknown_role", message))?;
    if roles.len() > MAX_ROLES {
        return Err(Complaint::new(
            "too_many",
            format!("At most {MAX_ROLES} roles."),
        ));
    }
    Ok(roles)
}

/// The name of an attribute.
pub fn attribute_name(text: &str) -> Result<String, Complaint> {
    if is_slug(text) {
        Ok(text.to_owned())
    } else {
        Err(Complaint::new(
            "invalid",
            "An attribute's name has 1 to 64 letters, digits, `_`, `-` or `.`.",
        ))
    }
}

/// Checks attributes as a whole, under a field's name.
pub fn attributes(field: &str, given: &BTreeMap<String, String>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if given.len() > MAX_ATTRIBUTES {
        let message = format!("At most {MAX_ATTRIBUTES} attributes.");
        errors.push(FieldError::new(field, "too_many", message));
    }
    for (key, value) in given {
        let checked = attribute_name(key).and_then(|_| line(value, MAX_ATTRIBUTE));
        if let Err(complaint) = checked {
            // A wrong key may be anything, so the field is cut to a sane length.
            let key: String = key.chars().filter(|c| !c.is_control()).take(64).collect();
            errors.push(complaint.at(format!("{field}.{key}")));
        }
    }
    errors
}

/// Whether a change of roles gives or takes one that only administrators may.
pub fn touches_privilege(before: &BTreeSet<Role>, after: &BTreeSet<Role>) -> bool {
    before
        .symmetric_difference(after)
        .any(|role| PRIVILEGED.contains(&role.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_no_overrides_and_no_line_breaks() {
        assert_eq!(name("  Zoë Ångström ").as_deref(), Ok("Zoë Ångström"));
        assert_eq!(name(" ").map_err(|c| c.code), Err("required"));
        for bad in ["a\u{202E}b", "a\nb", "a\u{0}b", "a\u{2066}b", "a\u{2028}b"] {
            assert_eq!(name(bad).map_err(|c| c.code), Err("forbidden_character"));
        }
        assert!(name(&"é".repeat(200)).is_ok());
        assert_eq!(name(&"é".repeat(201)).map_err(|c| c.code), Err("too_long"));
    }

    #[test]
    fn locales_and_zones_are_known_ones() {
        assert!(locale("en").is_ok() && locale("zh-Hant-TW").is_ok());
        assert!(locale("english").is_err() && locale("en_GB").is_err() && locale("").is_err());
        assert_eq!(time_zone("europe/london").as_deref(), Ok("Europe/London"));
        assert!(time_zone("Mars/Olympus").is_err() && time_zone("").is_err());
    }

    #[test]
    fn only_admin_and_staff_are_privileged() {
        let set = |words: &[&str]| roles(words.iter().copied()).unwrap();
        assert!(touches_privilege(
            &set(&["teacher"]),
            &set(&["teacher", "staff"])
        ));
        assert!(touches_privilege(&set(&["admin"]), &set(&[])));
        assert!(!touches_privilege(
            &set(&["admin", "teacher"]),
            &set(&["admin", "parent"])
        ));
    }
}
