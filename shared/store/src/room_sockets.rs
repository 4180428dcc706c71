//! Sockets that take part in rooms. A socket's own row lists its rooms, so that
//! whatever ends the socket ends its part in all of them in one transaction.

use std::collections::HashSet;
use std::sync::Arc;

use domain::chat::RoomKind;
use domain::community::Community;
use domain::ids::{CommunityId, ConnectionId, RoomId, TenantId, UserId};
use domain::{Caller, Code, Problem};
use serde::{Deserialize, Serialize};

use crate::connections::Connection;
use crate::error::StoreError;
use crate::rooms::{Entered, Side, value};
use crate::table::{Keys, Range, n};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Store, keys};

/// Rooms in which one socket takes part; the one it has been in longest goes.
pub const ROOMS_PER_SOCKET: usize = 20;
const ATTEMPTS: u32 = 5;

/// A socket's part in a room, as its own row lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub room: RoomId,
    /// In a direct room, the other one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<UserId>,
    /// There by office, not by enrolment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub office: bool,
}

/// A socket's part in a room, as the room lists it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Subscription {
    #[serde(flatten)]
    pub seat: Seat,
    pub connection: ConnectionId,
    pub user: UserId,
    pub connected_at: i64,
    pub auth_expires: i64,
    pub ttl: i64,
}

impl Subscription {
    fn new(seat: Seat, of: &Connection) -> Self {
        Self {
            seat,
            connection: of.connection.clone(),
            user: of.user.clone(),
            connected_at: of.connected_at,
            auth_expires: of.auth_expires,
            ttl: of.ttl,
        }
    }

    /// The socket, without what else it takes part in.
    pub fn socket(&self) -> Connection {
        let (id, user) = (self.connection.clone(), self.user.clone());
        Connection::new(id, user, self.connected_at, self.auth_expires)
    }
}

impl Seat {
    pub(crate) fn keys(&self, tenant: &TenantId, of: &Connection) -> Keys {
        let list = match &self.other {
            Some(other) => keys::watchers(tenant, other),
            None => keys::room_sockets(tenant, &self.room),
        };
        Keys::new(list, keys::socket_place(&of.user, &of.connection))
    }
}

impl Entered {
    /// The caller's place in the room.
    fn seat(&self, caller: &Caller) -> Seat {
        Seat {
            room: self.room.id.clone(),
            other: self.other(&caller.user).cloned(),
            office: matches!(&self.side, Side::Community(access) if access.member.is_none() || caller.is_staff()),
        }
    }
}

impl Store {
    /// Lets a socket take part in a room from now on.
    pub async fn take_seat(
        &self,
        caller: &Caller,
        entered: &Entered,
        socket: &ConnectionId,
        connected_at: i64,
    ) -> Result<(), Problem> {
        let seat = entered.seat(caller);
        let changed = self.change_seats(
            &caller.tenant,
            &caller.user,
            socket,
            connected_at,
            |seats| {
                let mut seats: Vec<Seat> = seats;
                seats.retain(|taken| taken.room != seat.room);
                seats.push(seat.clone());
                let surplus = seats.len().saturating_sub(ROOMS_PER_SOCKET);
                seats.split_off(surplus)
            },
        );
        if changed.await? {
            Ok(())
        } else {
            Err(Problem::new(Code::Gone).detail("This socket has been closed."))
        }
    }

    /// Ends a socket's part in a room.
    pub async fn leave_seat(
        &self,
        tenant: &TenantId,
        user: &UserId,
        socket: &ConnectionId,
        connected_at: i64,
        room: &RoomId,
    ) -> Result<(), StoreError> {
        let changed = self.change_seats(tenant, user, socket, connected_at, |mut seats| {
            seats.retain(|taken| &taken.room != room);
            seats
        });
        changed.await.map(drop)
    }

