//! Deliveries of queue messages that began and had no outcome.

use std::collections::HashMap;

use domain::tasks::Begun;

use crate::error::StoreError;
use crate::table::{n, number, text};
use crate::{Store, keys};

/// A message stays in its queue for no longer.
const KEPT_DAYS: i64 = 4;

impl Begun for Store {
    async fn unfinished(&self, messages: &[String]) -> Result<HashMap<String, u32>, String> {
        let wanted = messages.iter().map(|message| keys::begun(message));
        let found = self.batch_get_consistent(wanted.collect()).await;
        let found = found.map_err(|error| error.to_string())?;
        let count = |item| {
            let message = text(item, "message")?;
            Some((message, u32::try_from(number(item, "begins")?).ok()?))
        };
        Ok(found.iter().filter_map(count).collect())
    }

    async fn begin(&self, message: &str) -> Result<(), String> {
        let begun = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::begun(message).item()))
            .update_expression("SET #message = :message, #ttl = :ttl ADD #begins :one")
            .expression_attribute_names("#message", "message")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_names("#begins", "begins")
            .expression_attribute_values(":message", crate::table::s(message))
            .expression_attribute_values(":ttl", n(self.days_from_now(KEPT_DAYS)))
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        begun.map_err(|error| StoreError::from(error).to_string())?;
        Ok(())
    }

    async fn end(&self, message: &str) -> Result<(), String> {
        self.delete(&keys::begun(message))
            .await
            .map_err(|error| error.to_string())
    }
}
