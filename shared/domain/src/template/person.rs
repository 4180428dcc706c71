//! The values that a recipient's profile and the organisation give by themselves.

use serde_json::{Map, Value, json};

use super::catalogue::{Category, Kind};
use super::standard::{Origin, ROWS, Row};
use super::values::number;
use crate::directory::{Tenant, User};
use crate::time::Timestamp;

/// What is known about one recipient.
#[derive(Debug, Clone, Copy)]
pub struct PersonFacts<'a> {
    pub tenant: &'a Tenant,
    /// None for a bare address or number.
    pub user: Option<&'a User>,
    /// The address that a recipient without a profile is reached at.
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub now: Timestamp,
}

impl<'a> PersonFacts<'a> {
    pub fn of(user: &'a User, tenant: &'a Tenant, now: Timestamp) -> Self {
        let email = user.email.as_ref().map(|email| email.reveal());
        let phone = user.phone.as_ref().map(|phone| phone.reveal());
        Self {
            tenant,
            user: Some(user),
            email,
            phone,
            now,
        }
    }

    fn has_role(&self, roles: &[&str]) -> bool {
        self.user
            .is_some_and(|user| user.roles.iter().any(|role| roles.contains(&role.as_str())))
    }

    fn zone(&self) -> &'a str {
        self.user.map_or(self.tenant.time_zone.as_str(), |user| {
            user.time_zone.as_str()
        })
    }
}

/// The automatic variables of one recipient. `student_…` are there for
/// students only, and likewise for teachers and parents; the recipient's
/// attributes are there under their own names.
pub fn person_variables(person: &PersonFacts<'_>) -> Map<String, Value> {
    let mut values = Map::new();
    for (name, value) in person.user.iter().flat_map(|user| &user.attributes) {
        values.insert(name.clone(), json!(value));
    }
    for row in ROWS {
        // A standard name never means an attribute that happens to be called so.
        values.remove(row.name);
        if applies(person, row.category)
            && let Some(text) = resolve(person, row)
        {
            let value = if row.kind == Kind::Number {
                number(&text)
            } else {
                Some(json!(text))
            };
            values.extend(value.map(|value| (row.name.to_owned(), value)));
        }
    }
    values
}

fn applies(person: &PersonFacts<'_>, category: Category) -> bool {
    match category {
        Category::Student => person.has_role(&["student"]),
        Category::Teacher => person.has_role(&["teacher", "instructor"]),
        Category::Parent => person.has_role(&["parent"]),
        _ => true,
    }
}

fn resolve(person: &PersonFacts<'_>, row: &Row) -> Option<String> {
    let name = person.user.map(|user| user.name.as_str());
    let local = person
        .now
        .in_tz(person.zone())
        .or_else(|_| person.now.in_tz("UTC"))
        .ok()?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match row.origin {
        Origin::Given => None,
        Origin::Id => some(person.user?.id.as_str()),
        Origin::Name => some(name?),
        Origin::FirstName => name?.split_whitespace().next().map(str::to_owned),
        Origin::LastName => name?.split_whitespace().skip(1).last().map(str::to_owned),
        Origin::Email => some(person.email?),
        Origin::Phone => some(person.phone?),
        Origin::Locale => some(
            person
                .user
                .map_or(&person.tenant.locale, |user| &user.locale),
        ),
        Origin::TimeZone => some(person.zone()),
        Origin::Attribute(key) => some(person.user?.attributes.get(key)?),
        Origin::SchoolName => some(&person.tenant.name),
        Origin::SchoolAddress => some(&person.tenant.address),
        Origin::SchoolEmail => some(person.tenant.reply_to.as_ref()?.reveal()),
        Origin::AcademicYear => some(&person.tenant.academic_year),
        Origin::Today => Some(local.strftime("%Y-%m-%d").to_string()),
        Origin::ThisYear => Some(local.strftime("%Y").to_string()),
        Origin::TimeNow => Some(local.strftime("%H:%M").to_string()),
    }
}
