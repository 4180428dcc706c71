//! Feeds: small items under a person's key, and one read state beside them.
//!
//! Sending writes items without looking, the same ones however often a chunk is
//! repeated; whatever people do to their feed goes into the read state, which
//! no chunk ever touches.

mod page;
mod retract;
mod since;
mod state;

pub use page::{FeedFilter, FeedPage};
pub use since::FeedSince;

use domain::Timestamp;
use domain::explain::FeedPlace;
use domain::feed::{FeedItem, ReadState, UNREAD_CAP, floor};
use domain::ids::{NotificationId, SendId, TenantId, UserId};
use domain::notification::Notification;
use domain::retention;
use domain::send::LedgerRow;

use crate::error::StoreError;
use crate::table::{Filter, Item, Range, item, n, number, parse, s, text};
use crate::{Keys, Store, keys};

const DAY: i64 = 86_400;
/// Sort keys of items lie below this, the read state above it.
const ITEMS_END: &str = "~";

impl Store {
    /// Writes one notification into the feeds of many people, and then the
    /// ledger row of their chunk.
    pub async fn write_feed(
        &self,
        tenant: &TenantId,
        users: &[UserId],
        notification: &Notification,
        days: u32,
        (send, row): (&SendId, &LedgerRow),
    ) -> Result<(), StoreError> {
        let shared = self.feed_item(notification, days)?;
        let items = users.iter().map(|user| {
            let mut item = shared.clone();
            item.insert("pk".to_owned(), s(keys::feed(tenant, user)));
            item
        });
        let closing = item(&keys::ledger(tenant, send, &row.chunk), row)?;
        self.batch_put_closing(items.collect(), closing).await
    }

    /// Writes notifications that differ from person to person, and then the
    /// ledger row of their chunk.
    pub async fn write_feed_each(
        &self,
        tenant: &TenantId,
        notifications: &[(UserId, Notification)],
        days: u32,
        (send, row): (&SendId, &LedgerRow),
    ) -> Result<(), StoreError> {
        let items = notifications.iter().map(|(user, notification)| {
            let mut item = self.feed_item(notification, days)?;
            item.insert("pk".to_owned(), s(keys::feed(tenant, user)));
            Ok(item)
        });
        let items = items.collect::<Result<_, StoreError>>()?;
        let closing = item(&keys::ledger(tenant, send, &row.chunk), row)?;
        self.batch_put_closing(items, closing).await
    }

    /// An item without its person. `w`, the second of writing, is read by
    /// "since" only; it is all that differs when a chunk is repeated.
    fn feed_item(&self, notification: &Notification, days: u32) -> Result<Item, StoreError> {
        let mut item: Item = serde_dynamo::to_item(notification)?;
        let made = notification.created_at.as_second();
        item.insert("sk".to_owned(), s(notification.id.as_str()));
        item.insert("ttl".to_owned(), n(made + i64::from(days) * DAY));
        item.insert("w".to_owned(), n(self.now().as_second()));
        Ok(item)
    }

    /// One item, unless the person no longer sees it.
    pub async fn feed_entry(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &NotificationId,
    ) -> Result<Option<(FeedItem, ReadState)>, StoreError> {
        let keys = keys::notification(tenant, user, id);
        let (item, state) = futures::try_join!(self.get(&keys), self.read_state(tenant, user))?;
        let Some(item) = item.filter(|item| !expired(item, self.now())) else {
            return Ok(None);
        };
        if state.hides(id) || *id < self.feed_floor(tenant).await? {
            return Ok(None);
        }
        let entry = entry(item, &state)?;
        Ok(Some((entry, state)))
    }

    /// Where an item stands in a person's feed.
    pub async fn feed_place(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &NotificationId,
    ) -> Result<FeedPlace, StoreError> {
        let keys = keys::notification(tenant, user, id);
        let (item, state) = futures::try_join!(self.get(&keys), self.read_state(tenant, user))?;
        let there = item.is_some_and(|item| !expired(&item, self.now()));
        Ok(match there {
            // Removed one by one, items are deleted; a cleared feed keeps them.
            _ if state.gone.contains(id) => FeedPlace::Removed,
            true if state.hides(id) => FeedPlace::Removed,
            true => FeedPlace::Shown {
                read: state.has_read(id),
            },
            false => FeedPlace::Absent,
        })
    }

    /// How many are unread, at most [`UNREAD_CAP`]: one query above what is
    /// known to be read.
    pub async fn unread_count(
        &self,
        tenant: &TenantId,
        user: &UserId,
        state: &ReadState,
    ) -> Result<u32, StoreError> {
        self.count_unread(tenant, user, state, false).await
    }

    /// The same with what was written a moment ago, for answers to a change.
    pub async fn unread_now(
        &self,
        tenant: &TenantId,
        user: &UserId,
        state: Option<&ReadState>,
    ) -> Result<u32, StoreError> {
        match state {
            Some(state) => self.count_unread(tenant, user, state, true).await,
            None => {
                let state = self.read_state(tenant, user).await?;
                self.count_unread(tenant, user, &state, true).await
            }
        }
    }

    /// Items below this one are older than the tenant keeps them by now.
    async fn feed_floor(&self, tenant: &TenantId) -> Result<NotificationId, StoreError> {
        let days = self.kept(tenant).await?.notification_days;
        Ok(floor(retention::floor(days, self.now())))
    }

    async fn count_unread(
        &self,
        tenant: &TenantId,
        user: &UserId,
        state: &ReadState,
        consistent: bool,
    ) -> Result<u32, StoreError> {
        // As many unread ones as count cannot hide behind those that do not.
        let named = u32::try_from(state.read.len() + state.gone.len()).unwrap_or(UNREAD_CAP);
        let oldest = self.feed_floor(tenant).await?;
        let range = Range {
            from: Some(from(state.read_up_to().max(Some(&oldest)))),
            to: Some(ITEMS_END.to_owned()),
            newest_first: true,
            consistent,
            limit: Some(UNREAD_CAP + 1 + named),
            filter: Some(unexpired(self.now())),
            attributes: Some("sk"),
            ..Range::of(keys::feed(tenant, user))
        };
        let (items, _) = self.page(&range).await?;
        let unread = items
            .iter()
            .filter_map(sort_key)
            .filter(|id| !state.hides(id) && !state.has_read(id))
            .count();
        Ok(u32::try_from(unread).unwrap_or(UNREAD_CAP).min(UNREAD_CAP))
    }
}

/// The lower bound of a range of items.
fn from(bound: Option<&NotificationId>) -> String {
    bound
        .map_or(NotificationId::PREFIX, NotificationId::as_str)
        .to_owned()
}

fn sort_key(item: &Item) -> Option<NotificationId> {
    text(item, "sk")?.parse().ok()
}

/// The table's own removal of what has expired may take days.
fn expired(item: &Item, now: Timestamp) -> bool {
    number(item, "ttl").is_some_and(|end| end <= now.as_second())
}

fn unexpired(now: Timestamp) -> Filter {
    Filter {
        expression: "attribute_not_exists(#ttl) OR #ttl > :now".to_owned(),
        names: [("#ttl".to_owned(), "ttl".to_owned())].into(),
        values: [(":now".to_owned(), n(now.as_second()))].into(),
    }
}

fn entry(item: Item, state: &ReadState) -> Result<FeedItem, StoreError> {
    let notification: Notification = parse(item)?;
    let read = state.has_read(&notification.id);
    Ok(FeedItem { notification, read })
}

fn state_keys(tenant: &TenantId, user: &UserId) -> Keys {
    keys::feed_state(tenant, user)
}
