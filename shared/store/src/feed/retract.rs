//! Taking a send's item out of everybody's feed.

use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};
use domain::audit::AuditEntry;
use domain::feed::floor;
use domain::ids::{NotificationId, SendId, TenantId, UserId};
use domain::send::Send;
use domain::time::plus_seconds;
use futures::{StreamExt, TryStreamExt};

use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::table::{Filter, Range, parse, s, text};
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

/// Megabytes of sends that are searched for the one that made an item.
const SEARCHED: u32 = 20;

impl Store {
    /// The send whose items have an id: among those made before the item.
    pub async fn send_of_notification(
        &self,
        tenant: &TenantId,
        notification: &NotificationId,
    ) -> Result<Option<Send>, StoreError> {
        let Some(planned) = notification.instant() else {
            return Ok(None);
        };
        let upper = floor(plus_seconds(planned, 1));
        let mut range = Range {
            newest_first: true,
            to: Some(SendId::of(upper.bare()).to_string()),
            filter: Some(Filter {
                expression: "#notification = :id".to_owned(),
                names: [("#notification".to_owned(), "notification".to_owned())].into(),
                values: [(":id".to_owned(), s(notification.as_str()))].into(),
            }),
            ..Range::of(keys::send(tenant, &SendId::of(upper.bare())).pk)
        };
        for _ in 0..SEARCHED {
            let (items, last) = self.page(&range).await?;
            if let Some(item) = items.into_iter().next() {
                return parse(item).map(Some);
            }
            match last.and_then(|keys| text(&keys, "sk")) {
                Some(last) => range.after = Some(last),
                None => break,
            }
        }
        Ok(None)
    }

    /// Takes the feed id from a send, so that chunks still on their way write
    /// nothing, and puts the task on the outbox that removes what was written.
    /// Position 0 is the send: it no longer has the item.
    pub async fn retract_notification(
        &self,
        tenant: &TenantId,
        send: &SendId,
        notification: &NotificationId,
        task: &OutboxRow,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let retract =
            Expression::new("REMOVE #notification ADD #version :one").value(":one", crate::n(1));
        let has = Expression::new("#notification = :id").value(":id", s(notification.as_str()));
        self.transaction()
            .update(&keys::send(tenant, send), retract, Some(has))
            .outbox(task)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Removes an item from the feeds of many people.
    pub async fn remove_from_feeds(
        &self,
        tenant: &TenantId,
        users: &[UserId],
        notification: &NotificationId,
    ) -> Result<(), StoreError> {
        let deletes = users.iter().map(|user| {
            let keys = keys::notification(tenant, user, notification);
            let delete = DeleteRequest::builder().set_key(Some(keys.item())).build();
            delete.map(|delete| WriteRequest::builder().delete_request(delete).build())
        });
        let deletes: Vec<WriteRequest> = deletes
            .collect::<Result<_, _>>()
            .map_err(|error| StoreError::Refused(error.to_string()))?;
        let batches: Vec<Vec<WriteRequest>> = deletes.chunks(25).map(<[_]>::to_vec).collect();
        futures::stream::iter(batches.into_iter().map(|batch| self.write_batch(batch)))
            .buffer_unordered(8)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }
}
