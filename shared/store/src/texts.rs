//! How many texts a number has had of late.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use domain::ids::{DeliveryId, TenantId};
use domain::privacy::Phone;
use domain::texting::WINDOW_SECONDS;
use serde::{Deserialize, Serialize};

use crate::batches::pause;
use crate::error::StoreError;
use crate::table::{item, n};
use crate::{Store, keys};

/// Attempts at a row that others write at the same time.
const ATTEMPTS: u32 = 8;

/// The texts of the last hour, each with its epoch second.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Recent {
    texts: BTreeMap<DeliveryId, i64>,
    version: u64,
    ttl: i64,
}

impl Store {
    /// Counts a text to a number, unless that has had `most` in the last hour;
    /// without a limit it is counted in any case. A delivery that is counted
    /// already may go, however often it asks.
    pub async fn count_text(
        &self,
        tenant: &TenantId,
        phone: &Phone,
        delivery: &DeliveryId,
        most: Option<u32>,
    ) -> Result<bool, StoreError> {
        let keys = keys::recent_texts(tenant, phone.reveal());
        let now = self.now().as_second();
        for attempt in 0..ATTEMPTS {
            let mut recent: Recent = self.read(&keys).await?.unwrap_or_default();
            let seen = recent.version;
            recent.texts.retain(|_, at| *at > now - WINDOW_SECONDS);
            if recent.texts.contains_key(delivery) {
                return Ok(true);
            }
            if most.is_some_and(|most| recent.texts.len() >= most as usize) {
                return Ok(false);
            }
            recent.texts.insert(delivery.clone(), now);
            recent.version += 1;
            recent.ttl = now + 2 * WINDOW_SECONDS;
            let put = self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(item(&keys, &recent)?))
                .condition_expression("attribute_not_exists(#version) OR #version = :seen")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":seen", n(seen))
                .send()
                .await;
            match put {
                Ok(_) => return Ok(true),
                Err(error) => match error.as_service_error() {
                    Some(PutItemError::ConditionalCheckFailedException(_)) => pause(attempt).await,
                    _ => return Err(error.into()),
                },
            }
        }
        Err(StoreError::Unavailable(
            "a number's row kept changing".to_owned(),
        ))
    }
}
