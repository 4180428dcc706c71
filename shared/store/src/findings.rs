//! What the sweeper keeps about its deployment.

use domain::health::Findings;

use crate::error::StoreError;
use crate::transaction::Refused;
use crate::{Store, keys};

impl Store {
    /// Nothing until the sweeper has run for the first time. One item, so that
    /// this is also how to ask whether the table answers.
    pub async fn findings(&self) -> Result<Option<Findings>, StoreError> {
        self.read(&keys::findings()).await
    }

    /// Keeps findings that follow those of the version before. Position 0 of the
    /// refusal: another run was quicker.
    pub async fn keep_findings(&self, findings: &Findings) -> Result<(), Refused> {
        let transaction = self.transaction();
        let transaction = match findings.version.checked_sub(1) {
            None | Some(0) => transaction.create(&keys::findings(), findings),
            Some(seen) => transaction.replace(&keys::findings(), findings, seen),
        };
        transaction.commit().await
    }
}
