//! Whom a change in a room is pushed to, and as what. The sockets that write
//! and the queue that tells for REST both come here.

use std::collections::HashMap;

use domain::Caller;
use domain::chat::contact::Contact;
use domain::chat::{Entry, Presence, Receipt, RoomKind};
use domain::frames::Event;
use domain::ids::{CommunityId, ConnectionId, RoomId, TenantId, UserId};
use futures::StreamExt;

use crate::connections::Connection;
use crate::error::StoreError;
use crate::presence::shown;
use crate::room_sockets::Subscription;
use crate::rooms::{Entered, Side, tells};
use crate::table::Range;
use crate::{Store, keys};

/// Sockets in a room up to which those in it see who comes, goes and writes:
/// beyond that, a thousand people would be told a thousand times.
pub const INTIMATE: usize = 100;
/// Sockets that are forgotten at once.
const AT_ONCE: usize = 16;

/// A frame for some sockets.
#[derive(Debug, Clone)]
pub struct Push {
    pub to: Vec<Connection>,
    pub frame: Event,
}

impl Push {
    fn new(to: Vec<Connection>, frame: Option<Event>) -> Option<Self> {
        let frame = frame.filter(|_| !to.is_empty())?;
        Some(Self { to, frame })
    }

    /// Its sockets, and what they get.
    pub fn parts(&self) -> (impl Iterator<Item = &ConnectionId>, &Event) {
        let sockets = self.to.iter().map(|socket| &socket.connection);
        (sockets, &self.frame)
    }
}

impl Store {
    /// Forgets sockets that a push found gone, and tells whose they were.
    pub async fn forget_gone(
        &self,
        tenant: &TenantId,
        pushes: &[Push],
        gone: &[ConnectionId],
    ) -> Vec<UserId> {
        let now = self.now();
        let sockets = pushes.iter().flat_map(|push| &push.to);
        // A socket whose handshake is not over is told to be gone as well.
        let sockets = sockets.filter(|one| gone.contains(&one.connection) && one.is_settled(now));
        let sockets: Vec<Connection> = sockets.cloned().collect();
        let each = sockets.into_iter().map(|socket| async move {
            let removed = self.remove_connection(tenant, &socket).await;
            if let Err(error) = &removed {
                tracing::warn!(%tenant, %error, "a socket that is gone stays listed");
            }
            removed.is_ok().then_some(socket.user)
        });
        let each = futures::stream::iter(each).buffer_unordered(AT_ONCE);
        let mut users: Vec<UserId> = each.filter_map(std::future::ready).collect().await;
        users.sort();
        users.dedup();
        users
    }

    /// A message, an edit or a deletion: for all sockets of the two people of a
    /// direct room, and for those that are in a community's room.
    pub async fn pushes_of_entry(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        (entry, target): (&Entry, &Entry),
        except: Option<&ConnectionId>,
    ) -> Result<Vec<Push>, StoreError> {
        let frame =
            |reader: &UserId| Event::of_item(None, room, &entry.item_for(room, target, reader));
        let wanted = |socket: &Connection| Some(&socket.connection) != except;
        let pushes = match self.room_kind(tenant, room).await? {
            None => Vec::new(),
            Some(RoomKind::Direct(pair)) => {
                let [one, other] = pair.users();
                let (ones, others) = tokio::try_join!(
                    self.connections_of(tenant, one),
                    self.connections_of(tenant, other)
                )?;
                let both = [(one, ones), (other, others)];
                let each = both.into_iter().map(|(user, mut sockets)| {
                    sockets.retain(wanted);
                    Push::new(sockets, frame(user))
                });
                each.collect()
            }
            Some(RoomKind::Community(community)) => {
                let sockets = self.sockets_in_room(tenant, room, &community).await?;
                let sockets = sockets.iter().map(Subscription::socket).filter(wanted);
                let (own, others): (Vec<_>, Vec<_>) =
                    sockets.partition(|socket| socket.user == target.author);
                let stranger = others.first().map(|socket| socket.user.clone());
                let theirs = stranger.and_then(|user| frame(&user));
                vec![
                    Push::new(own, frame(&target.author)),
                    Push::new(others, theirs),
                ]
            }
        };
        Ok(pushes.into_iter().flatten().collect())
    }

    /// A receipt: for both people of a direct room unless one has blocked the
    /// other; in a community for whoever wrote what was read.
    pub async fn pushes_of_read(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        receipt: &Receipt,
    ) -> Result<Vec<Push>, StoreError> {
        let frame = Event::MessageRead {
            id: None,
            room: room.clone(),
            receipt: receipt.clone(),
        };
        let sockets = match self.room_kind(tenant, room).await? {
            None => Vec::new(),
            Some(RoomKind::Direct(pair)) => {
                let other = pair.other(&receipt.user);
                let contact = self.contact(tenant, &receipt.user, other).await?;
                let mut sockets = self.connections_of(tenant, &receipt.user).await?;
                if contact.blocks.is_empty() {
                    sockets.extend(self.connections_of(tenant, other).await?);
                }
                sockets
            }
            Some(RoomKind::Community(community)) => {
                let Some((_, target)) = self.room_entry(tenant, room, receipt.seq).await? else {
                    return Ok(Vec::new());
                };
                let sockets = self.sockets_in_room(tenant, room, &community).await?;
                let sockets = sockets.iter().map(Subscription::socket);
                sockets
                    .filter(|socket| socket.user == target.author || socket.user == receipt.user)
                    .collect()
            }
        };
        Ok(Push::new(sockets, Some(frame)).into_iter().collect())
    }

