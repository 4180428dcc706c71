//! Open sockets: a row in the tenant's list, which is what pushing reads, and a
//! row under the connection's own id, which is what opening and closing decide on.

use domain::Timestamp;
use domain::ids::{ConnectionId, TenantId, UserId};
use domain::time::plus_seconds;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::presence::LastSeen;
use crate::room_sockets::Seat;
use crate::table::{Range, n};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Store, keys};

/// Sockets that one person may have open; the oldest makes room.
pub const PER_PERSON: usize = 5;
/// API Gateway ends every socket after two hours; five minutes for its word of it.
const LONGEST: i64 = 2 * 3_600 + 300;
/// After its credential has ended a socket is pushed to for this long.
const GRACE: i64 = 30;
/// Longest time between the storing of a socket and its opening.
const HANDSHAKE_MS: i64 = 5_000;
/// A `$disconnect` that came first is remembered for this long.
const TOMBSTONE: i64 = 300;
/// Attempts at the end of a socket that moves between rooms meanwhile.
const ATTEMPTS: u32 = 5;

/// One open socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub connection: ConnectionId,
    pub user: UserId,
    /// Epoch milliseconds, as API Gateway tells it: the same in every event of
    /// the connection.
    pub connected_at: i64,
    /// Epoch second at which the credential ends.
    pub auth_expires: i64,
    pub ttl: i64,
    /// A service's, which is not in the directory.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub service: bool,
    /// The rooms in which it takes part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<Seat>,
    /// How often these have changed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub moves: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_zero(moves: &u64) -> bool {
    *moves == 0
}

impl Connection {
    pub fn new(
        connection: ConnectionId,
        user: UserId,
        connected_at: i64,
        auth_expires: i64,
    ) -> Self {
        let ttl = connected_at / 1_000 + LONGEST;
        Self {
            connection,
            user,
            connected_at,
            auth_expires,
            ttl,
            service: false,
            rooms: Vec::new(),
            moves: 0,
        }
    }

    /// The condition that a row is still that of this socket, in the same rooms.
    pub(crate) fn is_unmoved(&self) -> Expression {
        let condition = "#connected_at = :seen AND ".to_owned();
        let condition = if self.moves == 0 {
            condition + "attribute_not_exists(#moves)"
        } else {
            condition + "#moves = :moved"
        };
        let condition = Expression::new(condition).value(":seen", n(self.connected_at));
        if self.moves == 0 {
            return condition;
        }
        condition.value(":moved", n(self.moves))
    }

    /// Whether its handshake is surely over: until then posts to it are told
    /// that it is gone, although it is about to open.
    pub fn is_settled(&self, now: Timestamp) -> bool {
        now.as_millisecond() - self.connected_at > HANDSHAKE_MS
    }

    /// Whether its time or its credential has ended.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        !self.is_open(now) || self.auth_expires <= now.as_second()
    }

    /// Whether frames may still be pushed to it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let now = now.as_second();
        now < self.ttl && now <= self.auth_expires.saturating_add(GRACE)
    }
}

/// What is known about a connection id.
#[derive(Debug, Serialize, Deserialize)]
struct Owner {
    connected_at: i64,
    ttl: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<TenantId>,
    /// Absent on the tombstone of a connection that closed before it was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
}

/// How the opening of a socket went.
#[derive(Debug)]
pub enum Opened {
    /// It is open; these older ones of the same person are too many.
    Open(Vec<Connection>),
    /// It had closed before it was stored.
    AlreadyClosed,
}

/// The condition that a row is of the same socket, or already gone.
fn same(seen: &Connection) -> Expression {
    Expression::new("attribute_not_exists(#pk) OR #connected_at = :seen")
        .value(":seen", n(seen.connected_at))
}

impl Store {
    /// Stores a socket that was opened.
    pub async fn open_connection(
        &self,
        tenant: &TenantId,
        connection: &Connection,
    ) -> Result<Opened, StoreError> {
        let owner = Owner {
            connected_at: connection.connected_at,
            ttl: connection.ttl,
            tenant: Some(tenant.clone()),
            user: Some(connection.user.clone()),
        };
        let newer = Expression::new("attribute_not_exists(#pk) OR #connected_at < :at")
            .value(":at", n(connection.connected_at));
        let row = keys::connection(tenant, &connection.user, &connection.connection);
        let owner = crate::table::item(&keys::connection_owner(&connection.connection), &owner)?;
        let stored = self
            .transaction()
            .put(owner, Some(newer))
            .set(&row, connection)
            .commit()
            .await;
        match stored {
            Ok(()) => {}
            Err(Refused::Conditions(_)) => return Ok(Opened::AlreadyClosed),
            Err(Refused::Store(error)) => return Err(error),
        }
        let mut all = self.connections_of(tenant, &connection.user).await?;
        all.sort_by_key(|open| std::cmp::Reverse((open.connected_at, open.connection.clone())));
        let surplus = all.split_off(PER_PERSON.min(all.len()));
        Ok(Opened::Open(surplus))
    }

