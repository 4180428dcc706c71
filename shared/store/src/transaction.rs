//! Several writes that all happen or none does.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use domain::Timestamp;
use domain::ids::TenantId;
use domain::retention;
use domain::send::Send;
use serde::Serialize;

use crate::batches::pause;
use crate::error::StoreError;
use crate::table::{Item, Keys, Store, item};

/// Attempts at a transaction that collided with another.
const ATTEMPTS: u32 = 8;

/// A transaction being put together. At most 100 writes, each on another item.
#[derive(Debug)]
#[must_use = "a transaction does nothing until it is committed"]
pub struct Transaction {
    store: Store,
    writes: Vec<TransactWriteItem>,
    /// Positions of rows that get their end when it is known.
    ends: Vec<(usize, TenantId, Ends)>,
    wrong: Option<StoreError>,
}

/// By which setting a row ends.
#[derive(Debug)]
enum Ends {
    Audit(Timestamp),
    Send(Timestamp, String),
}

/// Why a transaction did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The conditions of these writes (by position) did not hold.
    #[error("the state has moved on")]
    Conditions(Vec<usize>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refused {
    /// Whether the write at `position` was one whose condition failed.
    pub fn at(&self, position: usize) -> bool {
        matches!(self, Self::Conditions(positions) if positions.contains(&position))
    }

    /// A lost race as a conflict, anything else as what it is.
    pub fn or_conflict(self, detail: &str) -> domain::Problem {
        match self {
            Self::Conditions(_) => domain::Problem::conflict(detail),
            Self::Store(error) => error.into(),
        }
    }
}

/// An expression with its values; names are given as `#name` for attribute `name`.
#[derive(Debug, Clone, Default)]
pub struct Expression {
    text: String,
    values: Vec<(String, AttributeValue)>,
}

impl Expression {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            values: Vec::new(),
        }
    }

    pub(crate) fn value(mut self, name: &str, value: AttributeValue) -> Self {
        self.values.push((name.to_owned(), value));
        self
    }
}

/// The attributes that texts name as `#attribute`.
pub(crate) fn names(texts: &[&str]) -> std::collections::HashMap<String, String> {
    let mut found = std::collections::HashMap::new();
    for text in texts {
        for part in text.split('#').skip(1) {
            let end = part
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(part.len());
            found.insert(format!("#{}", &part[..end]), part[..end].to_owned());
        }
    }
    found
}

