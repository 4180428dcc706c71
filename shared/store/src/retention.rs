//! For how long things are kept, as readers and writers ask for it with every
//! request: remembered by the process for a moment.

use domain::ids::TenantId;
use domain::retention::{Kept, Retention};

use crate::Store;
use crate::error::StoreError;

/// What a tenant keeps that is not there, so that nothing is kept for it.
const UNKNOWN_NOTIFICATION_DAYS: u32 = 30;

impl Store {
    /// A tenant's settings; a change of them holds everywhere within half a
    /// minute.
    pub async fn kept(&self, tenant: &TenantId) -> Result<Kept, StoreError> {
        let now = self.now();
        if let Some(kept) = self.memory.kept(tenant.as_str(), now) {
            return Ok(kept);
        }
        let found = self.tenant(tenant).await?;
        let kept = found.as_ref().map_or(
            Kept {
                notification_days: UNKNOWN_NOTIFICATION_DAYS,
                rest: Retention::default(),
            },
            Kept::by,
        );
        self.memory.keep_kept(tenant.as_str(), kept, now);
        Ok(kept)
    }
}
