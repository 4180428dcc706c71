//! The end of a community: closed first, emptied bit by bit, forgotten last. A
//! removal that broke off is taken up by the next one.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};
use domain::audit::AuditEntry;
use domain::chat::room::of_community;
use domain::community::Community;
use domain::ids::TenantId;

use crate::error::StoreError;
use crate::posts::Place;
use crate::table::{Item, Keys, Range, parse, text};
use crate::transaction::Refused;
use crate::{Store, keys};

/// Posts that one request removes at most, which leaves it well within the
/// time that it has.
const POSTS_AT_ONCE: usize = 200;
/// Rows that are read at once in order to delete them.
const PAGE: u32 = 100;
/// Pages of one list of rows that one request deletes at most.
const PAGES: usize = 20;

impl Store {
    /// Hides a community from everybody. Position 0 of the refusal: it has
    /// changed meanwhile.
    pub async fn close_community(
        &self,
        tenant: &TenantId,
        community: &Community,
        audit: &AuditEntry,
    ) -> Result<Community, Refused> {
        let closed = community.close(&audit.actor, self.now());
        self.update_community(tenant, &closed, community.version, audit)
            .await?;
        Ok(closed)
    }

    /// Deletes what is in a closed community, and then itself. False while
    /// something is left to be deleted by the next call.
    pub async fn empty_community(
        &self,
        tenant: &TenantId,
        closed: &Community,
    ) -> Result<bool, StoreError> {
        if !self.empty_of_posts(tenant, closed).await? {
            return Ok(false);
        }
        let room = of_community(tenant, &closed.id);
        for partition in [
            // Nobody can say anything from here on.
            keys::room(tenant, &room).pk,
            keys::room_entries(tenant, &room),
            keys::room_read(tenant, &room, &closed.created_by).pk,
            keys::room_sockets(tenant, &room),
            keys::community_members(tenant, &closed.id),
        ] {
            if !self.clear_pages(&partition).await? {
                return Ok(false);
            }
        }
        self.forget_community(tenant, closed).await?;
        Ok(true)
    }

    /// Deletes the beginning of a partition; true when nothing is left of it.
    async fn clear_pages(&self, partition: &str) -> Result<bool, StoreError> {
        for _ in 0..PAGES {
            if self.clear_page(partition).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn empty_of_posts(
        &self,
        tenant: &TenantId,
        closed: &Community,
    ) -> Result<bool, StoreError> {
        let range = Range {
            limit: Some(PAGE),
            consistent: true,
            ..Range::of(keys::post_places(tenant, &closed.id))
        };
        let mut removed = 0;
        loop {
            let (items, last) = self.page(&range).await?;
            let places: Vec<Keys> = items.iter().filter_map(place_of).collect();
            let posts = items
                .into_iter()
                .map(|item| Ok(parse::<Place>(item)?.post))
                .collect::<Result<BTreeSet<_>, StoreError>>()?;
            for post in &posts {
                self.clear_partition(&keys::post_partition(tenant, post))
                    .await?;
            }
            // The places go last: what broke off is found by them again.
            self.batch_delete(&places).await?;
            removed += posts.len();
            if last.is_none() {
                return Ok(true);
            }
            if removed >= POSTS_AT_ONCE {
                return Ok(false);
            }
        }
    }

    async fn forget_community(
        &self,
        tenant: &TenantId,
        closed: &Community,
    ) -> Result<(), StoreError> {
        let forgotten = self
            .transaction()
            .delete(
                &keys::community(tenant, &closed.id),
                Some(crate::tenants::version_is(closed.version)),
            )
            .delete(&keys::community_counts(tenant, &closed.id), None)
            .commit()
            .await;
        match forgotten {
            // Another request that empties it was first.
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Deletes a whole partition.
    pub(crate) async fn clear_partition(&self, partition: &str) -> Result<(), StoreError> {
        while !self.clear_page(partition).await? {}
        Ok(())
    }

    /// Deletes the first rows of a partition; true when none are left.
    async fn clear_page(&self, partition: &str) -> Result<bool, StoreError> {
        let range = Range {
            limit: Some(PAGE),
            consistent: true,
            ..Range::of(partition)
        };
        let (items, last) = self.page(&range).await?;
        let keys: Vec<Keys> = items.iter().filter_map(place_of).collect();
        self.batch_delete(&keys).await?;
        Ok(last.is_none())
    }

    /// Deletes items 25 at a time, whatever is in them.
    pub(crate) async fn batch_delete(&self, keys: &[Keys]) -> Result<(), StoreError> {
        for some in keys.chunks(25) {
            let requests = some.iter().map(|keys| {
                let delete = DeleteRequest::builder().set_key(Some(keys.item())).build();
                let delete = delete.map_err(|error| StoreError::Refused(error.to_string()))?;
                Ok(WriteRequest::builder().delete_request(delete).build())
            });
            let requests = requests.collect::<Result<Vec<_>, StoreError>>()?;
            self.write_batch(requests).await?;
        }
        Ok(())
    }
}

pub(crate) fn place_of(item: &Item) -> Option<Keys> {
    Some(Keys::new(text(item, "pk")?, text(item, "sk")?))
}
