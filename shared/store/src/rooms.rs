//! Rooms: made with what they are for, entered by those they are for.

use std::collections::HashMap;

use domain::chat::contact::{Contact, Pair, Reach};
use domain::chat::room::of_community;
use domain::chat::{Participant, ReadMark, Receipt, Room, RoomKind};
use domain::community::Access;
use domain::ids::{CommunityId, RoomId, TenantId, UserId};
use domain::{Caller, Problem, Timestamp};
use serde::Serialize;

use crate::communities::{Wanted, find, parsed};
use crate::error::StoreError;
use crate::table::{Item, Keys, Range, n, parse};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Store, keys};

/// A room with somebody in it who may be there.
#[derive(Debug)]
pub struct Entered {
    pub room: Room,
    pub side: Side,
    /// How far the caller has read.
    pub mark: ReadMark,
    found: Vec<Item>,
}

/// By what right somebody is in a room.
#[derive(Debug)]
pub enum Side {
    Direct(Contact),
    Community(Box<Access>),
}

impl Entered {
    /// Something that was read along.
    pub(crate) fn found<T: serde::de::DeserializeOwned>(
        &self,
        keys: &Keys,
    ) -> Result<Option<T>, StoreError> {
        parsed(find(&self.found, Some(keys)))
    }

    /// Whom the caller's words reach, or why they may not speak.
    pub fn reach(&self, caller: &UserId) -> Result<Reach, Problem> {
        match &self.side {
            Side::Direct(contact) => contact.reach(caller),
            Side::Community(_) => Ok(Reach::Other),
        }
    }

    /// The other one of two.
    pub fn other(&self, caller: &UserId) -> Option<&UserId> {
        match &self.side {
            Side::Direct(contact) => Some(contact.pair.other(caller)),
            Side::Community(_) => None,
        }
    }

    /// Who has blocked the caller.
    pub(crate) fn hidden_from(&self, caller: &UserId) -> Result<Option<UserId>, Problem> {
        Ok(match self.reach(caller)? {
            Reach::Other => None,
            Reach::Nobody => self.other(caller).cloned(),
        })
    }

    /// Whether the caller moderates what others say here.
    pub(crate) fn moderates(&self) -> bool {
        match &self.side {
            Side::Direct(_) => false,
            Side::Community(access) => access.is_moderator(),
        }
    }

    /// Where it stands how far somebody has read.
    pub(crate) fn mark_keys(&self, tenant: &TenantId, user: &UserId) -> Keys {
        mark_keys(tenant, &self.room.id, &self.room.kind, user)
    }
}

fn mark_keys(tenant: &TenantId, room: &RoomId, kind: &RoomKind, user: &UserId) -> Keys {
    match kind {
        RoomKind::Direct(_) => keys::participant(tenant, user, room),
        RoomKind::Community(_) => keys::room_read(tenant, room, user),
    }
}

/// An attribute of any shape.
pub(crate) fn value(
    of: &impl Serialize,
) -> Result<aws_sdk_dynamodb::types::AttributeValue, StoreError> {
    Ok(serde_dynamo::to_attribute_value(of)?)
}

impl Transaction {
    /// Makes the room of two people with the places of both, or finds it as it
    /// was when they were in contact before: three writes.
    pub fn open_direct_room(self, tenant: &TenantId, pair: &Pair, now: Timestamp) -> Self {
        let room = Room::new(tenant, RoomKind::Direct(pair.clone()), now);
        let mut transaction = self.make_absent(&keys::room(tenant, &room.id), &room);
        for user in pair.users() {
            let participant = Participant {
                room: room.id.clone(),
                other: pair.other(user).clone(),
                mark: ReadMark::default(),
                created_at: now,
            };
            let keys = keys::participant(tenant, user, &room.id);
            transaction = transaction.make_absent(&keys, &participant);
        }
        transaction
    }

