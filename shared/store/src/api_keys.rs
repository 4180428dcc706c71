//! Keys of services: `ck_live_…` and `ck_test_…`. Only their hashes are kept.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use domain::caller::Credential;
use domain::digest::fingerprint;
use domain::ids::{TenantId, UserId};
use domain::{Caller, Role, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys;
use crate::table::{Range, Store, s};
use crate::transaction::{Expression, Refused, Transaction};

const LIVE: &str = "ck_live_";
const TEST: &str = "ck_test_";
/// Nothing longer is looked up.
const LONGEST: usize = 128;
/// What `expires_at` says for a key without an end: the year 2100.
const NO_END: i64 = 4_102_444_800;

/// Whom a new key speaks for.
#[derive(Debug, Clone)]
pub struct ApiKeyGrant {
    pub tenant: TenantId,
    /// The service's name in logs and audit, such as `svc_erp`.
    pub service: UserId,
    pub roles: BTreeSet<Role>,
    /// A test key gets the same answers, and nothing leaves.
    pub live: bool,
    pub expires_at: Option<Timestamp>,
}

/// A new key, the only time that it is in clear.
#[derive(Clone)]
pub struct CreatedApiKey {
    pub secret: String,
    /// The name by which it can be disabled; not a secret.
    pub hash: String,
}

impl std::fmt::Debug for CreatedApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedApiKey")
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct ApiKey {
    tenant: TenantId,
    service: UserId,
    roles: BTreeSet<Role>,
    live: bool,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    #[serde(default)]
    disabled: bool,
}

/// A key in the list of its tenant's keys.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    hash: String,
}

/// A key as operators see it: everything but the secret.
#[derive(Debug, Clone, Serialize)]
pub struct ListedApiKey {
    pub hash: String,
    pub service: UserId,
    pub roles: BTreeSet<Role>,
    pub live: bool,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    pub disabled: bool,
}

impl Store {
    /// Makes a key.
    pub async fn create_api_key(&self, grant: &ApiKeyGrant) -> Result<CreatedApiKey, Refused> {
        let (made, transaction) = self.new_api_key(grant);
        transaction.commit().await?;
        Ok(made)
    }

    fn new_api_key(&self, grant: &ApiKeyGrant) -> (CreatedApiKey, Transaction) {
        let prefix = if grant.live { LIVE } else { TEST };
        let secret = format!(
            "{prefix}{}",
            BASE64URL_NOPAD.encode(&rand::random::<[u8; 32]>())
        );
        let key = ApiKey {
            tenant: grant.tenant.clone(),
            service: grant.service.clone(),
            roles: grant.roles.clone(),
            live: grant.live,
            created_at: self.now(),
            expires_at: grant.expires_at,
            disabled: false,
        };
        let hash = hash(&secret);
        let entry = Entry { hash: hash.clone() };
        let transaction = self
            .transaction()
            .create(&keys::api_key(&hash), &key)
            .create(&keys::api_key_entry(&grant.tenant, &hash), &entry);
        (CreatedApiKey { secret, hash }, transaction)
    }

    /// Makes a key that speaks as another, which ends at an instant unless it
    /// does so before.
    pub async fn rotate_api_key(
        &self,
        old: &ListedApiKey,
        grant: &ApiKeyGrant,
        ends: Timestamp,
    ) -> Result<CreatedApiKey, Refused> {
        let (made, transaction) = self.new_api_key(grant);
        let ends = old.expires_at.map_or(ends, |end| end.min(ends));
        let change = Expression::new("SET #expires_at = :ends").value(":ends", s(ends.to_string()));
        let still = Expression::new("#disabled = :no")
            .value(":no", aws_sdk_dynamodb::types::AttributeValue::Bool(false));
        transaction
            .update(&keys::api_key(&old.hash), change, Some(still))
            .commit()
            .await?;
        Ok(made)
    }

    /// The keys that a tenant ever had, disabled ones too.
    pub async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ListedApiKey>, StoreError> {
        let list = keys::api_key_entry(tenant, "").pk;
        let entries: Vec<Entry> = self.all(Range::of(list)).await?;
        let mut keys = Vec::with_capacity(entries.len());
        for entry in entries {
            let key: Option<ApiKey> = self.read(&keys::api_key(&entry.hash)).await?;
            keys.extend(key.map(|key| ListedApiKey {
                hash: entry.hash,
                service: key.service,
                roles: key.roles,
                live: key.live,
                created_at: key.created_at,
                expires_at: key.expires_at,
                disabled: key.disabled,
            }));
        }
        Ok(keys)
    }

    /// Whom a key speaks for, if it is in force.
    pub async fn api_key_caller(&self, secret: &str) -> Result<Option<Caller>, StoreError> {
        let of_ours = secret.starts_with(LIVE) || secret.starts_with(TEST);
        if !of_ours || secret.len() > LONGEST {
            return Ok(None);
        }
        let key: Option<ApiKey> = self.read(&keys::api_key(&hash(secret))).await?;
        let now = self.now();
        Ok(key
            .filter(|key| !key.disabled && key.expires_at.is_none_or(|end| now < end))
            .map(ApiKey::caller))
    }

    /// Ends a key at once; nothing happens if there is none.
    pub async fn disable_api_key(&self, hash: &str) -> Result<(), StoreError> {
        let changed = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::api_key(hash).item()))
            .condition_expression("attribute_exists(pk)")
            .update_expression("SET disabled = :yes")
            .expression_attribute_values(
                ":yes",
                aws_sdk_dynamodb::types::AttributeValue::Bool(true),
            )
            .send()
            .await;
        match changed {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl ApiKey {
    fn caller(self) -> Caller {
        Caller {
            tenant: self.tenant,
            user: self.service,
            roles: self.roles,
            credential: if self.live {
                Credential::LiveKey
            } else {
                Credential::TestKey
            },
            expires_at: self.expires_at.map_or(NO_END, Timestamp::as_second),
        }
    }
}

fn hash(secret: &str) -> String {
    fingerprint(&["api key", secret], 51)
}
