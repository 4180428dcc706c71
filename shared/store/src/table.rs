//! Reading and writing items.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Clock, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::memory::Memory;
use crate::transaction::Transaction;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// Where one item lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Keys {
    pub pk: String,
    pub sk: String,
}

impl Keys {
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self {
            pk: pk.into(),
            sk: sk.into(),
        }
    }

    pub(crate) fn item(&self) -> Item {
        HashMap::from([
            ("pk".to_owned(), s(&self.pk)),
            ("sk".to_owned(), s(&self.sk)),
        ])
    }
}

pub(crate) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Part of a partition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Range {
    pub pk: String,
    /// Sort keys that begin with this.
    pub prefix: Option<String>,
    /// Sort keys from this on (inclusive), up to `to` (inclusive).
    pub from: Option<String>,
    pub to: Option<String>,
    /// Exclusive start: the sort key of the last item seen.
    pub after: Option<String>,
    pub newest_first: bool,
    pub limit: Option<u32>,
    pub consistent: bool,
    /// On the index instead of the table; `after_keys` then holds the table's keys.
    pub index: bool,
    pub after_keys: Option<Keys>,
    /// A filter with its names and values.
    pub filter: Option<Filter>,
    /// Only keys, or only these attributes.
    pub attributes: Option<&'static str>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub expression: String,
    pub names: HashMap<String, String>,
    pub values: HashMap<String, AttributeValue>,
}

impl Range {
    pub fn of(pk: impl Into<String>) -> Self {
        Self {
            pk: pk.into(),
            ..Self::default()
        }
    }
}

/// A page of a partition.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    pub items: Vec<T>,
    /// Sort key to go on from, while there is more.
    pub more: Option<String>,
}

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) clock: Clock,
    pub(crate) memory: Arc<Memory>,
}

impl Store {
    pub fn new(sdk: &aws_types::SdkConfig, table: impl Into<String>, clock: Clock) -> Self {
        Self {
            client: Client::new(sdk),
            table: table.into(),
            clock,
            memory: Arc::default(),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An empty transaction on this table.
    pub fn transaction(&self) -> Transaction {
        Transaction::new(self.clone())
    }

    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        keys: &Keys,
    ) -> Result<Option<T>, StoreError> {
        self.get(keys).await?.map(parse).transpose()
    }

    pub(crate) async fn get(&self, keys: &Keys) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys.item()))
            .consistent_read(true)
            .send()
            .await?;
        Ok(answer.item)
    }

    pub(crate) async fn delete(&self, keys: &Keys) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys.item()))
            .send()
            .await?;
        Ok(())
    }

    /// One page of a partition as raw items.
    pub(crate) async fn page(
        &self,
        range: &Range,
    ) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        // The table refuses bounds in the wrong order, between which is nothing.
        let bounds = range.from.as_ref().zip(range.to.as_ref());
        if range.prefix.is_none() && bounds.is_some_and(|(from, to)| from > to) {
            return Ok((Vec::new(), None));
        }
        let answer = self.query(range).send().await?;
        Ok((
            answer.items.unwrap_or_default(),
            answer.last_evaluated_key.filter(|key| !key.is_empty()),
        ))
    }

    fn query(
        &self,
        range: &Range,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        let (pk, sk) = if range.index {
            ("gsi1pk", "gsi1sk")
        } else {
            ("pk", "sk")
        };
        let mut condition = "#pk = :pk".to_owned();
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", s(&range.pk))
            .scan_index_forward(!range.newest_first);
        if range.index {
            query = query.index_name("gsi1");
        } else if range.consistent {
            query = query.consistent_read(true);
        }
        let bounds = [
            (":prefix", &range.prefix),
            (":from", &range.from),
            (":to", &range.to),
        ];
        for (name, bound) in bounds {
            if let Some(bound) = bound {
                query = query.expression_attribute_values(name, s(bound));
            }
        }
        if bounds.iter().any(|(_, bound)| bound.is_some()) {
            query = query.expression_attribute_names("#sk", sk);
        }
        match (&range.prefix, &range.from, &range.to) {
            (Some(_), _, _) => condition.push_str(" AND begins_with(#sk, :prefix)"),
            (None, Some(_), Some(_)) => condition.push_str(" AND #sk BETWEEN :from AND :to"),
            (None, Some(_), None) => condition.push_str(" AND #sk >= :from"),
            (None, None, Some(_)) => condition.push_str(" AND #sk <= :to"),
            (None, None, None) => {}
        }
        if let Some(after) = &range.after {
            let keys = match &range.after_keys {
                Some(table_keys) => {
                    let mut keys = table_keys.item();
                    keys.insert("gsi1pk".to_owned(), s(&range.pk));
                    keys.insert("gsi1sk".to_owned(), s(after));
                    keys
                }
                None => Keys::new(&range.pk, after).item(),
            };
            query = query.set_exclusive_start_key(Some(keys));
        }
        if let Some(limit) = range.limit {
            query = query.limit(i32::try_from(limit).unwrap_or(i32::MAX));
        }
        if let Some(filter) = &range.filter {
            query = query.filter_expression(&filter.expression);
            for (name, attribute) in &filter.names {
                query = query.expression_attribute_names(name, attribute);
            }
            for (name, value) in &filter.values {
                query = query.expression_attribute_values(name, value.clone());
            }
        }
        if let Some(attributes) = range.attributes {
            query = query.projection_expression(attributes);
        }
        query.key_condition_expression(condition)
    }

    /// One page of a partition, parsed.
    pub(crate) async fn rows<T: DeserializeOwned>(
        &self,
        range: &Range,
    ) -> Result<Rows<T>, StoreError> {
        let (items, last) = self.page(range).await?;
        let name = if range.index { "gsi1sk" } else { "sk" };
        let more = last.and_then(|key| text(&key, name));
        Ok(Rows {
            items: items.into_iter().map(parse).collect::<Result<_, _>>()?,
            more,
        })
    }

    /// A whole range, however many pages; for ranges known to be small.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        mut range: Range,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        loop {
            let rows = self.rows(&range).await?;
            found.extend(rows.items);
            match rows.more {
                Some(more) => range.after = Some(more),
                None => return Ok(found),
            }
        }
    }
}

/// Something that the table forgets by itself.
#[derive(Serialize)]
pub(crate) struct Until<'a, T> {
    #[serde(flatten)]
    entity: &'a T,
    ttl: i64,
}

impl<'a, T> Until<'a, T> {
    /// Until an epoch second.
    pub fn new(entity: &'a T, ttl: i64) -> Self {
        Self { entity, ttl }
    }
}

pub(crate) fn parse<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    Ok(serde_dynamo::from_item(item)?)
}

/// An entity as an item under its keys.
pub(crate) fn item(keys: &Keys, entity: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(entity)?;
    item.extend(keys.item());
    Ok(item)
}

/// A text attribute.
pub(crate) fn text(item: &Item, name: &str) -> Option<String> {
    item.get(name).and_then(|value| value.as_s().ok()).cloned()
}

/// A number attribute.
pub(crate) fn number(item: &Item, name: &str) -> Option<i64> {
    item.get(name)
        .and_then(|value| value.as_n().ok())
        .and_then(|number| number.parse().ok())
}
