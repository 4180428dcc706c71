//! Whom somebody was in contact with: rooms of two, invitations, blocks.

use domain::chat::Participant;
use domain::chat::contact::Pair;
use domain::chat::invitation::Invitation;
use domain::ids::{InvitationId, UserId};
use domain::operation::Page;

use super::{PAGE, Place, Section, Subject, record};
use crate::blocks::Block;
use crate::error::StoreError;
use crate::table::{Keys, Range, parse, text};
use crate::{Rows, Store, keys};

pub(super) const SECTION: Section = Section {
    name: "contacts",
    export: Some(|store, subject, cursor| Box::pin(export(store, subject, cursor))),
    erase: Some(|store, subject, cursor| Box::pin(erase(store, subject, cursor))),
};

/// The lists that tell of contacts, one after the other.
const LISTS: [&str; 4] = ["rooms", "invited", "inviting", "blocks"];

/// Part of one of the lists.
enum Listed {
    Rooms(Vec<Participant>),
    Invitations(Vec<Invitation>, Vec<InvitationId>),
    Blocks(Vec<Block>),
}

async fn listed(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<(&'static str, Listed, Option<String>), StoreError> {
    let (tenant, user) = (&subject.tenant, subject.id());
    let place = Place::read(cursor);
    let at = LISTS.iter().position(|list| *list == place.part);
    let at = at.unwrap_or(0);
    let partition = match at {
        0 => keys::participants(tenant, user),
        1 => keys::invitations_got(tenant, user),
        2 => keys::invitations_made(tenant, user),
        _ => keys::blocks(tenant, user),
    };
    let range = Range {
        after: place.after,
        limit: Some(PAGE),
        consistent: true,
        ..Range::of(partition)
    };
    let (listed, more) = match at {
        0 => {
            let rows: Rows<Participant> = store.rows(&range).await?;
            (Listed::Rooms(rows.items), rows.more)
        }
        1 | 2 => {
            let (items, last) = store.page(&range).await?;
            let ids = items
                .iter()
                .filter_map(|item| text(item, "sk")?.parse().ok());
            let ids: Vec<InvitationId> = ids.collect();
            let wanted = ids.iter().map(|id| keys::invitation(tenant, id)).collect();
            let found = store.batch_get_consistent(wanted).await?.into_iter();
            let found = found.map(parse).collect::<Result<_, _>>()?;
            let more = last.and_then(|keys| text(&keys, "sk"));
            (Listed::Invitations(found, ids), more)
        }
        _ => {
            let rows: Rows<Block> = store.rows(&range).await?;
            (Listed::Blocks(rows.items), rows.more)
        }
    };
    let next = match more {
        Some(more) => Some(Place::at(LISTS[at], Some(&more))),
        None => LISTS.get(at + 1).map(|list| Place::at(list, None)),
    };
    Ok((LISTS[at], listed, next))
}

async fn export(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let (list, listed, next) = listed(store, subject, cursor).await?;
    let mut records = Vec::new();
    match listed {
        Listed::Rooms(rooms) => {
            for own in rooms {
                records.push((format!("{list}#{}", own.room), record(&own)?));
            }
        }
        Listed::Invitations(found, _) => {
            // What somebody does not see of an invitation is not exported either.
            let seen = |one: &Invitation| !one.hidden || one.from == *subject.id();
            for invitation in found.into_iter().filter(seen) {
                let mut shown = record(&invitation)?;
                if let Some(fields) = shown.as_object_mut() {
                    fields.remove("hidden");
                }
                records.push((format!("{list}#{}", invitation.id), shown));
            }
        }
        Listed::Blocks(blocks) => {
            for block in blocks {
                records.push((format!("{list}#{}", block.user), record(&block)?));
            }
        }
    }
    Ok(Page { records, next })
}

async fn erase(
    store: &Store,
    subject: &Subject,
    cursor: Option<String>,
) -> Result<Page, StoreError> {
    let (tenant, user) = (&subject.tenant, subject.id());
    let (list, listed, next) = listed(store, subject, cursor).await?;
    let mut gone: Vec<Keys> = Vec::new();
    let apart = |other: &UserId| {
        [
            keys::contact(tenant, &Pair::of(user, other)),
            keys::block(tenant, other, user),
            keys::block(tenant, user, other),
        ]
    };
    match &listed {
        Listed::Rooms(rooms) => {
            for own in rooms {
                gone.extend(apart(&own.other));
                gone.push(keys::participant(tenant, user, &own.room));
            }
        }
        Listed::Invitations(found, ids) => {
            for one in found {
                let other = if one.from == *user {
                    &one.to
                } else {
                    &one.from
                };
                gone.extend(apart(other));
                gone.extend([
                    keys::invitation(tenant, &one.id),
                    keys::invitation_open(tenant, &one.to, &one.id),
                    keys::invitation_got(tenant, &one.to, &one.id),
                    keys::invitation_made(tenant, &one.from, &one.id),
                ]);
            }
            let place = |id: &InvitationId| match list {
                "invited" => keys::invitation_got(tenant, user, id),
                _ => keys::invitation_made(tenant, user, id),
            };
            gone.extend(ids.iter().map(place));
            gone.push(keys::invitations_count(tenant, user));
        }
        Listed::Blocks(blocks) => {
            gone.extend(blocks.iter().flat_map(|block| apart(&block.user)));
        }
    }
    // A batch with the same key twice is refused as a whole.
    let mut seen = std::collections::HashSet::new();
    gone.retain(|keys| seen.insert(keys.clone()));
    store.batch_delete(&gone).await?;
    Ok(Page {
        records: Vec::new(),
        next,
    })
}
