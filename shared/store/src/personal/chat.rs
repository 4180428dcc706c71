//! What somebody said in rooms, of two and of communities. An erased message
//! looks like one that its author has deleted.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::chat::room::of_community;
use domain::chat::{Entry, EntryKind, Participant, Preview, Room};
use domain::ids::RoomId;
use domain::operation::Page;

use super::{Place, Section, Subject, record};
use crate::error::StoreError;
use crate::rooms::value;
use crate::table::{Filter, Range, n, s};
use crate::transaction::{Expression, Refused};
use crate::{Rows, Store, keys};

pub(super) const SECTION: Section = Section {
    name: "chat",
    export: Some(|store, subject, cursor| Box::pin(export(store, subject, cursor))),
    erase: Some(|store, subject, cursor| Box::pin(erase(store, subject, cursor))),
};

/// Entries that one query looks at.
const LOOK: u32 = 500;
/// Queries of one page: most rooms of a course have nothing of somebody.
const ROUNDS: usize = 20;
/// Attempts at the last message of a room in which others write.
const ATTEMPTS: usize = 8;

/// Part of what somebody said, room by room.
struct Said {
    entries: Vec<(RoomId, Entry)>,
    /// Rooms that were looked through to their end.
    through: Vec<RoomId>,
    next: Option<String>,
}

async fn rooms(store: &Store, subject: &Subject) -> Result<Vec<RoomId>, StoreError> {
    let tenant = &subject.tenant;
    let own: Vec<Participant> = store
        .all(Range::of(keys::participants(tenant, subject.id())))
        .await?;
    let communities = store.community_ids(tenant).await?;
    let of_communities = communities.iter().map(|id| of_community(tenant, id));
    let mut rooms: Vec<RoomId> = own.into_iter().map(|own| own.room).collect();
    rooms.extend(of_communities);
    rooms.sort();
    rooms.dedup();
    Ok(rooms)
}

async fn said(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Said, StoreError> {
    let mut place = Place::read(cursor);
    let rooms = rooms(store, subject).await?;
    let first = place.part.clone();
    let mut left = rooms
        .into_iter()
        .skip_while(|room| room.as_str() < first.as_str());
    let mut found = Said {
        entries: Vec::new(),
        through: Vec::new(),
        next: None,
    };
    let mut room = left.next();
    for _ in 0..ROUNDS {
        let Some(current) = &room else {
            return Ok(found);
        };
        if current.as_str() != place.part {
            place = Place {
                part: current.to_string(),
                after: None,
            };
        }
        let rows: Rows<Entry> = store
            .rows(&Range {
                after: place.after.clone(),
                limit: Some(LOOK),
                consistent: true,
                filter: Some(by_author(subject)),
                ..Range::of(keys::room_entries(&subject.tenant, current))
            })
            .await?;
        let messages = rows.items.into_iter();
        let messages = messages.filter(|entry| entry.kind == EntryKind::Message);
        found
            .entries
            .extend(messages.map(|entry| (current.clone(), entry)));
        place.after = rows.more;
        if place.after.is_none() {
            found.through.push(current.clone());
            room = left.next();
        }
    }
    found.next = room.map(|room| Place::at(room.as_str(), place.after.as_deref()));
    Ok(found)
}

fn by_author(subject: &Subject) -> Filter {
    Filter {
        expression: "#author = :author".to_owned(),
        names: [("#author".to_owned(), "author".to_owned())].into(),
        values: [(":author".to_owned(), s(subject.id().as_str()))].into(),
    }
}

async fn export(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let said = said(store, subject, cursor).await?;
    let days = store.kept(&subject.tenant).await?.rest.chat_days;
    let now = store.now();
    let mut records = Vec::new();
    for (room, entry) in said.entries {
        let over = domain::retention::has_expired(entry.created_at, days, now);
        if let Some(message) = entry.message_for(&room, subject.id()).filter(|_| !over) {
            records.push((format!("{room}#{:010}", entry.seq), record(&message)?));
        }
    }
    Ok(Page {
        records,
        next: said.next,
    })
}

async fn erase(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let said = said(store, subject, cursor).await?;
    let (tenant, user) = (&subject.tenant, subject.id());
    let mut names = Vec::new();
    for (room, entry) in &said.entries {
        store.unsay(subject, room, entry).await?;
        let name = entry.client_msg_id.as_ref();
        names.extend(name.map(|name| keys::client_message(tenant, room, user, name)));
    }
    for room in &said.through {
        store.unsay_last(subject, room).await?;
        names.push(keys::room_read(tenant, room, user));
    }
    store.batch_delete(&names).await?;
    Ok(Page {
        records: Vec::new(),
        next: said.next,
    })
}

impl Store {
    async fn unsay(
        &self,
        subject: &Subject,
        room: &RoomId,
        entry: &Entry,
    ) -> Result<(), StoreError> {
        let change = Expression::new(
            "SET #deleted = :true REMOVE #text, #edited_at, #shadow, #client_msg_id",
        )
        .value(":true", AttributeValue::Bool(true));
        let there = Expression::new("attribute_exists(#pk)");
        let keys = keys::room_entry(&subject.tenant, room, entry.seq);
        let unsaid = self.transaction().update(&keys, change, Some(there));
        match unsaid.commit().await {
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// The list of rooms shows the beginning of what was said last.
    async fn unsay_last(&self, subject: &Subject, room: &RoomId) -> Result<(), StoreError> {
        let keys = keys::room(&subject.tenant, room);
        for _ in 0..ATTEMPTS {
            let Some(seen) = self.read::<Room>(&keys).await? else {
                return Ok(());
            };
            let mut after = seen.clone();
            after.own_last.remove(subject.id());
            let own = after.last.as_mut();
            if let Some(last) = own.filter(|last| last.author == *subject.id()) {
                *last = Preview {
                    text: String::new(),
                    deleted: true,
                    ..last.clone()
                };
            }
            if after == seen {
                return Ok(());
            }
            let change = Expression::new("SET #last = :last, #own_last = :own_last")
                .value(":last", value(&after.last)?)
                .value(":own_last", value(&after.own_last)?);
            let unmoved = Expression::new("#seq = :seq").value(":seq", n(seen.seq));
            let changed = self.transaction().update(&keys, change, Some(unmoved));
            match changed.commit().await {
                Ok(()) => return Ok(()),
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Unavailable("a room kept moving".to_owned()))
    }
}
