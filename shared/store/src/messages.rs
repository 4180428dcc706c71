//! Mail-like messages: what they say, where they stand in folders and threads,
//! and the one write that sends them.

use std::collections::HashMap;

use domain::Timestamp;
use domain::audit::AuditEntry;
use domain::ids::{MessageId, TenantId, ThreadId, UserId};
use domain::message::{Entry, Folder, Message};
use domain::retention;
use domain::send::Send;
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::sends::Start;
use crate::table::{Item, Keys, Range, Until, item, n, parse, s, text};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// Inboxes written to at once.
const AT_ONCE: usize = 32;

/// A message that is being sent, and everything that happens with it.
#[derive(Debug)]
pub struct Posting<'a> {
    pub message: &'a Message,
    /// Whose inbox it goes to now.
    pub inboxes: &'a [UserId],
    /// The broadcast that it answers, with which its thread begins.
    pub opening: Option<&'a MessageId>,
    /// What tells of it, or carries it.
    pub send: Option<(&'a Send, &'a Start)>,
    pub audit: Option<&'a AuditEntry>,
}

/// A message as one person has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    pub message: Message,
    pub folder: Folder,
    pub entry: Entry,
}

#[derive(Debug, Serialize, Deserialize)]
struct Place {
    message: MessageId,
}

impl Transaction {
    fn message(
        mut self,
        tenant: &TenantId,
        posting: &Posting<'_>,
        days: u32,
    ) -> Result<Self, StoreError> {
        let message = posting.message;
        let ttl = retention::until(message.created_at, days);
        let entry = message.entry();
        let places = [Some(&message.id), posting.opening];
        self = self
            .create(
                &keys::message_text(tenant, &message.id),
                &Until::new(message, ttl),
            )
            .set(
                &keys::sent_entry(tenant, &message.from.id, &message.id),
                &Until::new(&entry, ttl),
            );
        for id in places.into_iter().flatten() {
            let place = Place {
                message: id.clone(),
            };
            let keys = keys::thread_entry(tenant, &message.thread, id);
            self = self.set(&keys, &Until::new(&place, ttl));
        }
        for user in posting.inboxes {
            self = self.put(unread(tenant, user, &entry, ttl)?, Some(absent()));
        }
        Ok(self)
    }
}

impl Store {
    /// Sends a message, once: if a first attempt at the same request has sent
    /// it, that one is the answer.
    pub async fn post_mail(
        &self,
        tenant: &TenantId,
        posting: Posting<'_>,
    ) -> Result<Message, Refused> {
        let days = self.kept(tenant).await?.rest.message_days;
        let mut transaction = self.transaction().message(tenant, &posting, days)?;
        if let Some((send, start)) = posting.send {
            transaction = transaction.send(tenant, send, start);
        }
        if let Some(audit) = posting.audit {
            transaction = transaction.audit(tenant, audit);
        }
        let message = posting.message;
        match transaction.commit().await {
            Ok(()) => Ok(message.clone()),
            Err(refused) if refused.at(0) => {
                let first = self.message_text(tenant, &message.id).await?;
                first
                    .filter(|first| first.from.id == message.from.id)
                    .ok_or(refused)
            }
            Err(refused) => Err(refused),
        }
    }

