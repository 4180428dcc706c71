//! What an approval changes in the directory.

use std::collections::BTreeMap;

use super::{Account, Approval, Ask};
use crate::directory::{Standing, Tenant, User};
use crate::people::{MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_ROLES};
use crate::problem::Problem;
use crate::time::Timestamp;

/// The attribute that holds a person's tier.
pub const TIER: &str = "tier";
/// The attribute that lists a person's modules, separated by commas.
pub const MODULES: &str = "modules";

/// What becomes of the directory. The people are as they were read, so that
/// the writing can be held to their versions.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing changes, but the person must still be there.
    Nothing(Box<User>),
    Person(Box<User>, Box<User>),
    NewPerson(Box<User>),
}

/// The modules that an attribute lists.
pub(super) fn held(attribute: Option<&String>) -> impl Iterator<Item = &str> {
    let list = attribute.map_or("", String::as_str);
    list.split(',')
        .map(str::trim)
        .filter(|module| !module.is_empty())
}

/// 409: whom the request is about is not in the directory any more.
pub fn subject_gone() -> Problem {
    Problem::conflict(
        "The person whom this is about is not in the directory any more; reject the request.",
    )
}

impl Approval {
    /// Whom the request is about, as far as the directory knows them.
    pub fn subject(&self) -> &crate::ids::UserId {
        match &self.ask {
            Ask::StaffAccount(account) => &account.id,
            _ => &self.requester,
        }
    }

    /// What approving it does to the directory as it is now, `subject` being
    /// what it knows of [`Approval::subject`].
    pub fn change(
        &self,
        tenant: &Tenant,
        subject: Option<User>,
        now: Timestamp,
    ) -> Result<Change, Problem> {
        match (&self.ask, subject) {
            (Ask::StaffAccount(account), None) if !account.known => {
                let person = account.person(tenant, now);
                Ok(Change::NewPerson(Box::new(person)))
            }
            (Ask::StaffAccount(account), Some(_)) if !account.known => {
                let id = &account.id;
                let detail = format!("By now somebody has the id {id}; reject the request.");
                Err(Problem::conflict(detail))
            }
            (_, None) => Err(subject_gone()),
            (_, Some(user)) if user.status == Standing::Suspended => Err(Problem::conflict(
                "The person whom this is about is suspended.",
            )),
            (ask, Some(before)) => {
                let mut after = before.clone();
                ask.apply(&mut after)?;
                if after == before {
                    return Ok(Change::Nothing(Box::new(before)));
                }
                after.version += 1;
                after.updated_at = now;
                Ok(Change::Person(Box::new(before), Box::new(after)))
            }
        }
    }
}

impl Ask {
    fn apply(&self, user: &mut User) -> Result<(), Problem> {
        match self {
            Self::TierUpgrade(upgrade) => {
                let own = user.attributes.get(TIER);
                if own != upgrade.from.as_ref() && own != Some(&upgrade.to) {
                    let own = own.map_or("none", String::as_str);
                    let detail =
                        format!("The tier has changed meanwhile, it is {own}; reject the request.");
                    return Err(Problem::conflict(detail));
                }
                set(&mut user.attributes, TIER, upgrade.to.clone())
            }
            Self::ModuleAccess { module } => {
                let own = user.attributes.get(MODULES);
                if held(own).any(|own| own == module) {
                    return Ok(());
                }
                let modules: Vec<&str> = held(own).chain([module.as_str()]).collect();
                let modules = modules.join(", ");
                set(&mut user.attributes, MODULES, modules)
            }
            Self::StaffAccount(account) => {
                user.roles.extend(account.roles.iter().cloned());
                if user.roles.len() > MAX_ROLES {
                    let detail = format!("A person has at most {MAX_ROLES} roles.");
                    return Err(Problem::conflict(detail));
                }
                Ok(())
            }
            Self::Custom(_) => Ok(()),
        }
    }
}

fn set(
    attributes: &mut BTreeMap<String, String>,
    name: &str,
    value: String,
) -> Result<(), Problem> {
    let room = attributes.contains_key(name) || attributes.len() < MAX_ATTRIBUTES;
    if !room || value.chars().count() > MAX_ATTRIBUTE {
        let detail = format!("The person's attributes have no room for {name}.");
        return Err(Problem::conflict(detail));
    }
    attributes.insert(name.to_owned(), value);
    Ok(())
}

impl Account {
    fn person(&self, tenant: &Tenant, now: Timestamp) -> User {
        User {
            id: self.id.clone(),
            name: self.name.clone(),
            email: Some(self.email.clone()),
            phone: self.phone.clone(),
            locale: tenant.locale.clone(),
            time_zone: tenant.time_zone.clone(),
            roles: self.roles.clone(),
            attributes: BTreeMap::new(),
            status: Standing::Active,
            guardians: Default::default(),
            children: Default::default(),
            created_at: now,
            updated_at: now,
            version: 1,
            shard: 0,
            session_epoch: 0,
        }
    }
}
