//! Mail-like messages, written and received. What somebody wrote loses its
//! words and their name with all who have it; what they received leaves their
//! folder, and no longer says whom it went to.

use std::collections::HashMap;

use domain::ids::{MessageId, TenantId};
use domain::message::{Correspondent, Entry, Folder, Message};
use domain::operation::{ERASED_TEXT, Page};
use serde_json::json;

use super::{PAGE, Place, Section, Subject};
use crate::error::StoreError;
use crate::rooms::value;
use crate::table::{Range, s};
use crate::transaction::{Expression, Refused};
use crate::{Rows, Store, keys};

pub(super) const SECTION: Section = Section {
    name: "messages",
    export: Some(|store, subject, cursor| Box::pin(export(store, subject, cursor))),
    erase: Some(|store, subject, cursor| Box::pin(erase(store, subject, cursor))),
};

const INBOX: &str = "inbox";
const SENT: &str = "sent";
/// Attempts at a message that another erasure changes at the same time.
const ATTEMPTS: usize = 8;

/// A page of one of the folders with what its messages say.
struct Leaf {
    folder: Folder,
    entries: Vec<Entry>,
    texts: HashMap<MessageId, Message>,
    next: Option<String>,
}

async fn leaf(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Leaf, StoreError> {
    let (tenant, user) = (&subject.tenant, subject.id());
    let place = Place::read(cursor);
    let (folder, name, partition) = match place.part.as_str() {
        SENT => (Folder::Sent, SENT, keys::sent(tenant, user)),
        _ => (Folder::Inbox, INBOX, keys::inbox(tenant, user)),
    };
    let rows: Rows<Entry> = store
        .rows(&Range {
            after: place.after,
            limit: Some(PAGE),
            consistent: true,
            ..Range::of(partition)
        })
        .await?;
    let ids = rows.items.iter().map(|entry| &entry.message);
    let texts = store.stored_texts(tenant, ids).await?;
    let next = match (&rows.more, folder) {
        (Some(more), _) => Some(Place::at(name, Some(more))),
        (None, Folder::Inbox) => Some(Place::at(SENT, None)),
        (None, Folder::Sent) => None,
    };
    Ok(Leaf {
        folder,
        entries: rows.items,
        texts,
        next,
    })
}

async fn export(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let leaf = leaf(store, subject, cursor).await?;
    let days = store.kept(&subject.tenant).await?.rest.message_days;
    let now = store.now();
    let held = leaf.entries.iter().filter(|entry| !entry.gone);
    let records = held.filter_map(|entry| {
        let message = leaf.texts.get(&entry.message)?;
        if domain::retention::has_expired(message.created_at, days, now) {
            return None;
        }
        let record = json!({
            "folder": leaf.folder,
            "read": entry.read,
            "id": message.id,
            "thread": message.thread,
            "from": message.from,
            "to": message.to,
            "subject": message.subject,
            "body": message.body,
            "urgent": message.urgent,
            "created_at": message.created_at,
        });
        let folder = if leaf.folder == Folder::Sent {
            SENT
        } else {
            INBOX
        };
        Some((format!("{folder}#{}", entry.message), record))
    });
    Ok(Page {
        records: records.collect(),
        next: leaf.next,
    })
}

async fn erase(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let leaf = leaf(store, subject, cursor).await?;
    let (tenant, user) = (&subject.tenant, subject.id());
    let mut places = Vec::new();
    for entry in &leaf.entries {
        if let Some(message) = leaf.texts.get(&entry.message) {
            if leaf.folder == Folder::Sent {
                store.unquote(tenant, message).await?;
            }
            store.redact_message(subject, &message.id).await?;
        }
        // The place goes last: what broke off is found by it again.
        places.push(keys::message_receipt(tenant, &entry.message, user));
        places.push(match leaf.folder {
            Folder::Inbox => keys::inbox_entry(tenant, user, &entry.message),
            Folder::Sent => keys::sent_entry(tenant, user, &entry.message),
        });
    }
    store.batch_delete(&places).await?;
    Ok(Page {
        records: Vec::new(),
        next: leaf.next,
    })
}

impl Store {
    /// Takes a person's name out of a message, and their words if they wrote it.
    async fn redact_message(&self, subject: &Subject, id: &MessageId) -> Result<(), StoreError> {
        let keys = keys::message_text(&subject.tenant, id);
        for _ in 0..ATTEMPTS {
            let Some(seen) = self.read::<Message>(&keys).await? else {
                return Ok(());
            };
            let mut after = seen.clone();
            let nameless = |one: &mut Correspondent| {
                if one.id == *subject.id() {
                    one.name = subject.pseudonym();
                }
            };
            nameless(&mut after.from);
            after.to.iter_mut().for_each(nameless);
            if after.from.id == *subject.id() {
                after.subject = ERASED_TEXT.to_owned();
                after.body = ERASED_TEXT.to_owned();
            }
            if after == seen {
                return Ok(());
            }
            let change =
                Expression::new("SET #from = :from, #to = :to, #subject = :subject, #body = :body")
                    .value(":from", value(&after.from)?)
                    .value(":to", value(&after.to)?)
                    .value(":subject", s(&after.subject))
                    .value(":body", s(&after.body));
            let same = Expression::new("#from = :seen_from AND #to = :seen_to")
                .value(":seen_from", value(&seen.from)?)
                .value(":seen_to", value(&seen.to)?);
            let changed = self.transaction().update(&keys, change, Some(same));
            match changed.commit().await {
                Ok(()) => return Ok(()),
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Unavailable(
            "a message kept changing".to_owned(),
        ))
    }

    /// Takes the subject of a message out of those that answer it.
    async fn unquote(&self, tenant: &TenantId, message: &Message) -> Result<(), StoreError> {
        let said = message.subject.as_str();
        if said == ERASED_TEXT {
            return Ok(());
        }
        let places: Vec<serde_json::Value> = self
            .all(Range::of(keys::message_thread(tenant, &message.thread)))
            .await?;
        let ids: Vec<MessageId> = places
            .iter()
            .filter_map(|place| place["message"].as_str()?.parse().ok())
            .filter(|id| *id != message.id)
            .collect();
        for answer in self.stored_texts(tenant, ids.iter()).await?.values() {
            if !answer.subject.contains(said) {
                continue;
            }
            let subject = answer.subject.replace(said, ERASED_TEXT);
            let change = Expression::new("SET #subject = :subject").value(":subject", s(&subject));
            let there = Expression::new("attribute_exists(#pk)");
            let changed = self
                .transaction()
                .update(&keys::message_text(tenant, &answer.id), change, Some(there))
                .commit()
                .await;
            if let Err(Refused::Store(error)) = changed {
                return Err(error);
            }
        }
        Ok(())
    }
}