    /// Forgets a socket that was closed. `connected_at` is that of the closing
    /// event, so that a late event never ends a newer socket; without one (0)
    /// the id alone decides. Tells whose it was, if it was still there.
    pub async fn close_connection(
        &self,
        connection: &ConnectionId,
        connected_at: i64,
    ) -> Result<Option<(TenantId, UserId)>, StoreError> {
        let keys = keys::connection_owner(connection);
        let owner: Option<Owner> = self.read(&keys).await?;
        match owner {
            Some(Owner {
                connected_at: stored,
                tenant: Some(tenant),
                user: Some(user),
                ..
            }) if connected_at == 0 || connected_at == stored => {
                let row = Connection::new(connection.clone(), user.clone(), stored, 0);
                self.remove_connection(&tenant, &row).await?;
                Ok(Some((tenant, user)))
            }
            Some(_) => Ok(None),
            None => self.bury(connection, connected_at).await,
        }
    }

    /// Forgets a socket and its part in all rooms, if it is still the one that
    /// was seen.
    pub async fn remove_connection(
        &self,
        tenant: &TenantId,
        seen: &Connection,
    ) -> Result<(), StoreError> {
        let row = keys::connection(tenant, &seen.user, &seen.connection);
        let mut known = seen.clone();
        for _ in 0..ATTEMPTS {
            match self.removal(tenant, &known).commit().await {
                Ok(()) => return Ok(()),
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
            // It has moved between rooms, or it is another one, or it is gone.
            match self.read::<Connection>(&row).await? {
                Some(now) if now.connected_at == seen.connected_at => known = now,
                _ => return self.disown(seen).await,
            }
        }
        Err(StoreError::Unavailable(
            "rooms of a socket kept changing".to_owned(),
        ))
    }

    fn removal(&self, tenant: &TenantId, seen: &Connection) -> Transaction {
        let last = LastSeen {
            user: seen.user.clone(),
            at: self.now(),
        };
        let row = keys::connection(tenant, &seen.user, &seen.connection);
        let removal = self
            .transaction()
            .delete(&keys::connection_owner(&seen.connection), Some(same(seen)))
            .delete(&row, Some(seen.is_unmoved()))
            .set(&keys::last_seen(tenant, &seen.user), &last);
        seen.rooms.iter().fold(removal, |removal, seat| {
            removal.delete(&seat.keys(tenant, seen), None)
        })
    }

    /// Forgets whose a socket was that is listed no more.
    async fn disown(&self, seen: &Connection) -> Result<(), StoreError> {
        let owner = keys::connection_owner(&seen.connection);
        let disowned = self.transaction().delete(&owner, Some(same(seen)));
        match disowned.commit().await {
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Remembers that a connection closed before it was stored. If it has been
    /// stored just now, it is removed after all.
    async fn bury(
        &self,
        connection: &ConnectionId,
        connected_at: i64,
    ) -> Result<Option<(TenantId, UserId)>, StoreError> {
        let now = self.now();
        let at = if connected_at == 0 {
            now.as_millisecond()
        } else {
            connected_at
        };
        let tombstone = Owner {
            connected_at: at,
            ttl: plus_seconds(now, TOMBSTONE).as_second(),
            tenant: None,
            user: None,
        };
        let keys = keys::connection_owner(connection);
        match self.transaction().create(&keys, &tombstone).commit().await {
            Ok(()) => Ok(None),
            Err(Refused::Conditions(_)) => {
                Box::pin(self.close_connection(connection, connected_at)).await
            }
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// All rows of a tenant's open sockets, stale ones included.
    async fn stored_connections(
        &self,
        tenant: &TenantId,
        user: Option<&UserId>,
    ) -> Result<Vec<Connection>, StoreError> {
        self.all(Range {
            prefix: user.map(|user| format!("{user}#")),
            consistent: user.is_some(),
            ..Range::of(keys::connections(tenant))
        })
        .await
    }

    /// Everybody's sockets that may be pushed to.
    pub async fn open_connections(&self, tenant: &TenantId) -> Result<Vec<Connection>, StoreError> {
        let now = self.now();
        let mut all = self.stored_connections(tenant, None).await?;
        all.retain(|connection| connection.is_open(now));
        Ok(all)
    }

    /// One person's sockets that may be pushed to.
    pub async fn connections_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<Connection>, StoreError> {
        let now = self.now();
        let mut all = self.stored_connections(tenant, Some(user)).await?;
        all.retain(|connection| connection.is_open(now));
        Ok(all)
    }

    /// The sockets of some people: one query for one person, else one walk over
    /// the tenant's open sockets, of which there are far fewer than people.
    pub async fn connections_of_users(
        &self,
        tenant: &TenantId,
        users: &[UserId],
    ) -> Result<Vec<Connection>, StoreError> {
        match users {
            [] => Ok(Vec::new()),
            [one] => self.connections_of(tenant, one).await,
            many => {
                let wanted: std::collections::HashSet<&UserId> = many.iter().collect();
                let mut all = self.open_connections(tenant).await?;
                all.retain(|connection| wanted.contains(&connection.user));
                Ok(all)
            }
        }
    }

    /// Every row of a tenant, for the sweeper to judge.
    pub async fn listed_connections(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<Connection>, StoreError> {
        self.stored_connections(tenant, None).await
    }
}
