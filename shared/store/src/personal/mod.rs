//! Everything that is linked to one person, section by section: how it is
//! exported and how it is erased, one page at a time.
//!
//! A new kind of personal data is one file here and one line in [`SECTIONS`].
//! The work of a page must come to the same however often it is repeated.

mod approvals;
mod chat;
mod communities;
mod contacts;
mod exports;
mod guardianships;
mod log;
mod memberships;
mod messages;
mod notifications;
mod preferences;
mod presence;
mod profile;
mod sends;

use domain::directory::User;
use domain::ids::{PrivacyId, TenantId, UserId};
use domain::operation::{Kind, Page, pseudonym};
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;

use crate::Store;
use crate::error::StoreError;
use crate::operations::Erasing;
use crate::table::{Item, Range, parse, text};

/// Items that one page reads.
const PAGE: u32 = 100;

/// The work of one page of a section, from a place in it on.
pub type Work =
    for<'a> fn(&'a Store, &'a Subject, Option<String>) -> BoxFuture<'a, Result<Page, StoreError>>;

/// One kind of personal data.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    pub name: &'static str,
    export: Option<Work>,
    erase: Option<Work>,
}

/// All kinds of personal data. The profile is erased last: the rest is found by
/// what it says.
const SECTIONS: &[&Section] = &[
    &memberships::SECTION,
    &guardianships::SECTION,
    &notifications::SECTION,
    &messages::SECTION,
    &chat::SECTION,
    &contacts::SECTION,
    &communities::SECTION,
    &approvals::SECTION,
    &preferences::SECTION,
    &sends::SECTION,
    &log::SECTION,
    &presence::SECTION,
    &exports::SECTION,
    &profile::SECTION,
];

impl Section {
    fn work(&self, kind: Kind) -> Option<Work> {
        match kind {
            Kind::Export => self.export,
            Kind::Erasure => self.erase,
        }
    }
}

/// The names of the sections of a kind, in their order.
pub fn sections(kind: Kind) -> Vec<&'static str> {
    let has = SECTIONS
        .iter()
        .filter(|section| section.work(kind).is_some());
    has.map(|section| section.name).collect()
}

/// Whose data an operation is about.
#[derive(Debug, Clone)]
pub struct Subject {
    pub tenant: TenantId,
    pub operation: PrivacyId,
    /// The entry as it is stored; an erased one says little.
    pub user: User,
    /// What an erasure has to look for.
    pub erasing: Option<Erasing>,
}

impl Subject {
    fn id(&self) -> &UserId {
        &self.user.id
    }

    fn pseudonym(&self) -> String {
        pseudonym(&self.tenant, &self.user.id)
    }

    /// Addresses and numbers of a person who is being erased.
    fn addresses(&self) -> Vec<String> {
        let Some(facts) = &self.erasing else {
            return Vec::new();
        };
        let email = facts.email.iter().map(|email| email.reveal().to_owned());
        let phone = facts.phone.iter().map(|phone| phone.reveal().to_owned());
        email.chain(phone).collect()
    }
}

impl Store {
    /// Whom an operation is about, as things are now; nothing if the person is
    /// gone, or is not being erased by this operation.
    pub async fn subject(
        &self,
        tenant: &TenantId,
        operation: &domain::operation::Operation,
    ) -> Result<Option<Subject>, StoreError> {
        let Some(user) = self.stored_user(tenant, &operation.user).await? else {
            return Ok(None);
        };
        let erasing = match operation.kind {
            Kind::Export => None,
            Kind::Erasure => self.erasing(tenant, &operation.user).await?,
        };
        let found = Subject {
            tenant: tenant.clone(),
            operation: operation.id.clone(),
            user,
            erasing,
        };
        let valid = match (operation.kind, &found.erasing) {
            (Kind::Export, _) => found.user.erased_at.is_none(),
            (Kind::Erasure, Some(facts)) => facts.operation == operation.id,
            // All is erased; the operation only has to say so.
            (Kind::Erasure, None) => found.user.erased_at.is_some(),
        };
        Ok(valid.then_some(found))
    }

    /// One page of the section of an operation.
    pub async fn work_through(
        &self,
        subject: &Subject,
        kind: Kind,
        section: &str,
        cursor: Option<String>,
    ) -> Result<Page, StoreError> {
        let named = SECTIONS.iter().find(|known| known.name == section);
        match named.and_then(|section| section.work(kind)) {
            Some(work) => work(self, subject, cursor).await,
            None => Ok(Page::default()),
        }
    }

    /// One page of a partition that is all about one person, as records.
    async fn records_of(
        &self,
        mut range: Range,
        cursor: Option<String>,
    ) -> Result<Page, StoreError> {
        range.after = cursor;
        range.limit = Some(PAGE);
        range.consistent = true;
        let now = self.now();
        let (items, last) = self.page(&range).await?;
        let kept = items.into_iter().filter(|item| !is_over(item, now));
        let records = kept.map(|item| {
            let key = text(&item, "sk").unwrap_or_default();
            Ok((key, shown(item)?))
        });
        Ok(Page {
            records: records.collect::<Result<_, StoreError>>()?,
            next: last.and_then(|keys| text(&keys, "sk")),
        })
    }
}

/// Whether the table should have deleted an item.
fn is_over(item: &Item, now: domain::Timestamp) -> bool {
    crate::table::number(item, "ttl").is_some_and(|end| end <= now.as_second())
}

/// An item without what only the table needs.
fn shown(mut item: Item) -> Result<Value, StoreError> {
    for name in ["pk", "sk", "gsi1pk", "gsi1sk", "ttl", "version", "w"] {
        item.remove(name);
    }
    parse(item)
}

/// An entity as a record.
fn record(entity: &impl Serialize) -> Result<Value, StoreError> {
    serde_json::to_value(entity).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// A place in a list of partitions: which, and behind which of its items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Place {
    part: String,
    after: Option<String>,
}

impl Place {
    fn read(cursor: Option<String>) -> Self {
        let cursor = cursor.unwrap_or_default();
        match cursor.split_once('|') {
            Some((part, after)) => Self {
                part: part.to_owned(),
                after: (!after.is_empty()).then(|| after.to_owned()),
            },
            None => Self::default(),
        }
    }

    fn at(part: &str, after: Option<&str>) -> String {
        format!("{part}|{}", after.unwrap_or_default())
    }
}