    /// Makes the room of a community, or finds it: one write.
    pub fn open_community_room(
        self,
        tenant: &TenantId,
        community: &CommunityId,
        now: Timestamp,
    ) -> Self {
        let room = Room::new(tenant, RoomKind::Community(community.clone()), now);
        let keys = keys::room(tenant, &of_community(tenant, community));
        self.make_absent(&keys, &room)
    }

    /// Sets each attribute that the item does not have.
    fn make_absent(self, keys: &Keys, entity: &impl Serialize) -> Self {
        let item: Result<Item, _> = serde_dynamo::to_item(entity);
        let item = match item {
            Ok(item) => item,
            Err(error) => return self.fail(error.into()),
        };
        let terms: Vec<String> = item
            .keys()
            .map(|name| format!("#{name} = if_not_exists(#{name}, :{name})"))
            .collect();
        let change = item.into_iter().fold(
            Expression::new(format!("SET {}", terms.join(", "))),
            |change, (name, value)| change.value(&format!(":{name}"), value),
        );
        self.update(keys, change, None)
    }
}

impl Store {
    pub async fn room(&self, tenant: &TenantId, room: &RoomId) -> Result<Option<Room>, StoreError> {
        self.read(&keys::room(tenant, room)).await
    }

    /// Lets a caller into a room as things are at this moment: 404 for a room
    /// that is not theirs, the refusals of the ladder for a community's.
    pub async fn enter_room(&self, caller: &Caller, room: &RoomId) -> Result<Entered, Problem> {
        let mut entered = self.enter_room_with(caller, room, Vec::new()).await?;
        let tenant = &caller.tenant;
        let oldest = self.oldest_entry(tenant).await?;
        self.without_old(tenant, &mut entered.room, &mut entered.mark, oldest)
            .await?;
        Ok(entered)
    }

    /// The same, reading more along in the same call.
    pub(crate) async fn enter_room_with(
        &self,
        caller: &Caller,
        id: &RoomId,
        also: Vec<Keys>,
    ) -> Result<Entered, Problem> {
        let tenant = &caller.tenant;
        let kind = self.room_kind(tenant, id).await?;
        let kind = kind.ok_or_else(Problem::not_found)?;
        let room_keys = keys::room(tenant, id);
        let mark_keys = mark_keys(tenant, id, &kind, &caller.user);
        let mut wanted = vec![room_keys.clone(), mark_keys.clone()];
        wanted.extend(also);
        let standing = match &kind {
            RoomKind::Direct(pair) if !pair.has(&caller.user) => return Err(Problem::not_found()),
            RoomKind::Direct(pair) => {
                wanted.push(keys::contact(tenant, pair));
                None
            }
            RoomKind::Community(community) => {
                let standing = Wanted::new(tenant, &caller.user, community);
                wanted.extend(standing.keys());
                Some(standing)
            }
        };
        let found = self.batch_get_consistent(wanted).await?;
        let room: Option<Room> = parsed(find(&found, Some(&room_keys)))?;
        let mark: Option<ReadMark> = parsed(find(&found, Some(&mark_keys)))?;
        let side = match (&kind, standing) {
            (RoomKind::Direct(pair), _) => {
                let contact = parsed(find(&found, Some(&keys::contact(tenant, pair))))?;
                let [one, other] = pair.users();
                Side::Direct(contact.unwrap_or_else(|| Contact::strangers(one, other)))
            }
            (RoomKind::Community(_), Some(standing)) => {
                let access = standing.standpoint(&found)?.access(caller, self.now())?;
                access.require_live_chat()?;
                Side::Community(Box::new(access))
            }
            (RoomKind::Community(_), None) => return Err(Problem::not_found()),
        };
        Ok(Entered {
            room: room.ok_or_else(Problem::not_found)?,
            side,
            mark: mark.unwrap_or_default(),
            found,
        })
    }

