//! Folders of messages, newest first, and how much is unread.

use domain::ids::{MessageId, TenantId, UserId, ulid_floor};
use domain::message::{Entry, Folder, MessageFilter, UNREAD_CAP};

use crate::error::StoreError;
use crate::messages::Mail;
use crate::table::Range;
use crate::{Rows, Store, keys};

/// Queries for one page of a search; what lies further is the next page's.
const ROUNDS: u32 = 6;
/// Messages looked at by one query of a search.
const LOOK: u32 = 100;

impl Store {
    /// A page of a folder. `after` is the last message that was looked at; a
    /// page of a search may be short while there is more.
    pub async fn folder_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        folder: Folder,
        filter: &MessageFilter,
        after: Option<MessageId>,
        size: u32,
    ) -> Result<Rows<Mail>, StoreError> {
        let oldest = self.oldest_message(tenant).await?;
        let mut filter = filter.clone();
        filter.since = Some(filter.since.map_or(oldest, |since| since.max(oldest)));
        let filter = &filter;
        let mut range = range(tenant, user, folder, filter);
        if range.to.is_some() && range.from > range.to {
            return Ok(page(Vec::new(), None));
        }
        range.limit = Some(if filter.is_plain() { size + 1 } else { LOOK });
        let mut seen = after;
        let mut items: Vec<Mail> = Vec::new();
        for _ in 0..ROUNDS {
            range.after = seen.as_ref().map(ToString::to_string);
            range.after_keys = seen
                .as_ref()
                .filter(|_| range.index)
                .map(|id| keys::inbox_entry(tenant, user, id));
            let rows: Rows<Entry> = self.rows(&range).await?;
            let taken = rows.items.iter().filter(|entry| filter.takes(entry));
            let texts = self
                .message_texts(tenant, taken.map(|entry| &entry.message))
                .await?;
            for entry in rows.items {
                let text = texts.get(&entry.message).filter(|text| filter.finds(text));
                if let Some(message) = text {
                    if items.len() >= size as usize {
                        return Ok(page(items, seen));
                    }
                    items.push(Mail {
                        message: message.clone(),
                        folder,
                        entry: entry.clone(),
                    });
                }
                seen = Some(entry.message);
            }
            if rows.more.is_none() {
                return Ok(page(items, None));
            }
            seen = rows.more.and_then(|more| more.parse().ok()).or(seen);
            if items.len() >= size as usize {
                break;
            }
        }
        Ok(page(items, seen))
    }

    /// How many messages are unread, at most [`UNREAD_CAP`]: one small query.
    pub async fn unread_messages(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<u32, StoreError> {
        let oldest = self.oldest_message(tenant).await?;
        let range = Range {
            index: true,
            from: Some(MessageId::of(&ulid_floor(oldest).to_string()).to_string()),
            limit: Some(UNREAD_CAP),
            attributes: Some("sk"),
            ..Range::of(keys::inbox_unread(tenant, user))
        };
        let (items, _) = self.page(&range).await?;
        Ok(u32::try_from(items.len()).unwrap_or(UNREAD_CAP))
    }
}

fn range(tenant: &TenantId, user: &UserId, folder: Folder, filter: &MessageFilter) -> Range {
    let (from, to) = filter.bounds();
    let unread = folder == Folder::Inbox && filter.unread == Some(true);
    let pk = match folder {
        Folder::Inbox if unread => keys::inbox_unread(tenant, user),
        Folder::Inbox => keys::inbox(tenant, user),
        Folder::Sent => keys::sent(tenant, user),
    };
    Range {
        from: from.map(|id| id.to_string()),
        to: to.map(|id| id.to_string()),
        newest_first: true,
        index: unread,
        ..Range::of(pk)
    }
}

fn page(items: Vec<Mail>, more: Option<MessageId>) -> Rows<Mail> {
    Rows {
        items,
        more: more.map(|id| id.to_string()),
    }
}
