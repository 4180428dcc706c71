//! What people do to their feeds: each act is one write to the read state.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::Timestamp;
use domain::feed::{FeedItem, ReadState, settled};
use domain::ids::{NotificationId, TenantId, UserId};

use super::{ITEMS_END, from, sort_key, state_keys};
use crate::batches::pause;
use crate::error::StoreError;
use crate::table::{Item, Range, n, number, s, text};
use crate::transaction::{Expression, Refused, names};
use crate::{Store, keys};

/// Attempts at a change that others changed under our hands.
const ATTEMPTS: u32 = 8;
/// Ids that one act names one by one.
const NAMED: u32 = 1_000;

impl Store {
    pub async fn read_state(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<ReadState, StoreError> {
        let item = self.get(&state_keys(tenant, user)).await?;
        Ok(item.map_or_else(ReadState::default, |item| parse_state(&item)))
    }

    /// Marks one item as read. The item and the new state, or nothing if the
    /// person has no such item.
    pub async fn mark_read(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &NotificationId,
    ) -> Result<Option<(FeedItem, ReadState)>, StoreError> {
        let Some((mut item, state)) = self.feed_entry(tenant, user, id).await? else {
            return Ok(None);
        };
        if item.read {
            return Ok(Some((item, state)));
        }
        item.read = true;
        let state = self
            .name_id(tenant, user, "ADD #read :ids, #version :one", id)
            .await?;
        let state = self.kept_small(tenant, user, state).await?;
        Ok(Some((item, state)))
    }

    /// Marks everything that is there as read, by one write.
    pub async fn mark_all_read(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<ReadState, StoreError> {
        self.change_all(tenant, user, ReadState::all_read).await
    }

    /// Takes everything that is there out of the feed, by one write.
    pub async fn clear_feed(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<ReadState, StoreError> {
        self.change_all(tenant, user, ReadState::all_cleared).await
    }

    /// Deletes one item; false if the person has none. The id is kept for as
    /// long as its chunk may be repeated.
    pub async fn delete_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &NotificationId,
        audit: Option<&domain::audit::AuditEntry>,
    ) -> Result<bool, StoreError> {
        let Some((_, state)) = self.feed_entry(tenant, user, id).await? else {
            return Ok(false);
        };
        let change = if *id > settled(self.now()) {
            "ADD #gone :ids, #version :one DELETE #read :ids"
        } else {
            "ADD #version :one DELETE #read :ids"
        };
        let change = Expression::new(change)
            .value(":ids", set([id]))
            .value(":one", n(1));
        let there = Expression::new("attribute_exists(#pk)");
        let mut transaction = self
            .transaction()
            .delete(&keys::notification(tenant, user, id), Some(there))
            .update(&state_keys(tenant, user), change, None);
        if let Some(audit) = audit {
            transaction = transaction.audit(tenant, audit);
        }
        match transaction.commit().await {
            Ok(()) => {}
            Err(Refused::Conditions(_)) => return Ok(false),
            Err(Refused::Store(error)) => return Err(error),
        }
        if state.is_large() {
            let state = self.read_state(tenant, user).await?;
            self.kept_small(tenant, user, state).await?;
        }
        Ok(true)
    }

    /// Names one id in the state.
    async fn name_id(
        &self,
        tenant: &TenantId,
        user: &UserId,
        change: &str,
        id: &NotificationId,
    ) -> Result<ReadState, StoreError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(state_keys(tenant, user).item()))
            .update_expression(change)
            .set_expression_attribute_names(Some(names(&[change])))
            .expression_attribute_values(":ids", set([id]))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::AllNew)
            .send()
            .await?;
        Ok(answer
            .attributes
            .as_ref()
            .map(parse_state)
            .unwrap_or_default())
    }

    /// A change of everything that is there now.
    async fn change_all(
        &self,
        tenant: &TenantId,
        user: &UserId,
        change: fn(&ReadState, BTreeSet<NotificationId>, bool, Timestamp) -> ReadState,
    ) -> Result<ReadState, StoreError> {
        for attempt in 0..ATTEMPTS {
            let state = self.read_state(tenant, user).await?;
            let now = self.now();
            let young = Range {
                from: Some(settled(now).to_string()),
                to: Some(ITEMS_END.to_owned()),
                newest_first: true,
                consistent: true,
                limit: Some(NAMED),
                attributes: Some("sk"),
                ..Range::of(keys::feed(tenant, user))
            };
            let (items, more) = self.page(&young).await?;
            let young = items.iter().filter_map(sort_key).collect();
            let after = change(&state, young, more.is_none(), now);
            if let Some(stored) = self.replace_state(tenant, user, after).await? {
                return Ok(stored);
            }
            pause(attempt).await;
        }
        Err(StoreError::Unavailable(
            "a read state kept changing".to_owned(),
        ))
    }

    /// Makes a state smaller that names many ids. Losing the race is fine: the
    /// next act tries again.
    async fn kept_small(
        &self,
        tenant: &TenantId,
        user: &UserId,
        state: ReadState,
    ) -> Result<ReadState, StoreError> {
        if !state.is_large() {
            return Ok(state);
        }
        let range = Range {
            from: Some(from(state.read_up_to())),
            to: Some(ITEMS_END.to_owned()),
            limit: Some(NAMED),
            attributes: Some("sk"),
            ..Range::of(keys::feed(tenant, user))
        };
        let (items, _) = self.page(&range).await?;
        let present: Vec<NotificationId> = items.iter().filter_map(sort_key).collect();
        let small = state.compacted(&present, self.now());
        Ok(self
            .replace_state(tenant, user, small)
            .await?
            .unwrap_or(state))
    }

    /// Puts a state in place of the version it was made from; `None` if it has
    /// changed meanwhile.
    async fn replace_state(
        &self,
        tenant: &TenantId,
        user: &UserId,
        mut state: ReadState,
    ) -> Result<Option<ReadState>, StoreError> {
        let seen = state.version;
        state.version += 1;
        let mut item = state_keys(tenant, user).item();
        item.insert("version".to_owned(), n(state.version));
        for (name, mark) in [("watermark", &state.watermark), ("cleared", &state.cleared)] {
            item.extend(mark.as_ref().map(|id| (name.to_owned(), s(id.as_str()))));
        }
        for (name, ids) in [("read", &state.read), ("gone", &state.gone)] {
            if !ids.is_empty() {
                item.insert(name.to_owned(), set(ids));
            }
        }
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#pk) OR #version = :seen")
            .set_expression_attribute_names(Some(names(&["#pk #version"])))
            .set_expression_attribute_values(Some(HashMap::from([(":seen".to_owned(), n(seen))])))
            .send()
            .await;
        match put {
            Ok(_) => Ok(Some(state)),
            Err(error) => match error.as_service_error() {
                Some(refused) if refused.is_conditional_check_failed_exception() => Ok(None),
                _ => Err(error.into()),
            },
        }
    }
}

fn set<'a>(ids: impl IntoIterator<Item = &'a NotificationId>) -> AttributeValue {
    AttributeValue::Ss(ids.into_iter().map(ToString::to_string).collect())
}

pub(super) fn parse_state(item: &Item) -> ReadState {
    let id = |name: &str| text(item, name).and_then(|text| text.parse().ok());
    let ids = |name: &str| {
        let texts = item.get(name).and_then(|value| value.as_ss().ok());
        texts
            .into_iter()
            .flatten()
            .filter_map(|text| text.parse().ok())
            .collect()
    };
    ReadState {
        watermark: id("watermark"),
        read: ids("read"),
        cleared: id("cleared"),
        gone: ids("gone"),
        version: number(item, "version")
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(0),
    }
}
