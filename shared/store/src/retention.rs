//! For how long things are kept, as readers and writers ask for it with every
//! request: remembered by the process for a moment.

use domain::ids::TenantId;
use domain::retention::Kept;

use crate::Store;
use crate::error::StoreError;

impl Store {
    /// A tenant's settings; a change of them holds everywhere within half a
    /// minute.
    pub async fn kept(&self, tenant: &TenantId) -> Result<Kept, StoreError> {
        let now = self.now();
        if let Some(kept) = self.memory.kept(tenant.as_str(), now) {
            return Ok(kept);
        }
        let found = self.tenant(tenant).await?;
        let kept = found.as_ref().map_or(Kept::USUAL, Kept::by);
        self.memory.keep_kept(tenant.as_str(), kept, now);
        Ok(kept)
    }

    /// The same where something must be written although the settings cannot be
    /// read: as they were last known, or else as is usual. Readers go by the
    /// settings anyway.
    pub(crate) async fn kept_as_known(&self, tenant: &TenantId) -> Result<Kept, StoreError> {
        match self.kept(tenant).await {
            Err(StoreError::Unavailable(_)) => {
                let known = self.memory.last_kept(tenant.as_str());
                Ok(known.unwrap_or(Kept::USUAL))
            }
            other => other,
        }
    }
}
