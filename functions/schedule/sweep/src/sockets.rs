//! Sockets that have come to their end: by the clock, by a change in the
//! directory, or without a word.

use std::collections::{HashMap, HashSet};

use domain::directory::{Standing, User};
use domain::frames::Event;
use domain::ids::{TenantId, UserId};
use futures::{StreamExt, TryStreamExt};
use live::Post;
use store::StoreError;
use store::connections::Connection;
use store::room_pushes::Push;

use crate::Sweeper;
use crate::duties::Trouble;

/// Sockets that are closed and forgotten at once.
const PARALLEL: usize = 32;

impl Sweeper {
    /// Closes the sockets whose time, credential or standing has ended, and
    /// forgets those that vanished without a `$disconnect`.
    pub(crate) async fn close_connections(&self) -> Result<usize, Trouble> {
        let mut closed = 0;
        for tenant in self.store.tenants().await? {
            let listed = self.store.listed_connections(&tenant).await?;
            if !listed.is_empty() {
                closed += self.close_connections_of(&tenant, listed).await?;
            }
        }
        Ok(closed)
    }

    async fn close_connections_of(
        &self,
        tenant: &TenantId,
        listed: Vec<Connection>,
    ) -> Result<usize, Trouble> {
        let now = self.store.now();
        let owners = self.owners(tenant, &listed).await?;
        let known = self.store.tenant(tenant).await?;
        let shut = known.is_none_or(|tenant| tenant.status != Standing::Active);
        let (ended, open): (Vec<_>, Vec<_>) = listed.into_iter().partition(|connection| {
            shut || connection.has_ended(now) || !has_session(connection, &owners)
        });
        self.tell(&ended).await?;
        self.end_seats(tenant, &open).await?;
        let settled = open.iter().filter(|connection| connection.is_settled(now));
        let asked = settled.map(|connection| connection.connection.clone());
        let vanished = self.live.vanished(asked.collect()).await;
        let vanished = open
            .into_iter()
            .filter(|connection| vanished.contains(&connection.connection));
        let ended = ended.into_iter().map(|connection| (connection, true));
        let over = ended.chain(vanished.map(|connection| (connection, false)));
        let over: Vec<(Connection, bool)> = over.collect();
        let each = over.into_iter().map(|(connection, close)| async move {
            if close && !self.live.close(&connection.connection).await {
                // Still open: the next run closes it.
                return Ok(None);
            }
            let removed = self.store.remove_connection(tenant, &connection).await;
            removed.map(|()| Some(connection.user))
        });
        let each = futures::stream::iter(each).buffer_unordered(PARALLEL);
        let closed: Vec<Option<UserId>> = each.try_collect::<Vec<_>>().await?;
        let closed: Vec<UserId> = closed.into_iter().flatten().collect();
        let people: HashSet<&UserId> = closed.iter().collect();
        for user in people {
            let watching = self.store.pushes_of_presence(tenant, user).await?;
            self.live
                .push_frames(watching.iter().map(Push::parts))
                .await?;
        }
        Ok(closed.len())
    }

    /// Ends the part of sockets in rooms of communities to which their people
    /// no longer belong, and tells them.
    async fn end_seats(&self, tenant: &TenantId, open: &[Connection]) -> Result<(), Trouble> {
        for (socket, room) in self.store.ended_seats(tenant, open).await? {
            let (user, id) = (&socket.user, &socket.connection);
            let at = socket.connected_at;
            self.store.leave_seat(tenant, user, id, at, &room).await?;
            let left = Event::RoomLeft { id: None, room };
            self.live
                .push_frames([(std::iter::once(id), &left)])
                .await?;
        }
        Ok(())
    }

    /// The people behind sockets; services are not in the directory.
    async fn owners(
        &self,
        tenant: &TenantId,
        listed: &[Connection],
    ) -> Result<HashMap<UserId, User>, StoreError> {
        let people = listed.iter().filter(|connection| !connection.service);
        let people: Vec<UserId> = people.map(|connection| connection.user.clone()).collect();
        let found = self.store.users(tenant, &people).await?;
        Ok(found
            .into_iter()
            .map(|user| (user.id.clone(), user))
            .collect())
    }

    /// The last frame of sockets that end before their client expects it.
    async fn tell(&self, ended: &[Connection]) -> Result<(), Trouble> {
        let frame = Event::AuthExpired {
            at: self.store.now(),
        };
        let sockets = ended.iter().map(|connection| &connection.connection);
        self.live.push(Post::to_all(sockets, &frame)?).await;
        Ok(())
    }
}

/// Whether the person still takes part as they did when the socket was opened.
fn has_session(connection: &Connection, owners: &HashMap<UserId, User>) -> bool {
    if connection.service {
        return true;
    }
    owners.get(&connection.user).is_some_and(|owner| {
        owner.status == Standing::Active && connection.connected_at / 1_000 >= owner.session_epoch
    })
}
