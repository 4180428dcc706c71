//! Sealing of audit trails.

use domain::ids::TenantId;
use store::audit_seals::Sealing;

use crate::Sweeper;
use crate::duties::Trouble;

/// Seals of one tenant in one run; the next run goes on.
const MOST: usize = 20;

impl Sweeper {
    /// Seals what was done since the last run, in every tenant.
    pub(crate) async fn seal_trails(&self) -> Result<usize, Trouble> {
        let mut sealed = 0;
        for tenant in self.store.tenants().await? {
            sealed += self.seal_trail(&tenant).await?;
        }
        Ok(sealed)
    }

    async fn seal_trail(&self, tenant: &TenantId) -> Result<usize, Trouble> {
        let mut sealed = 0;
        for _ in 0..MOST {
            let sealing = self.store.seal_audit(tenant, &self.secrets).await?;
            let Sealing::Sealed(seal) = &sealing else {
                break;
            };
            // This line is a copy of the chain's end outside of the table: who
            // takes the newest seals away does not reach the logs.
            tracing::info!(%tenant, seal = seal.number, hash = seal.hash, "sealed");
            sealed += seal.entries.len();
            if !sealing.is_full() {
                break;
            }
        }
        Ok(sealed)
    }
}
