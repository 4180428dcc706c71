//! Fixed windows that count acts.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::ids::TenantId;
use domain::limits::{Limit, Used, Windows};
use domain::{Caller, Problem};

use crate::error::StoreError;
use crate::table::{n, number};
use crate::{Store, keys};

impl Windows for Store {
    async fn count_change(&self, caller: &Caller, limit: Limit) -> Result<Used, Problem> {
        let scope = format!("change:{}", caller.user);
        let acts = self
            .count_act(&caller.tenant, &scope, limit.seconds)
            .await?;
        let ends_in = limit.seconds - self.now().as_second().rem_euclid(limit.seconds);
        Ok(Used {
            acts,
            ends_in: u32::try_from(ends_in).unwrap_or(1),
        })
    }
}

impl Store {
    /// Counts one act and tells how many there have been in the present window
    /// of so many seconds.
    pub async fn count_act(
        &self,
        tenant: &TenantId,
        scope: &str,
        seconds: i64,
    ) -> Result<u32, StoreError> {
        let now = self.now().as_second();
        let window = now / seconds.max(1);
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::window(tenant, scope, window).item()))
            .update_expression("ADD #n :one SET #ttl = :end")
            .expression_attribute_names("#n", "n")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":end", n((window + 2) * seconds))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await?;
        let counted = answer
            .attributes
            .as_ref()
            .and_then(|item| number(item, "n"));
        Ok(counted.and_then(|n| u32::try_from(n).ok()).unwrap_or(1))
    }
}
