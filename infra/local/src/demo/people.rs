//! Who may log in at the local identity provider.

use std::sync::{Arc, PoisonError, RwLock};

use futures::FutureExt;

use super::{DemoError, organisations};
use crate::issuer;

/// The people of the login page. Clones share the list.
#[derive(Debug, Clone, Default)]
pub struct People(Arc<RwLock<Vec<issuer::Person>>>);

impl People {
    /// Everybody in the demonstration.
    pub fn of_the_demo() -> Result<Self, DemoError> {
        let people = Self::default();
        for organisation in organisations()? {
            for person in organisation.people {
                people.add(issuer::Person {
                    tenant: organisation.id.clone(),
                    tenant_name: organisation.name.clone(),
                    user: person.id,
                    name: person.name,
                    email: person.email.map(|email| email.reveal().to_owned()),
                    roles: person.roles,
                });
            }
        }
        Ok(people)
    }

    pub fn add(&self, person: issuer::Person) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(person);
    }

    pub fn all(&self) -> Vec<issuer::Person> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What the issuer asks before each login.
    pub(crate) fn source(&self) -> issuer::People {
        let people = self.clone();
        Arc::new(move || std::future::ready(people.all()).boxed())
    }
}
