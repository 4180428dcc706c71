//! Writes the demonstration through the API, as any other system would.

use std::collections::BTreeMap;

use domain::directory::{Standing, Tenant, User};
use domain::ids::{TenantId, UserId};
use domain::texting::TextRules;
use domain::{Role, Timestamp};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use store::Store;
use store::api_keys::ApiKeyGrant;

use super::{
    DemoError, Organisation, Person, approvals, communities, conversations, messages, organisations,
};
use crate::stack::Parts;

/// Days for which the demonstration keeps notifications.
const NOTIFICATION_DAYS: u32 = 30;

/// Whether nobody has been written yet.
pub async fn is_empty(parts: &Parts) -> Result<bool, DemoError> {
    let tenants = store(parts).tenants().await;
    let failed = |reason: store::StoreError| DemoError::Bootstrap {
        tenant: "-".to_owned(),
        reason: reason.to_string(),
    };
    Ok(tenants.map_err(failed)?.is_empty())
}

/// Writes everybody. `progress` hears of each step: how many of how many.
pub async fn seed(parts: &Parts, mut progress: impl FnMut(usize, usize)) -> Result<(), DemoError> {
    let organisations = organisations()?;
    let total: usize = organisations.iter().map(steps).sum();
    let mut done = 0;
    let mut step = || {
        done += 1;
        progress(done, total);
    };
    for organisation in &organisations {
        let Some((admin, others)) = organisation.people.split_first() else {
            continue;
        };
        bootstrap(parts, organisation, admin).await?;
        step();
        let api = Api::of(parts, &organisation.id, admin)?;
        // Guardians first, so that a child can name them.
        let (guardians, children): (Vec<_>, Vec<_>) = others
            .iter()
            .partition(|person| person.guardians.is_empty());
        for person in guardians.into_iter().chain(children) {
            api.person(organisation, person).await?;
            step();
        }
        for group in &organisation.groups {
            api.post(
                "/v1/groups",
                json!({ "id": group.id, "kind": group.kind, "name": group.name }),
            )
            .await?;
            step();
            for (role, members) in &group.members {
                for user in members {
                    let path = format!("/v1/groups/{}/members", group.id);
                    api.post(&path, json!({ "user": user, "role": role }))
                        .await?;
                    step();
                }
            }
        }
        communities::seed(parts, organisation).await?;
        conversations::seed(parts, organisation).await?;
        messages::seed(parts, organisation).await?;
        approvals::seed(parts, organisation).await?;
    }
    Ok(())
}

fn steps(organisation: &Organisation) -> usize {
    let members = organisation
        .groups
        .iter()
        .flat_map(|group| group.members.values().flatten())
        .count();
    organisation.people.len() + organisation.groups.len() + members
}

fn store(parts: &Parts) -> Store {
    let table = parts
        .plan()
        .tables
        .first()
        .map(|table| table.name.clone())
        .unwrap_or_default();
    Store::new(parts.env().aws(), table, parts.clock().clone())
}

/// The one thing that the API cannot do: a tenant with its first administrator,
/// which an operator founds.
pub async fn found(parts: &Parts, tenant: &Tenant, admin: &User) -> Result<(), DemoError> {
    let created = store(parts).create_tenant(tenant, admin).await;
    created.map_err(|refused| DemoError::Bootstrap {
        tenant: tenant.id.to_string(),
        reason: refused.to_string(),
    })
}

/// A service's key, which an operator hands out; it is shown only here.
pub async fn api_key(
    parts: &Parts,
    tenant: &TenantId,
    service: &UserId,
    roles: &[Role],
    live: bool,
) -> Result<String, DemoError> {
    let grant = ApiKeyGrant {
        tenant: tenant.clone(),
        service: service.clone(),
        roles: roles.iter().cloned().collect(),
        live,
        expires_at: None,
    };
    let created = store(parts).create_api_key(&grant).await;
    let key = created.map_err(|error| DemoError::Bootstrap {
        tenant: tenant.to_string(),
        reason: error.to_string(),
    })?;
    Ok(key.secret)
}

async fn bootstrap(
    parts: &Parts,
    organisation: &Organisation,
    admin: &Person,
) -> Result<(), DemoError> {
    let now = parts.now();
    let admin = user(organisation, admin, now);
    found(parts, &tenant(organisation, now), &admin).await
}

fn tenant(organisation: &Organisation, now: Timestamp) -> Tenant {
    Tenant {
        id: organisation.id.clone(),
        name: organisation.name.clone(),
        sender_name: organisation.name.clone(),
        reply_to: Some(organisation.reply_to.clone()),
        address: organisation.address.clone(),
        academic_year: organisation.academic_year.clone(),
        locale: organisation.locale.clone(),
        time_zone: organisation.time_zone.clone(),
        notification_days: NOTIFICATION_DAYS,
        retention: Default::default(),
        texts: TextRules {
            countries: organisation.sms_countries.clone(),
            ..TextRules::default()
        },
        link_hosts: Default::default(),
        chat: Default::default(),
        preferences: Default::default(),
        approvers: Default::default(),
        status: Standing::Active,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

fn user(organisation: &Organisation, person: &Person, now: Timestamp) -> User {
    User {
        id: person.id.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        locale: organisation.locale.clone(),
        time_zone: organisation.time_zone.clone(),
        roles: person.roles.iter().cloned().collect(),
        attributes: BTreeMap::new(),
        status: Standing::Active,
        guardians: Default::default(),
        children: Default::default(),
        created_at: now,
        updated_at: now,
        version: 1,
        shard: 0,
        session_epoch: 0,
        erased_at: None,
    }
}

/// The API as one person.
pub(super) struct Api {
    client: Client,
    url: String,
    token: String,
}

impl Api {
    pub(super) fn of(parts: &Parts, tenant: &TenantId, person: &Person) -> Result<Self, DemoError> {
        let token = parts.token(tenant, &person.id, &person.roles)?;
        Ok(Self {
            client: Client::new(),
            url: parts.url(),
            token,
        })
    }

    /// The API as somebody whom the file names.
    pub(super) fn of_user(
        parts: &Parts,
        organisation: &Organisation,
        user: &UserId,
    ) -> Result<Self, DemoError> {
        let person = organisation.people.iter().find(|one| one.id == *user);
        let person = person.ok_or_else(|| DemoError::Nobody {
            tenant: organisation.id.to_string(),
            user: user.to_string(),
        })?;
        Self::of(parts, &organisation.id, person)
    }

    async fn person(&self, organisation: &Organisation, person: &Person) -> Result<(), DemoError> {
        let mut body = json!({
            "id": person.id,
            "name": person.name,
            "locale": organisation.locale,
            "time_zone": organisation.time_zone,
            "roles": person.roles,
            "attributes": person.attributes,
        });
        if let Some(email) = &person.email {
            body["email"] = json!(email);
        }
        if let Some(phone) = &person.phone {
            body["phone"] = json!(phone);
        }
        self.post("/v1/users", body).await?;
        for guardian in &person.guardians {
            self.post(
                &format!("/v1/users/{}/guardians", person.id),
                json!({ "guardian": guardian }),
            )
            .await?;
        }
        Ok(())
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Result<Value, DemoError> {
        self.send(Method::POST, path, body).await
    }

    /// The answer to a request that must succeed.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Value, DemoError> {
        let what = format!("{method} {path}");
        let request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token);
        let response = request.json(&body).send().await?;
        let status = response.status().as_u16();
        let body = response.text().await?;
        if (200..300).contains(&status) {
            return Ok(serde_json::from_str(&body).unwrap_or_default());
        }
        Err(DemoError::Refused { what, status, body })
    }
}