    /// Whom a room is for; asked of the table once by each process.
    pub(crate) async fn room_kind(
        &self,
        tenant: &TenantId,
        room: &RoomId,
    ) -> Result<Option<RoomKind>, StoreError> {
        let keys = keys::room(tenant, room);
        if let Some(kind) = self.memory.kind(&keys) {
            return Ok(Some(kind));
        }
        let found = self.room(tenant, room).await?;
        if let Some(room) = &found {
            self.memory.keep_kind(&keys, &room.kind);
        }
        Ok(found.map(|room| room.kind))
    }

    /// A person's direct rooms with their place in each, the last active first.
    pub async fn rooms_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<(Room, Participant)>, StoreError> {
        let participants: Vec<Participant> = self
            .all(Range {
                consistent: true,
                ..Range::of(keys::participants(tenant, user))
            })
            .await?;
        let wanted = participants.iter().map(|own| keys::room(tenant, &own.room));
        let found = self.batch_get_consistent(wanted.collect()).await?;
        let rooms = found.into_iter().map(parse::<Room>);
        let rooms = rooms.map(|room| room.map(|room| (room.id.clone(), room)));
        let mut rooms = rooms.collect::<Result<HashMap<RoomId, Room>, _>>()?;
        let pairs = participants
            .into_iter()
            .filter_map(|own| Some((rooms.remove(&own.room)?, own)));
        let mut pairs: Vec<(Room, Participant)> = pairs.collect();
        let oldest = self.oldest_entry(tenant).await?;
        for (room, own) in &mut pairs {
            self.without_old(tenant, room, &mut own.mark, oldest)
                .await?;
        }
        pairs.sort_by(|(one, _), (other, _)| {
            let place = |room: &Room| (room.active_at(user), room.id.clone());
            place(other).cmp(&place(one))
        });
        Ok(pairs)
    }

    /// Notes that a caller has read a room up to a place. Tells so, if that is
    /// further than before.
    pub async fn mark_room_read(
        &self,
        caller: &Caller,
        room: &RoomId,
        seq: u64,
    ) -> Result<Option<Receipt>, Problem> {
        let tenant = &caller.tenant;
        let place = keys::room_entry(tenant, room, seq);
        let entered = self
            .enter_room_with(caller, room, vec![place.clone()])
            .await?;
        if seq == 0 || seq > entered.room.seq {
            let message = format!("The room has come to {} so far.", entered.room.seq);
            return Err(Problem::invalid("seq", "out_of_range", message));
        }
        if seq <= entered.mark.read_seq {
            return Ok(None);
        }
        let entry: Option<domain::chat::Entry> = entered.found(&place)?;
        let read_n = entry.ok_or_else(Problem::not_found)?.n;
        let receipt = Receipt {
            user: caller.user.clone(),
            seq,
            at: self.now(),
        };
        let change = marked(&receipt, read_n, tells(&entered, &caller.user))?;
        let further = Expression::new("attribute_not_exists(#read_seq) OR #read_seq < :read_seq");
        let keys = entered.mark_keys(tenant, &caller.user);
        let written = self.transaction().update(&keys, change, Some(further));
        match written.commit().await {
            Ok(()) => Ok(Some(receipt)),
            Err(Refused::Conditions(_)) => Ok(None),
            Err(Refused::Store(error)) => Err(error.into()),
        }
    }
}

/// Whether the other one is told how far somebody has read.
pub(crate) fn tells(entered: &Entered, user: &UserId) -> bool {
    match &entered.side {
        Side::Direct(contact) => !contact.blocks(user) && contact.blocked(user).is_none(),
        Side::Community(_) => true,
    }
}

/// Moves a read mark.
pub(crate) fn marked(
    receipt: &Receipt,
    read_n: u64,
    shown: bool,
) -> Result<Expression, StoreError> {
    let mut text = "SET #read_seq = :read_seq, #read_n = :read_n, #read_at = :at".to_owned();
    if shown {
        text.push_str(", #shown_seq = :read_seq, #shown_at = :at");
    }
    Ok(Expression::new(text)
        .value(":read_seq", n(receipt.seq))
        .value(":read_n", n(read_n))
        .value(":at", value(&receipt.at)?))
}
