//! What callers say of a person, and what they see.

use std::collections::{BTreeMap, BTreeSet};

use domain::directory::{Standing, Tenant, User};
use domain::ids::UserId;
use domain::people;
use domain::privacy::{Email, Phone};
use domain::{Problem, Role, Timestamp};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::{Fields, merge_attributes, nullable};

/// A person as callers see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    pub id: UserId,
    pub name: String,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub locale: String,
    pub time_zone: String,
    pub roles: BTreeSet<Role>,
    /// Whatever else templates may name: roll number, address, subject, …
    pub attributes: BTreeMap<String, String>,
    pub status: Standing,
    pub guardians: BTreeSet<UserId>,
    pub children: BTreeSet<UserId>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Grows by one with each change; give it back in `version` or `If-Match`.
    pub version: u64,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            phone: user.phone,
            locale: user.locale,
            time_zone: user.time_zone,
            roles: user.roles,
            attributes: user.attributes,
            status: user.status,
            guardians: user.guardians,
            children: user.children,
            created_at: user.created_at,
            updated_at: user.updated_at,
            version: user.version,
        }
    }
}

/// A new person.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct NewUser {
    /// The id that another system knows the person by; made when absent.
    #[serde(default)]
    id: Option<UserId>,
    name: String,
    #[serde(default)]
    email: Option<String>,
    /// With its country code.
    #[serde(default)]
    phone: Option<String>,
    /// The tenant's when absent.
    #[serde(default)]
    locale: Option<String>,
    /// The tenant's when absent.
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    status: Standing,
}

impl NewUser {
    pub(crate) fn into_user(self, tenant: &Tenant, now: Timestamp) -> Result<User, Problem> {
        let id = self.id.clone().unwrap_or_else(|| UserId::new(now));
        let empty = User::joining(id, String::new(), tenant, now);
        let all = UserReplacement {
            name: self.name,
            email: self.email,
            phone: self.phone,
            locale: self.locale,
            time_zone: self.time_zone,
            roles: self.roles,
            attributes: self.attributes,
            status: self.status,
            version: None,
        };
        all.into_changes(tenant).apply(&empty)
    }
}

/// Everything that is said of a person; what is absent is cleared.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct UserReplacement {
    name: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    status: Standing,
    /// The version that was read; 409 when it has changed since.
    #[serde(default)]
    pub version: Option<u64>,
}

impl UserReplacement {
    pub(crate) fn into_changes(self, tenant: &Tenant) -> UserChanges {
        UserChanges {
            name: Some(self.name),
            email: Some(self.email),
            phone: Some(self.phone),
            locale: self.locale.or_else(|| Some(tenant.locale.clone())),
            time_zone: self.time_zone.or_else(|| Some(tenant.time_zone.clone())),
            roles: Some(self.roles),
            attributes: None,
            all_attributes: Some(self.attributes),
            status: Some(self.status),
            version: self.version,
        }
    }
}

/// Changes to a person; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct UserChanges {
    #[serde(default)]
    name: Option<String>,
    /// Null takes the address away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    /// Null takes the number away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    roles: Option<Vec<String>>,
    /// Attributes to set; null takes one away.
    #[serde(default)]
    attributes: Option<BTreeMap<String, Option<String>>>,
    /// In place of every attribute: what a replacement says.
    #[serde(skip)]
    all_attributes: Option<BTreeMap<String, String>>,
    #[serde(default)]
    status: Option<Standing>,
    /// The version that was read; 409 when it has changed since.
    #[serde(default)]
    pub version: Option<u64>,
}

impl UserChanges {
    /// The person after the changes, or everything that is wrong with them.
    pub(crate) fn apply(&self, before: &User) -> Result<User, Problem> {
        let mut after = before.clone();
        let mut fields = Fields::default();
        if let Some(name) = &self.name {
            after.name = fields.check("name", people::name(name)).unwrap_or_default();
        }
        if let Some(email) = &self.email {
            after.email = email.as_deref().and_then(|text| fields.email(text));
        }
        if let Some(phone) = &self.phone {
            after.phone = phone.as_deref().and_then(|text| fields.phone(text));
        }
        if let Some(locale) = &self.locale {
            let locale = fields.check("locale", people::locale(locale));
            after.locale = locale.unwrap_or_default();
        }
        if let Some(zone) = &self.time_zone {
            let zone = fields.check("time_zone", people::time_zone(zone));
            after.time_zone = zone.unwrap_or_default();
        }
        if let Some(roles) = &self.roles {
            let roles = people::roles(roles.iter().map(String::as_str));
            after.roles = fields.check("roles", roles).unwrap_or_default();
        }
        if let Some(all) = &self.all_attributes {
            after.attributes.clone_from(all);
        }
        if let Some(changes) = &self.attributes {
            after.attributes = merge_attributes(&after.attributes, changes);
        }
        fields.attributes(&after.attributes);
        if let Some(status) = self.status {
            after.status = status;
        }
        fields.finish()?;
        Ok(after)
    }
}