    /// Changes the rooms of a socket; false if there is no such socket.
    async fn change_seats(
        &self,
        tenant: &TenantId,
        user: &UserId,
        socket: &ConnectionId,
        connected_at: i64,
        change: impl Fn(Vec<Seat>) -> Vec<Seat>,
    ) -> Result<bool, StoreError> {
        let row = keys::connection(tenant, user, socket);
        for _ in 0..ATTEMPTS {
            let Some(seen) = self.read::<Connection>(&row).await? else {
                return Ok(false);
            };
            if connected_at != 0 && seen.connected_at != connected_at {
                return Ok(false);
            }
            let after = change(seen.rooms.clone());
            if after == seen.rooms {
                return Ok(true);
            }
            let transaction = self.seated(tenant, &seen, &after)?;
            match transaction.commit().await {
                Ok(()) => return Ok(true),
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Unavailable(
            "rooms of a socket kept changing".to_owned(),
        ))
    }

    fn seated(
        &self,
        tenant: &TenantId,
        seen: &Connection,
        after: &[Seat],
    ) -> Result<Transaction, StoreError> {
        let change = Expression::new("SET #rooms = :rooms, #moves = :moves")
            .value(":rooms", value(&after)?)
            .value(":moves", n(seen.moves + 1));
        let row = keys::connection(tenant, &seen.user, &seen.connection);
        let mut transaction = self
            .transaction()
            .update(&row, change, Some(seen.is_unmoved()));
        for seat in after.iter().filter(|seat| !seen.rooms.contains(seat)) {
            let subscription = Subscription::new(seat.clone(), seen);
            transaction = transaction.set(&seat.keys(tenant, seen), &subscription);
        }
        let kept: HashSet<Keys> = after.iter().map(|seat| seat.keys(tenant, seen)).collect();
        for seat in &seen.rooms {
            let keys = seat.keys(tenant, seen);
            if !kept.contains(&keys) {
                transaction = transaction.delete(&keys, None);
            }
        }
        Ok(transaction)
    }

    /// The sockets in a community's room that may be pushed to: those of people
    /// whose enrolment and membership hold, and of staff.
    pub async fn sockets_in_room(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        community: &CommunityId,
    ) -> Result<Vec<Subscription>, StoreError> {
        let sockets = self.all::<Subscription>(Range {
            consistent: true,
            ..Range::of(keys::room_sockets(tenant, room))
        });
        let (mut sockets, mut roll) = tokio::try_join!(sockets, self.roll_of(tenant, community))?;
        let now = self.now();
        sockets.retain(|socket| socket.socket().is_open(now));
        let belongs = |socket: &Subscription, roll: &HashSet<UserId>| {
            socket.seat.office || roll.contains(&socket.user)
        };
        // Whoever is not on a remembered roll may have joined since.
        if !sockets.iter().all(|socket| belongs(socket, &roll)) {
            roll = self.read_roll(tenant, community).await?;
        }
        sockets.retain(|socket| belongs(socket, &roll));
        Ok(sockets)
    }

    /// Everybody who is enrolled in the course of a community and a member of
    /// it, as it was half a minute ago at most.
    async fn roll_of(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
    ) -> Result<Arc<HashSet<UserId>>, StoreError> {
        let name = keys::community_members(tenant, community);
        match self.memory.roll(&name, self.now()) {
            Some(roll) => Ok(roll),
            None => self.read_roll(tenant, community).await,
        }
    }

    async fn read_roll(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
    ) -> Result<Arc<HashSet<UserId>>, StoreError> {
        let now = self.now();
        let (enrolled, members) = tokio::try_join!(
            self.enrolled(tenant, community),
            self.member_ids(tenant, community)
        )?;
        let roll = Arc::new(enrolled.intersection(&members).cloned().collect());
        let name = keys::community_members(tenant, community);
        self.memory.keep_roll(name, &roll, now);
        Ok(roll)
    }

    async fn enrolled(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
    ) -> Result<HashSet<UserId>, StoreError> {
        let Some(group) = Community::group_of(community) else {
            return Ok(HashSet::new());
        };
        let found = self.group(tenant, &group).await?;
        if found.is_none_or(|group| group.status != domain::directory::Standing::Active) {
            return Ok(HashSet::new());
        }
        let now = self.now().as_second();
        let mut enrolled = HashSet::new();
        for shard in 0..self.audience_shards(tenant).await? {
            let range = Range::of(keys::audience_group(tenant, &group, shard));
            let members = self.all::<crate::audience::Member>(range).await?;
            let counting = members.into_iter().filter(|member| member.counts(now));
            enrolled.extend(counting.map(|member| member.user));
        }
        Ok(enrolled)
    }

    async fn member_ids(
        &self,
        tenant: &TenantId,
        community: &CommunityId,
    ) -> Result<HashSet<UserId>, StoreError> {
        let members = self.all::<domain::community::Member>(Range {
            prefix: Some(keys::MEMBER.to_owned()),
            ..Range::of(keys::community_members(tenant, community))
        });
        Ok(members
            .await?
            .into_iter()
            .map(|member| member.user)
            .collect())
    }

    /// Of the seats of some sockets in communities, those whose right has ended.
    pub async fn ended_seats(
        &self,
        tenant: &TenantId,
        sockets: &[Connection],
    ) -> Result<Vec<(Connection, RoomId)>, StoreError> {
        let mut ended = Vec::new();
        for socket in sockets {
            let seats = socket.rooms.iter();
            for seat in seats.filter(|seat| seat.other.is_none() && !seat.office) {
                let Some(RoomKind::Community(community)) =
                    self.room_kind(tenant, &seat.room).await?
                else {
                    continue;
                };
                let open = self.community(tenant, &community).await?;
                let open = open.is_some_and(|found| !found.closing && found.settings.live_chat);
                let remembered = self.roll_of(tenant, &community).await?;
                let belongs = remembered.contains(&socket.user)
                    || (self.read_roll(tenant, &community).await?).contains(&socket.user);
                if !open || !belongs {
                    ended.push((socket.clone(), seat.room.clone()));
                }
            }
        }
        Ok(ended)
    }
}
