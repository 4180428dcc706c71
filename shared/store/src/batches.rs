//! Reading and writing many items, with our own retry of what DynamoDB leaves
//! unprocessed.

use std::time::Duration;

use aws_sdk_dynamodb::types::{KeysAndAttributes, PutRequest, WriteRequest};
use futures::{StreamExt, TryStreamExt};

use crate::error::StoreError;
use crate::table::{Item, Keys, Store};

/// Rounds of unprocessed items before giving up; the last waits sum to seconds.
const ROUNDS: u32 = 8;

impl Store {
    /// Up to any number of items by key, in no order; missing ones are absent.
    pub(crate) async fn batch_get(&self, keys: Vec<Keys>) -> Result<Vec<Item>, StoreError> {
        self.read_batches(keys, false).await
    }

    /// Items by key as they are after every write that was answered.
    pub(crate) async fn batch_get_consistent(
        &self,
        keys: Vec<Keys>,
    ) -> Result<Vec<Item>, StoreError> {
        self.read_batches(keys, true).await
    }

    async fn read_batches(
        &self,
        keys: Vec<Keys>,
        consistent: bool,
    ) -> Result<Vec<Item>, StoreError> {
        let mut found = Vec::with_capacity(keys.len());
        for hundred in keys.chunks(100) {
            let mut left: Vec<Item> = hundred.iter().map(Keys::item).collect();
            for round in 0..ROUNDS {
                let wanted = KeysAndAttributes::builder()
                    .set_keys(Some(left))
                    .consistent_read(consistent)
                    .build();
                let wanted = wanted.map_err(|error| StoreError::Refused(error.to_string()))?;
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, wanted)
                    .send()
                    .await?;
                found.extend(
                    answer
                        .responses
                        .and_then(|mut tables| tables.remove(&self.table))
                        .unwrap_or_default(),
                );
                left = answer
                    .unprocessed_keys
                    .and_then(|mut tables| tables.remove(&self.table))
                    .map(|rest| rest.keys)
                    .unwrap_or_default();
                if left.is_empty() {
                    break;
                }
                pause(round).await;
            }
            if !left.is_empty() {
                return Err(StoreError::Unavailable(
                    "keys stayed unprocessed".to_owned(),
                ));
            }
        }
        Ok(found)
    }

    /// Puts items 25 at a time, unconditionally: only for items whose keys and
    /// contents are the same however often they are written.
    pub(crate) async fn batch_put(&self, items: Vec<Item>) -> Result<(), StoreError> {
        let mut requests = items.into_iter().map(put_request);
        let mut batches = Vec::new();
        loop {
            let batch: Vec<_> = requests.by_ref().take(25).collect::<Result<_, _>>()?;
            if batch.is_empty() {
                break;
            }
            batches.push(self.write_batch(batch));
        }
        // A few batches at a time keep the table busy without a burst.
        futures::stream::iter(batches)
            .buffer_unordered(8)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    /// Puts items as [`Self::batch_put`] does, and with the last of them, once
    /// all others are there, one more: it says that they are.
    pub(crate) async fn batch_put_closing(
        &self,
        mut items: Vec<Item>,
        closing: Item,
    ) -> Result<(), StoreError> {
        let rest = items.split_off(items.len() - items.len() % 25);
        self.batch_put(items).await?;
        let last = rest
            .into_iter()
            .chain([closing])
            .map(put_request)
            .collect::<Result<Vec<_>, _>>()?;
        self.write_batch(last).await
    }

    pub(crate) async fn write_batch(&self, mut left: Vec<WriteRequest>) -> Result<(), StoreError> {
        for round in 0..ROUNDS {
            let answer = self
                .client
                .batch_write_item()
                .request_items(&self.table, left)
                .send()
                .await?;
            left = answer
                .unprocessed_items
                .and_then(|mut tables| tables.remove(&self.table))
                .unwrap_or_default();
            if left.is_empty() {
                return Ok(());
            }
            pause(round).await;
        }
        Err(StoreError::Unavailable(
            "items stayed unprocessed".to_owned(),
        ))
    }
}

fn put_request(item: Item) -> Result<WriteRequest, StoreError> {
    let put = PutRequest::builder().set_item(Some(item)).build();
    let put = put.map_err(|error| StoreError::Refused(error.to_string()))?;
    Ok(WriteRequest::builder().put_request(put).build())
}

/// Full jitter up to two seconds.
pub(crate) async fn pause(round: u32) {
    let wait = domain::retry::full_jitter(
        round,
        Duration::from_millis(25),
        Duration::from_secs(2),
        rand::random::<f64>(),
    );
    tokio::time::sleep(wait).await;
}