    /// Puts a message into many inboxes. A place that is taken stays as it is:
    /// a repetition makes nothing unread and brings nothing back.
    pub async fn fill_inboxes(
        &self,
        tenant: &TenantId,
        users: &[UserId],
        entry: &Entry,
    ) -> Result<(), StoreError> {
        let days = self.kept(tenant).await?.rest.message_days;
        let made = entry.message.instant().unwrap_or_else(|| self.now());
        let ttl = retention::until(made, days);
        let items = users.iter().map(|user| unread(tenant, user, entry, ttl));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        futures::stream::iter(items.into_iter().map(|item| self.put_absent(item)))
            .buffer_unordered(AT_ONCE)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    async fn put_absent(&self, item: Item) -> Result<(), StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await;
        match put {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(refused) if refused.is_conditional_check_failed_exception() => Ok(()),
                _ => Err(error.into()),
            },
        }
    }

    /// What a message says, whoever has it.
    pub async fn message_text(
        &self,
        tenant: &TenantId,
        id: &MessageId,
    ) -> Result<Option<Message>, StoreError> {
        self.read(&keys::message_text(tenant, id)).await
    }

    /// A message in one of a person's folders.
    pub async fn mail(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: &MessageId,
    ) -> Result<Option<Mail>, StoreError> {
        let mut found = self
            .mails(tenant, user, std::slice::from_ref(id), true)
            .await?;
        Ok(found.remove(id))
    }

    /// Those of some messages that a person has in a folder.
    async fn mails(
        &self,
        tenant: &TenantId,
        user: &UserId,
        ids: &[MessageId],
        consistent: bool,
    ) -> Result<HashMap<MessageId, Mail>, StoreError> {
        let wanted: Vec<Keys> = ids
            .iter()
            .flat_map(|id| {
                [
                    keys::message_text(tenant, id),
                    keys::inbox_entry(tenant, user, id),
                    keys::sent_entry(tenant, user, id),
                ]
            })
            .collect();
        let items = if consistent {
            self.batch_get_consistent(wanted).await?
        } else {
            self.batch_get(wanted).await?
        };
        let (inbox, sent) = (keys::inbox(tenant, user), keys::sent(tenant, user));
        let oldest = self.oldest_message(tenant).await?;
        let (mut texts, mut entries) = (HashMap::new(), Vec::new());
        for item in items {
            match text(&item, "pk").unwrap_or_default() {
                pk if pk == inbox => entries.push((Folder::Inbox, parse::<Entry>(item)?)),
                pk if pk == sent => entries.push((Folder::Sent, parse::<Entry>(item)?)),
                _ => {
                    let message: Message = parse(item)?;
                    if message.created_at > oldest {
                        texts.insert(message.id.clone(), message);
                    }
                }
            }
        }
        let mails = entries.into_iter().filter(|(_, entry)| !entry.gone);
        Ok(mails
            .filter_map(|(folder, entry)| {
                let message = texts.get(&entry.message)?.clone();
                Some((
                    entry.message.clone(),
                    Mail {
                        message,
                        folder,
                        entry,
                    },
                ))
            })
            .collect())
    }

    /// Messages made up to then are no longer there, whether or not the table
    /// has deleted them.
    pub(crate) async fn oldest_message(&self, tenant: &TenantId) -> Result<Timestamp, StoreError> {
        let days = self.kept(tenant).await?.rest.message_days;
        Ok(retention::floor(days, self.now()))
    }

    /// What several messages say, by id; what is no longer kept is absent.
    pub(crate) async fn message_texts(
        &self,
        tenant: &TenantId,
        ids: impl Iterator<Item = &MessageId>,
    ) -> Result<HashMap<MessageId, Message>, StoreError> {
        let oldest = self.oldest_message(tenant).await?;
        let mut texts = self.stored_texts(tenant, ids).await?;
        texts.retain(|_, message| message.created_at > oldest);
        Ok(texts)
    }

    /// The same with what only waits for the table to delete it.
    pub(crate) async fn stored_texts(
        &self,
        tenant: &TenantId,
        ids: impl Iterator<Item = &MessageId>,
    ) -> Result<HashMap<MessageId, Message>, StoreError> {
        let wanted = ids.map(|id| keys::message_text(tenant, id)).collect();
        let found = self.batch_get(wanted).await?;
        found
            .into_iter()
            .map(|item| {
                let message: Message = parse(item)?;
                Ok((message.id.clone(), message))
            })
            .collect()
    }

    /// A page of a thread, oldest first: those of its messages that the person
    /// has. It may be short while there is more.
    pub async fn thread_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        thread: &ThreadId,
        after: Option<String>,
        size: u32,
    ) -> Result<Rows<Mail>, StoreError> {
        let range = Range {
            after,
            limit: Some(size),
            consistent: true,
            ..Range::of(keys::message_thread(tenant, thread))
        };
        let places: Rows<Place> = self.rows(&range).await?;
        let ids: Vec<MessageId> = places
            .items
            .into_iter()
            .map(|place| place.message)
            .collect();
        let mut found = self.mails(tenant, user, &ids, true).await?;
        Ok(Rows {
            items: ids.iter().filter_map(|id| found.remove(id)).collect(),
            more: places.more,
        })
    }
}

fn absent() -> Expression {
    Expression::new("attribute_not_exists(#pk)")
}

/// A place in an inbox that is listed among the unread ones.
fn unread(tenant: &TenantId, user: &UserId, entry: &Entry, ttl: i64) -> Result<Item, StoreError> {
    let mut place = item(&keys::inbox_entry(tenant, user, &entry.message), entry)?;
    place.insert("gsi1pk".to_owned(), s(keys::inbox_unread(tenant, user)));
    place.insert("gsi1sk".to_owned(), s(entry.message.as_str()));
    place.insert("ttl".to_owned(), n(ttl));
    Ok(place)
}
