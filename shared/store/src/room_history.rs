//! What happened in a room, as one person sees it: page by page from the newest,
//! or everything since a place.

use std::collections::{HashMap, HashSet};

use domain::Timestamp;
use domain::chat::{Entry, EntryKind, Item, Message, ReadMark, Room};
use domain::ids::{RoomId, TenantId, UserId};
use domain::retention;

use crate::error::StoreError;
use crate::table::{Range, parse};
use crate::{Store, keys};

/// Places that one page of history looks through at most.
const LOOKED_AT: u32 = 500;

/// Part of the sequence of a room.
#[derive(Debug, Clone)]
pub struct Synced {
    pub items: Vec<Item>,
    /// Everything up to here is known now.
    pub through_seq: u64,
    pub more: bool,
}

/// A page of messages, the newest first.
#[derive(Debug, Clone)]
pub struct History {
    pub messages: Vec<Message>,
    /// Go on with messages before this place.
    pub before: Option<u64>,
}

impl Store {
    /// What happened in rooms up to then is no longer there, whether or not the
    /// table has deleted it.
    pub(crate) async fn oldest_entry(&self, tenant: &TenantId) -> Result<Timestamp, StoreError> {
        let days = self.kept(tenant).await?.rest.chat_days;
        Ok(retention::floor(days, self.now()))
    }

    /// What happened in a room after a place, or without one the newest of it;
    /// in the order of the sequence.
    pub async fn room_since(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        reader: &UserId,
        after_seq: Option<u64>,
        limit: u32,
    ) -> Result<Synced, StoreError> {
        let range = Range {
            from: after_seq.map(|seq| keys::entry_place(seq.saturating_add(1))),
            newest_first: after_seq.is_none(),
            limit: Some(limit),
            consistent: true,
            ..Range::of(keys::room_entries(tenant, room))
        };
        let rows = self.rows::<Entry>(&range).await?;
        let mut entries = rows.items;
        entries.sort_by_key(|entry| entry.seq);
        // What is over leaves a gap in the sequence, as if the table had
        // deleted it; a reader goes by `through_seq`.
        let through_seq = entries.last().map(|entry| entry.seq);
        let oldest = self.oldest_entry(tenant).await?;
        entries.retain(|entry| entry.created_at > oldest);
        let items = self.items(tenant, room, reader, &entries, oldest).await?;
        Ok(Synced {
            items,
            through_seq: through_seq.or(after_seq).unwrap_or(0),
            more: after_seq.is_some() && rows.more.is_some(),
        })
    }

    /// Entries with their messages as they are now.
    async fn items(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        reader: &UserId,
        entries: &[Entry],
        oldest: Timestamp,
    ) -> Result<Vec<Item>, StoreError> {
        let here: HashSet<u64> = entries.iter().map(|entry| entry.seq).collect();
        let elsewhere: HashSet<u64> = entries.iter().map(Entry::target).collect();
        let elsewhere = elsewhere.difference(&here);
        let wanted = elsewhere.map(|seq| keys::room_entry(tenant, room, *seq));
        let found = self.batch_get_consistent(wanted.collect()).await?;
        let mut targets: HashMap<u64, Entry> = HashMap::new();
        for item in found {
            let entry: Entry = parse(item)?;
            if entry.created_at > oldest {
                targets.insert(entry.seq, entry);
            }
        }
        targets.extend(entries.iter().map(|entry| (entry.seq, entry.clone())));
        let items = entries.iter().filter_map(|entry| {
            let target = targets.get(&entry.target())?;
            Some(entry.item_for(room, target, reader))
        });
        Ok(items.collect())
    }

    /// One change of a room with the message that it made or changed.
    pub async fn room_entry(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        seq: u64,
    ) -> Result<Option<(Entry, Entry)>, StoreError> {
        let read = async |seq| {
            let keys = keys::room_entry(tenant, room, seq);
            self.read::<Entry>(&keys).await
        };
        let Some(entry) = read(seq).await? else {
            return Ok(None);
        };
        let target = match entry.kind {
            EntryKind::Message => Some(entry.clone()),
            EntryKind::Edit(target) | EntryKind::Deletion(target) => read(target).await?,
        };
        Ok(target.map(|target| (entry, target)))
    }

    /// The messages of a room before a place, or the newest; what was edited or
    /// deleted stands as it is now. Work is bounded: a page may be short and
    /// still have a next one.
    pub async fn room_messages(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        reader: &UserId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<History, StoreError> {
        let mut range = Range {
            newest_first: true,
            consistent: true,
            limit: Some(limit.max(25)),
            after: before.map(keys::entry_place),
            ..Range::of(keys::room_entries(tenant, room))
        };
        let oldest = self.oldest_entry(tenant).await?;
        let (mut messages, mut looked_at, mut last) = (Vec::new(), 0, None);
        loop {
            let rows = self.rows::<Entry>(&range).await?;
            for entry in &rows.items {
                if entry.created_at <= oldest {
                    return Ok(History {
                        messages,
                        before: None,
                    });
                }
                looked_at += 1;
                last = Some(entry.seq);
                messages.extend(entry.message_for(room, reader));
                if messages.len() >= limit as usize {
                    break;
                }
            }
            let full = messages.len() >= limit as usize || looked_at >= LOOKED_AT;
            match rows.more {
                Some(more) if !full => range.after = Some(more),
                None if !full => {
                    return Ok(History {
                        messages,
                        before: None,
                    });
                }
                _ => break,
            }
        }
        Ok(History {
            messages,
            before: last.filter(|seq| *seq > 1),
        })
    }

    /// Takes what is over out of a room and out of what is unread in it.
    pub(crate) async fn without_old(
        &self,
        tenant: &TenantId,
        room: &mut Room,
        mark: &mut ReadMark,
        oldest: Timestamp,
    ) -> Result<(), StoreError> {
        room.forget(oldest);
        let was_there = mark.read_at.unwrap_or(room.created_at) > oldest;
        if was_there || mark.unread(room) == 0 {
            return Ok(());
        }
        let unread = Range {
            from: Some(keys::entry_place(mark.read_seq.saturating_add(1))),
            newest_first: true,
            limit: Some(LOOKED_AT),
            consistent: true,
            ..Range::of(keys::room_entries(tenant, &room.id))
        };
        let rows = self.rows::<Entry>(&unread).await?;
        let counts = |entry: &&Entry| {
            let shown = entry.kind == EntryKind::Message && entry.hidden_from.is_none();
            shown && entry.created_at > oldest
        };
        let left = rows.items.iter().filter(counts).count() as u64;
        mark.read_n = room.count.saturating_sub(left);
        Ok(())
    }
}
