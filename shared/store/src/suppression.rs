//! Addresses that must not be written to. They are found by marks under a key
//! of the tenant, so that they outlive the person and the address itself: who
//! has a mark cannot tell whose it is, and marks of two tenants do not compare.

use data_encoding::BASE32HEX_NOPAD;
use domain::Channel;
use domain::digest;
use domain::ids::TenantId;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::Keys;
use crate::transaction::Refused;
use crate::{Store, keys};

/// Bytes of a new key.
const KEY: usize = 32;

#[derive(Serialize, Deserialize)]
struct KeyRow {
    key: String,
}

/// Makes marks of addresses: the same for the same address, and of no use to
/// whoever has not the tenant's key.
#[derive(Clone)]
pub struct AddressMarks(String);

impl std::fmt::Debug for AddressMarks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddressMarks")
    }
}

impl AddressMarks {
    pub fn of(&self, address: &str) -> String {
        digest::keyed(self.0.as_bytes(), &["suppression", address], 26)
    }
}

impl Store {
    /// Where it stands that an address is suppressed, by a key from
    /// [`Store::suppression_key`].
    pub(crate) fn suppression_place(
        tenant: &TenantId,
        channel: Channel,
        key: &str,
        address: &str,
    ) -> Keys {
        let marks = AddressMarks(key.to_owned());
        keys::suppression(tenant, channel, &marks.of(address))
    }

    /// What stands for addresses of a tenant where they themselves must not.
    pub async fn address_marks(&self, tenant: &TenantId) -> Result<AddressMarks, StoreError> {
        Ok(AddressMarks(self.suppression_key(tenant).await?))
    }

    /// The key of a tenant, made when it is first asked for. It never changes:
    /// what is suppressed would be forgotten.
    pub(crate) async fn suppression_key(&self, tenant: &TenantId) -> Result<String, StoreError> {
        if let Some(key) = self.memory.suppression_key(tenant.as_str()) {
            return Ok(key);
        }
        let place = keys::suppression_key(tenant);
        let found: Option<KeyRow> = self.read(&place).await?;
        let key = match found {
            Some(row) => row.key,
            None => self.make_key(&place).await?,
        };
        self.memory.keep_suppression_key(tenant.as_str(), &key);
        Ok(key)
    }

    async fn make_key(&self, place: &Keys) -> Result<String, StoreError> {
        let row = KeyRow {
            key: BASE32HEX_NOPAD.encode(&rand::random::<[u8; KEY]>()),
        };
        match self.transaction().create(place, &row).commit().await {
            Ok(()) => Ok(row.key),
            // Somebody else has just made it.
            Err(Refused::Conditions(_)) => {
                let found: Option<KeyRow> = self.read(place).await?;
                let gone = || StoreError::Unavailable("a key is gone".to_owned());
                found.map(|row| row.key).ok_or_else(gone)
            }
            Err(Refused::Store(error)) => Err(error),
        }
    }
}
