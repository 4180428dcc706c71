//! One message for each address of a send, where it asks for that: whoever
//! comes first owns the address, and comes first again however often their
//! chunk is delivered.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::Channel;
use domain::ids::{DeliveryId, TenantId};
use domain::log::Address;
use domain::send::Send;
use domain::time::plus_seconds;
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::{item, parse};
use crate::{Store, keys};

/// Longer than a task can come back from a dead-letter queue.
const KEPT_SECONDS: i64 = 30 * 86_400;
/// Claims under way at once.
const PARALLEL: usize = 8;

#[derive(Debug, Serialize, Deserialize)]
struct Owner {
    delivery: DeliveryId,
    ttl: i64,
}

impl Store {
    /// Which of some deliveries are the ones that reach their addresses, in the
    /// order given: all of them, unless the send reaches each address once.
    pub async fn own_addresses(
        &self,
        tenant: &TenantId,
        send: &Send,
        channel: Channel,
        deliveries: &[(DeliveryId, Address)],
    ) -> Result<Vec<bool>, StoreError> {
        if !send.dedupe_by_address {
            return Ok(vec![true; deliveries.len()]);
        }
        let claims: Vec<_> = deliveries
            .iter()
            .map(|(delivery, address)| self.own_address(tenant, send, channel, delivery, address))
            .collect();
        futures::stream::iter(claims)
            .buffered(PARALLEL)
            .try_collect()
            .await
    }

    async fn own_address(
        &self,
        tenant: &TenantId,
        send: &Send,
        channel: Channel,
        delivery: &DeliveryId,
        address: &Address,
    ) -> Result<bool, StoreError> {
        let keys = keys::address_owner(tenant, &send.id, channel, address.reveal());
        let owner = Owner {
            delivery: delivery.clone(),
            ttl: plus_seconds(self.now(), KEPT_SECONDS).as_second(),
        };
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(&keys, &owner)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match put {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    let first: Owner = parse(failed.item().cloned().unwrap_or_default())?;
                    Ok(first.delivery == *delivery)
                }
                _ => Err(error.into()),
            },
        }
    }
}
