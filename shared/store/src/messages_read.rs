//! What people do to the messages they have, and what their senders are told
//! of it.

use domain::Timestamp;
use domain::ids::{MessageId, TenantId, UserId};
use domain::message::Entry;
use domain::retention;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::{Range, Until, s};
use crate::transaction::{Expression, Refused};
use crate::{Rows, Store, keys, n};

/// Seconds for which the place of a deleted message stays taken at least: longer
/// than any delivery is repeated.
const TAKEN: i64 = 60 * 86_400;

/// That somebody has read a message, and when for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub user: UserId,
    pub read_at: Timestamp,
}

impl Store {
    /// Marks a message as read; its sender is told of the first time. False if
    /// it is no longer in the inbox.
    pub async fn mark_message_read(
        &self,
        tenant: &TenantId,
        user: &UserId,
        seen: &Entry,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let read = Expression::new(
            "SET #read = :true, #read_at = if_not_exists(#read_at, :now) REMOVE #gsi1pk, #gsi1sk",
        )
        .value(":true", bool_of(true))
        .value(":now", s(now.to_string()));
        let place = keys::inbox_entry(tenant, user, &seen.message);
        let mut transaction = self.transaction().update(&place, read, Some(held()));
        if seen.read_at.is_none() {
            let receipt = Receipt {
                user: user.clone(),
                read_at: now,
            };
            let days = self.kept(tenant).await?.rest.message_days;
            let made = seen.message.instant().unwrap_or(now);
            let until = Until::new(&receipt, retention::until(made, days));
            let keys = keys::message_receipt(tenant, &seen.message, user);
            transaction = transaction.create(&keys, &until);
        }
        match transaction.commit().await {
            Ok(()) => Ok(true),
            // Somebody else of the same name has just read it: it is read.
            Err(refused) if refused.at(1) && !refused.at(0) => Ok(true),
            Err(refused) => lost(refused),
        }
    }

    /// Marks a message as unread again. False if it is no longer in the inbox.
    pub async fn mark_message_unread(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &MessageId,
    ) -> Result<bool, StoreError> {
        let unread = Expression::new("SET #read = :false, #gsi1pk = :unread, #gsi1sk = :id")
            .value(":false", bool_of(false))
            .value(":unread", s(keys::inbox_unread(tenant, user)))
            .value(":id", s(id.as_str()));
        let place = keys::inbox_entry(tenant, user, id);
        let marked = self
            .transaction()
            .update(&place, unread, Some(held()))
            .commit()
            .await;
        marked.map(|()| true).or_else(lost)
    }

    /// Takes a message out of a person's inbox. False if it is not there.
    pub async fn delete_from_inbox(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &MessageId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let days = self.kept(tenant).await?.rest.message_days;
        let made = id.instant().unwrap_or(now);
        let end = retention::until(made, days).max(now.as_second() + TAKEN);
        let delete = Expression::new("SET #gone = :true, #ttl = :ttl REMOVE #gsi1pk, #gsi1sk")
            .value(":true", bool_of(true))
            .value(":ttl", n(end));
        let place = keys::inbox_entry(tenant, user, id);
        let deleted = self
            .transaction()
            .update(&place, delete, Some(held()))
            .commit()
            .await;
        deleted.map(|()| true).or_else(lost)
    }

    /// Takes a message out of what a person has sent. False if it is not there.
    /// The place stays, so that an erasure of the person finds what they wrote.
    pub async fn delete_from_sent(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &MessageId,
    ) -> Result<bool, StoreError> {
        let delete = Expression::new("SET #gone = :true").value(":true", bool_of(true));
        let deleted = self
            .transaction()
            .update(&keys::sent_entry(tenant, user, id), delete, Some(held()))
            .commit()
            .await;
        deleted.map(|()| true).or_else(lost)
    }

    /// Who has read a message, in the order of their ids.
    pub async fn message_receipts(
        &self,
        tenant: &TenantId,
        id: &MessageId,
        after: Option<&UserId>,
        size: u32,
    ) -> Result<Rows<Receipt>, StoreError> {
        let range = Range {
            prefix: Some(keys::RECEIPT.to_owned()),
            after: after.map(|user| keys::message_receipt(tenant, id, user).sk),
            limit: Some(size),
            consistent: true,
            ..Range::of(keys::message_facts(tenant, id))
        };
        let rows = self.rows(&range).await?;
        let more = rows.more.as_deref();
        Ok(Rows {
            more: more
                .and_then(|more| more.strip_prefix(keys::RECEIPT))
                .map(ToOwned::to_owned),
            items: rows.items,
        })
    }
}

fn bool_of(value: bool) -> aws_sdk_dynamodb::types::AttributeValue {
    aws_sdk_dynamodb::types::AttributeValue::Bool(value)
}

/// In the inbox, and not deleted.
fn held() -> Expression {
    Expression::new("attribute_exists(#pk) AND #gone = :held").value(":held", bool_of(false))
}

fn lost(refused: Refused) -> Result<bool, StoreError> {
    match refused {
        Refused::Conditions(_) => Ok(false),
        Refused::Store(error) => Err(error),
    }
}