impl Transaction {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            writes: Vec::new(),
            ends: Vec::new(),
            wrong: None,
        }
    }

    /// How many writes it holds, which is the position of the next one.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Puts an item that must not exist.
    pub(crate) fn create(self, keys: &Keys, entity: &impl Serialize) -> Self {
        match item(keys, entity) {
            Ok(item) => self.put(item, Some(Expression::new("attribute_not_exists(#pk)"))),
            Err(error) => self.fail(error),
        }
    }

    /// Puts an item in place of the one with version `seen`.
    pub(crate) fn replace(self, keys: &Keys, entity: &impl Serialize, seen: u64) -> Self {
        let condition = Expression::new("#version = :seen").value(":seen", crate::n(seen));
        match item(keys, entity) {
            Ok(item) => self.put(item, Some(condition)),
            Err(error) => self.fail(error),
        }
    }

    /// Puts an item whatever is there.
    pub(crate) fn set(self, keys: &Keys, entity: &impl Serialize) -> Self {
        match item(keys, entity) {
            Ok(item) => self.put(item, None),
            Err(error) => self.fail(error),
        }
    }

    pub(crate) fn put(mut self, item: Item, condition: Option<Expression>) -> Self {
        let mut put = Put::builder()
            .table_name(&self.store.table)
            .set_item(Some(item));
        if let Some(condition) = condition {
            put = put
                .set_expression_attribute_names(Some(names(&[&condition.text])))
                .condition_expression(condition.text)
                .set_expression_attribute_values(values(condition.values))
                .return_values_on_condition_check_failure(
                    ReturnValuesOnConditionCheckFailure::None,
                );
        }
        match put.build() {
            Ok(put) => self
                .writes
                .push(TransactWriteItem::builder().put(put).build()),
            Err(error) => return self.fail(StoreError::Refused(error.to_string())),
        }
        self
    }

    /// Changes attributes of an item.
    pub(crate) fn update(
        mut self,
        keys: &Keys,
        change: Expression,
        condition: Option<Expression>,
    ) -> Self {
        let condition = condition.unwrap_or_default();
        let mut update = Update::builder()
            .table_name(&self.store.table)
            .set_key(Some(keys.item()))
            .set_expression_attribute_names(Some(names(&[&change.text, &condition.text])))
            .set_expression_attribute_values(values([change.values, condition.values].concat()))
            .update_expression(change.text);
        if !condition.text.is_empty() {
            update = update.condition_expression(condition.text);
        }
        match update.build() {
            Ok(update) => self
                .writes
                .push(TransactWriteItem::builder().update(update).build()),
            Err(error) => return self.fail(StoreError::Refused(error.to_string())),
        }
        self
    }

    pub(crate) fn delete(mut self, keys: &Keys, condition: Option<Expression>) -> Self {
        let mut delete = Delete::builder()
            .table_name(&self.store.table)
            .set_key(Some(keys.item()));
        if let Some(condition) = condition {
            delete = delete
                .set_expression_attribute_names(Some(names(&[&condition.text])))
                .condition_expression(condition.text)
                .set_expression_attribute_values(values(condition.values));
        }
        match delete.build() {
            Ok(delete) => self
                .writes
                .push(TransactWriteItem::builder().delete(delete).build()),
            Err(error) => return self.fail(StoreError::Refused(error.to_string())),
        }
        self
    }

    /// Writes nothing but holds everything else to a condition.
    pub(crate) fn check(mut self, keys: &Keys, condition: Expression) -> Self {
        let check = ConditionCheck::builder()
            .table_name(&self.store.table)
            .set_key(Some(keys.item()))
            .set_expression_attribute_names(Some(names(&[&condition.text])))
            .condition_expression(condition.text)
            .set_expression_attribute_values(values(condition.values))
            .build();
        match check {
            Ok(check) => self
                .writes
                .push(TransactWriteItem::builder().condition_check(check).build()),
            Err(error) => return self.fail(StoreError::Refused(error.to_string())),
        }
        self
    }

    pub(crate) fn fail(mut self, error: StoreError) -> Self {
        self.wrong.get_or_insert(error);
        self
    }

    /// The write before this is an audit entry, kept as long as the tenant says.
    pub(crate) fn kept_as_audit(self, tenant: &TenantId, at: Timestamp) -> Self {
        self.ending(tenant, Ends::Audit(at))
    }

    /// The write before this is a send, kept as long as its kind is.
    pub(crate) fn kept_as_send(self, tenant: &TenantId, send: &Send) -> Self {
        let at = send.send_at.unwrap_or(send.created_at);
        self.ending(tenant, Ends::Send(at, send.kind.clone()))
    }

    fn ending(mut self, tenant: &TenantId, ends: Ends) -> Self {
        if let Some(position) = self.writes.len().checked_sub(1) {
            self.ends.push((position, tenant.clone(), ends));
        }
        self
    }

    async fn end_rows(&mut self) -> Result<(), StoreError> {
        for (position, tenant, ends) in std::mem::take(&mut self.ends) {
            let kept = self.store.kept_as_known(&tenant).await?;
            let (at, days) = match ends {
                Ends::Audit(at) => (at, kept.rest.audit_days),
                Ends::Send(at, kind) => (at, retention::send_days(&kept, &kind)),
            };
            let write = self.writes.get_mut(position);
            if let Some(put) = write.and_then(|write| write.put.as_mut()) {
                let end = crate::n(retention::until(at, days));
                put.item.insert("ttl".to_owned(), end);
            }
        }
        Ok(())
    }

    /// All of it or nothing. Collisions with other transactions are tried again
    /// with jitter; a condition that does not hold is the caller's business.
    pub async fn commit(mut self) -> Result<(), Refused> {
        if let Some(error) = self.wrong.take() {
            return Err(error.into());
        }
        self.end_rows().await?;
        for attempt in 0..ATTEMPTS {
            let sent = self
                .store
                .client
                .transact_write_items()
                .set_transact_items(Some(self.writes.clone()))
                .send()
                .await;
            match sent {
                Ok(_) => return Ok(()),
                Err(error) => match judge(error)? {
                    Verdict::Failed(positions) => return Err(Refused::Conditions(positions)),
                    Verdict::Collided => pause(attempt).await,
                },
            }
        }
        Err(StoreError::Unavailable("transactions kept colliding".to_owned()).into())
    }
}

enum Verdict {
    Failed(Vec<usize>),
    Collided,
}

fn judge(error: SdkError<TransactWriteItemsError>) -> Result<Verdict, StoreError> {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons().to_vec()
        }
        _ => return Err(error.into()),
    };
    let with = |code: &str| -> Vec<usize> {
        let positions = reasons.iter().enumerate();
        positions
            .filter(|(_, reason)| reason.code() == Some(code))
            .map(|(at, _)| at)
            .collect()
    };
    let failed = with("ConditionalCheckFailed");
    if !failed.is_empty() {
        return Ok(Verdict::Failed(failed));
    }
    let passing = [
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ];
    if passing.iter().any(|code| !with(code).is_empty()) {
        return Ok(Verdict::Collided);
    }
    let told = reasons
        .iter()
        .find_map(|reason| reason.message())
        .unwrap_or("no reason given");
    Err(StoreError::Refused(told.to_owned()))
}

fn values(
    pairs: Vec<(String, AttributeValue)>,
) -> Option<std::collections::HashMap<String, AttributeValue>> {
    if pairs.is_empty() {
        None
    } else {
        Some(pairs.into_iter().collect())
    }
}