    /// That somebody is writing: for those who look at the room.
    pub async fn pushes_of_typing(
        &self,
        caller: &Caller,
        entered: &Entered,
        typing: bool,
    ) -> Result<Vec<Push>, StoreError> {
        let frame = Event::Typing {
            room: entered.room.id.clone(),
            user: caller.user.clone(),
            typing,
        };
        let sockets = self.company(caller, entered).await?;
        Ok(Push::new(sockets, Some(frame)).into_iter().collect())
    }

    /// The others who look at a room and may know that the caller does.
    async fn company(
        &self,
        caller: &Caller,
        entered: &Entered,
    ) -> Result<Vec<Connection>, StoreError> {
        let (tenant, me) = (&caller.tenant, &caller.user);
        if !tells(entered, me) || entered.reach(me).is_err() {
            return Ok(Vec::new());
        }
        match (&entered.side, &entered.room.kind) {
            (Side::Community(_), RoomKind::Community(community)) => {
                self.company_in(tenant, &entered.room.id, community, me)
                    .await
            }
            _ => {
                let watchers = self.watchers(tenant, me, entered.other(me)).await?;
                Ok(watchers.iter().map(Subscription::socket).collect())
            }
        }
    }

    async fn company_in(
        &self,
        tenant: &TenantId,
        room: &RoomId,
        community: &CommunityId,
        me: &UserId,
    ) -> Result<Vec<Connection>, StoreError> {
        let sockets = self.sockets_in_room(tenant, room, community).await?;
        if sockets.len() > INTIMATE {
            return Ok(Vec::new());
        }
        let others = sockets.iter().filter(|socket| &socket.user != me);
        Ok(others.map(Subscription::socket).collect())
    }

    /// The sockets on which others, or one other, look at their room with somebody.
    async fn watchers(
        &self,
        tenant: &TenantId,
        watched: &UserId,
        by: Option<&UserId>,
    ) -> Result<Vec<Subscription>, StoreError> {
        let now = self.now();
        let mut sockets = self
            .all::<Subscription>(Range {
                prefix: by.map(|user| format!("{user}#")),
                consistent: true,
                ..Range::of(keys::watchers(tenant, watched))
            })
            .await?;
        sockets.retain(|socket| socket.socket().is_open(now));
        Ok(sockets)
    }

    /// That somebody has come or gone: for those who look at their room with
    /// them, unless there is a block between the two.
    pub async fn pushes_of_presence(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<Push>, StoreError> {
        let watchers = self.watchers(tenant, user, None).await?;
        if watchers.is_empty() || !self.chat_settings(tenant).await?.presence {
            return Ok(Vec::new());
        }
        let mut people: Vec<UserId> = watchers.iter().map(|one| one.user.clone()).collect();
        people.dedup();
        let (contacts, presence) = tokio::try_join!(
            self.contacts_of(tenant, user, &people),
            self.presence(tenant, std::slice::from_ref(user)),
        )?;
        let sockets = watchers.iter().filter(|one| told(&contacts, &one.user));
        let sockets: Vec<Connection> = sockets.map(Subscription::socket).collect();
        Ok(Push::new(
            sockets,
            Some(Event::Presence {
                id: None,
                users: presence,
            }),
        )
        .into_iter()
        .collect())
    }

    /// That somebody has come into a community's room or gone from it.
    pub async fn pushes_of_arrival(
        &self,
        caller: &Caller,
        entered: &Entered,
    ) -> Result<Vec<Push>, StoreError> {
        let RoomKind::Community(_) = &entered.room.kind else {
            return Ok(Vec::new());
        };
        let sockets = self.company(caller, entered).await?;
        let here = Presence {
            online: true,
            ..Presence::unknown(caller.user.clone())
        };
        let frame = Event::Presence {
            id: None,
            users: vec![here],
        };
        Ok(Push::new(sockets, Some(frame)).into_iter().collect())
    }
}

/// Whether somebody is told who comes and goes: only where nothing would be
/// hidden from them.
fn told(contacts: &HashMap<UserId, Contact>, watcher: &UserId) -> bool {
    contacts.get(watcher).is_some_and(|contact| {
        let there = Presence {
            online: true,
            ..Presence::unknown(contact.pair.other(watcher).clone())
        };
        shown(there, contact, watcher).online
    })
}
