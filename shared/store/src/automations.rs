//! Rules of tenants, and what they make of an event.

use std::collections::{BTreeMap, HashMap};

use domain::audience::Audience;
use domain::audit::AuditEntry;
use domain::automation::{
    self, Automation, AutomationInput, Notice, Occasion, Ready, Stored, in_force,
};
use domain::directory::Tenant;
use domain::ids::{AutomationId, TemplateId, TenantId, UserId};
use domain::problem::FieldError;
use domain::template::{Catalogue, Template};

use crate::error::StoreError;
use crate::table::Range;
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

/// One notice with the people whom it reaches, as far as they exist.
#[derive(Debug, Clone)]
pub struct Addressed {
    pub notice: Notice,
    pub audience: Audience,
    /// Audiences that name nobody.
    pub unknown: Vec<String>,
}

impl Store {
    /// All rules of a tenant, in force or switched off, in the order of their
    /// ids. A tenant has few of its own, and the built-in ones cost no read.
    pub async fn automations(&self, tenant: &TenantId) -> Result<Vec<Automation>, StoreError> {
        let range = Range {
            consistent: true,
            ..Range::of(keys::automations(tenant))
        };
        Ok(in_force(self.all(range).await?))
    }

    pub async fn automation(
        &self,
        tenant: &TenantId,
        id: &AutomationId,
    ) -> Result<Option<Automation>, StoreError> {
        let stored: Option<Stored> = self.read(&keys::automation(tenant, id)).await?;
        let found = in_force(stored.into_iter().collect());
        Ok(found.into_iter().find(|automation| automation.id == *id))
    }

    /// Puts a tenant's decision about a rule in place of version `seen`, 0
    /// where there is none. Position 0 of the refusal: somebody was faster.
    pub async fn put_automation(
        &self,
        tenant: &TenantId,
        stored: &Stored,
        seen: u64,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let keys = keys::automation(tenant, &stored.id);
        let put = match seen {
            0 => self.transaction().create(&keys, stored),
            seen => self.transaction().replace(&keys, stored, seen),
        };
        put.audit(tenant, audit).commit().await
    }

    /// Takes a tenant's decision about a rule back.
    pub async fn delete_automation(
        &self,
        tenant: &TenantId,
        id: &AutomationId,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let there = Expression::new("attribute_exists(#pk)");
        self.transaction()
            .delete(&keys::automation(tenant, id), Some(there))
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// What texts of a tenant's automations may name and link to.
    pub async fn automation_catalogue(&self, tenant: &Tenant) -> Result<Catalogue, StoreError> {
        let own = self.own_variables(&tenant.id).await?;
        Ok(automation::catalogue(own, &tenant.link_hosts))
    }

    /// A rule made ready for events, or everything that is wrong with it.
    pub async fn ready_automation(
        &self,
        tenant: &TenantId,
        rule: &AutomationInput,
        catalogue: &Catalogue,
    ) -> Result<Result<Ready, Vec<FieldError>>, StoreError> {
        let mut saved: BTreeMap<TemplateId, Template> = BTreeMap::new();
        for id in rule.templates() {
            if !saved.contains_key(id) {
                let found = self.template(tenant, id).await?;
                saved.extend(found.map(|template| (id.clone(), template)));
            }
        }
        Ok(automation::check(rule, catalogue, &saved))
    }

    /// What a rule says about an event and to whom, or why it is skipped.
    pub async fn decide(
        &self,
        catalogue: &Catalogue,
        automation: &Automation,
        occasion: &Occasion<'_>,
    ) -> Result<Result<Vec<Addressed>, String>, StoreError> {
        let rule = &automation.rule;
        let ready = self
            .ready_automation(occasion.tenant, rule, catalogue)
            .await?;
        let ready = match ready {
            Ok(ready) => ready,
            Err(faults) => return Ok(Err(first_of(&faults))),
        };
        let named = automation::values_of(rule, &ready, occasion.event)
            .and_then(|values| automation::people_of(rule, &values));
        let people = match named {
            Ok(named) => {
                let ids = named.into_values().collect();
                self.profiles(occasion.tenant, ids).await?
            }
            Err(reason) => return Ok(Err(reason)),
        };
        self.addressed(catalogue, automation, &ready, occasion, &people)
            .await
    }

    async fn addressed(
        &self,
        catalogue: &Catalogue,
        automation: &Automation,
        ready: &Ready,
        occasion: &Occasion<'_>,
        people: &HashMap<UserId, domain::directory::User>,
    ) -> Result<Result<Vec<Addressed>, String>, StoreError> {
        let notices = match automation::notices(automation, ready, catalogue, occasion, people) {
            Ok(notices) => notices,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut addressed = Vec::new();
        for notice in notices {
            let (audience, unknown) = self
                .known_part(occasion.tenant, notice.audience.clone())
                .await?;
            addressed.push(Addressed {
                notice,
                audience,
                unknown: unknown.iter().map(ToString::to_string).collect(),
            });
        }
        Ok(Ok(addressed))
    }

    /// Keeps a rule's own text where deliveries find it. Its id is made of what
    /// it says, so that it is written once and never differs.
    pub async fn keep_text(&self, tenant: &TenantId, text: &Template) -> Result<(), StoreError> {
        let keys = keys::template_version(tenant, &text.id, text.version);
        if self.get(&keys).await?.is_some() {
            return Ok(());
        }
        match self.transaction().create(&keys, text).commit().await {
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }
}

/// Why a rule that was good once no longer is, such as a template that was
/// deleted since.
fn first_of(faults: &[FieldError]) -> String {
    let first = faults
        .first()
        .map(|fault| format!("{}: {}", fault.field, fault.message));
    format!("the rule is no longer valid: {}", first.unwrap_or_default())
}
