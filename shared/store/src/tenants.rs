//! Tenants and their settings.

use domain::audit::AuditEntry;
use domain::directory::{Tenant, User, shard_of, shards};
use domain::ids::TenantId;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::{Range, n, number};
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    id: TenantId,
}

impl Store {
    pub async fn tenant(&self, tenant: &TenantId) -> Result<Option<Tenant>, StoreError> {
        self.read(&keys::tenant(tenant)).await
    }

    /// All tenants, for the scheduled functions.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        let entries: Vec<Entry> = self.all(Range::of("SYS#TENANTS")).await?;
        Ok(entries.into_iter().map(|entry| entry.id).collect())
    }

    /// A new tenant with its first administrator, who can then make the rest
    /// through the API.
    pub async fn create_tenant(&self, tenant: &Tenant, admin: &User) -> Result<(), Refused> {
        let transaction = self
            .transaction()
            .create(&keys::tenant(&tenant.id), tenant)
            .set(
                &keys::tenant_entry(&tenant.id),
                &Entry {
                    id: tenant.id.clone(),
                },
            );
        let mut admin = admin.clone();
        admin.shard = self.allot_people(&tenant.id, 1).await?;
        crate::users::added(transaction, &tenant.id, &admin)?
            .commit()
            .await
    }

    /// Position 0 of the refusal: the settings have changed meanwhile.
    pub async fn update_tenant(
        &self,
        tenant: &Tenant,
        seen: u64,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .replace(&keys::tenant(&tenant.id), tenant, seen)
            .audit(&tenant.id, audit)
            .commit()
            .await
    }

    /// Takes the next `count` places in the tenant's audience shards and tells
    /// the shard of the last of them.
    pub async fn allot_people(&self, tenant: &TenantId, count: u64) -> Result<u32, StoreError> {
        Ok(shard_of(self.allot_ordinals(tenant, count).await?))
    }

    /// Takes the next `count` places and tells the number of the last of them.
    pub(crate) async fn allot_ordinals(
        &self,
        tenant: &TenantId,
        count: u64,
    ) -> Result<u64, StoreError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::people_counter(tenant).item()))
            .update_expression("ADD #n :count")
            .expression_attribute_names("#n", "n")
            .expression_attribute_values(":count", n(count))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::UpdatedNew)
            .send()
            .await?;
        let people = answer
            .attributes
            .as_ref()
            .and_then(|item| number(item, "n"))
            .unwrap_or(1);
        Ok(u64::try_from(people).unwrap_or(1))
    }

    /// How many audience shards the tenant has.
    pub async fn audience_shards(&self, tenant: &TenantId) -> Result<u32, StoreError> {
        let counter = self.get(&keys::people_counter(tenant)).await?;
        let people = counter
            .as_ref()
            .and_then(|item| number(item, "n"))
            .unwrap_or(0);
        Ok(shards(u64::try_from(people).unwrap_or(0)))
    }
}

/// The condition that an item has the version that was read.
pub(crate) fn version_is(seen: u64) -> Expression {
    Expression::new("#version = :seen").value(":seen", n(seen))
}
