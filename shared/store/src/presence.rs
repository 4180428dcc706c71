//! Who is there: whoever has a socket open.

use std::collections::{HashMap, HashSet};

use domain::Caller;
use domain::Timestamp;
use domain::chat::contact::{Bond, Contact};
use domain::chat::{Presence, ReadMark, RoomKind, RoomMember};
use domain::ids::{RoomId, TenantId, UserId};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::rooms::{Entered, Side};
use crate::table::{Item, Keys, parse};
use crate::{Store, keys};

/// People whose sockets are asked for one by one; for more, one walk over all
/// open sockets of the tenant costs less.
const ONE_BY_ONE: usize = 16;
/// People of a community's room that a list of participants names.
const NAMED: usize = 100;

/// When somebody's last socket ended.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LastSeen {
    pub user: UserId,
    pub at: Timestamp,
}

impl Store {
    /// Whether people are there, whoever asks.
    pub async fn presence(
        &self,
        tenant: &TenantId,
        users: &[UserId],
    ) -> Result<Vec<Presence>, StoreError> {
        let wanted: HashSet<&UserId> = users.iter().collect();
        let seen = wanted.iter().map(|user| keys::last_seen(tenant, user));
        let (online, seen) =
            tokio::try_join!(self.online(tenant, users), self.batch_get(seen.collect()))?;
        let mut last: HashMap<UserId, Timestamp> = HashMap::new();
        for item in seen {
            let seen: LastSeen = parse(item)?;
            last.insert(seen.user, seen.at);
        }
        let each = users.iter().map(|user| Presence {
            user: user.clone(),
            online: online.contains(user),
            last_seen: last.get(user).copied(),
        });
        Ok(each.collect())
    }

    async fn online(
        &self,
        tenant: &TenantId,
        users: &[UserId],
    ) -> Result<HashSet<UserId>, StoreError> {
        if users.len() > ONE_BY_ONE {
            let open = self.open_connections(tenant).await?;
            return Ok(open.into_iter().map(|socket| socket.user).collect());
        }
        let asked = users.iter().map(|user| self.connections_of(tenant, user));
        let found = try_join_all(asked).await?;
        let there = users.iter().zip(found).filter(|(_, open)| !open.is_empty());
        Ok(there.map(|(user, _)| user.clone()).collect())
    }

    /// Whether people are there, as a caller may know it: of those with whom
    /// they are in contact. A block shows nothing, and looks like an absence.
    pub async fn presence_for(
        &self,
        caller: &Caller,
        users: &[UserId],
    ) -> Result<Vec<Presence>, StoreError> {
        let (tenant, me) = (&caller.tenant, &caller.user);
        let (settings, contacts, presence) = tokio::try_join!(
            self.chat_settings(tenant),
            self.contacts_of(tenant, me, users),
            self.presence(tenant, users),
        )?;
        let each = presence.into_iter().map(|presence| {
            let contact = contacts.get(&presence.user);
            match contact.filter(|_| settings.presence) {
                Some(contact) => shown(presence, contact, me),
                None => Presence::unknown(presence.user),
            }
        });
        Ok(each.collect())
    }

    /// The other people of direct rooms, in their order.
    pub async fn members_of_rooms(
        &self,
        caller: &Caller,
        rooms: &[(RoomId, UserId)],
    ) -> Result<Vec<RoomMember>, StoreError> {
        let people: Vec<UserId> = rooms.iter().map(|(_, other)| other.clone()).collect();
        let wanted = rooms
            .iter()
            .map(|(room, other)| keys::participant(&caller.tenant, other, room));
        let wanted: Vec<Keys> = wanted.collect();
        let (people, found) = tokio::try_join!(
            self.presence_for(caller, &people),
            self.batch_get_consistent(wanted.clone()),
        )?;
        let members = people.into_iter().zip(wanted);
        members
            .map(|(presence, keys)| member(presence, &found, &keys))
            .collect()
    }

    /// Who else is in a room: the other one, or those who are looking at a
    /// community's room.
    pub async fn room_members(
        &self,
        caller: &Caller,
        entered: &Entered,
    ) -> Result<Vec<RoomMember>, StoreError> {
        let tenant = &caller.tenant;
        let (room, kind) = (&entered.room.id, &entered.room.kind);
        let people = match (&entered.side, kind) {
            (Side::Community(_), RoomKind::Community(community)) => {
                let sockets = self.sockets_in_room(tenant, room, community).await?;
                let mut users: Vec<UserId> = sockets.into_iter().map(|one| one.user).collect();
                users.dedup();
                users.retain(|user| user != &caller.user);
                users.truncate(NAMED);
                let there = users.into_iter().map(|user| Presence {
                    online: true,
                    ..Presence::unknown(user)
                });
                there.collect()
            }
            _ => {
                let other = entered.other(&caller.user).cloned();
                self.presence_for(caller, other.as_slice()).await?
            }
        };
        let wanted = people
            .iter()
            .map(|one| entered.mark_keys(tenant, &one.user));
        let wanted: Vec<_> = wanted.collect();
        let found = self.batch_get_consistent(wanted.clone()).await?;
        let members = people.into_iter().zip(wanted);
        members
            .map(|(presence, keys)| member(presence, &found, &keys))
            .collect()
    }
}

/// Somebody with how far others know them to have read.
fn member(presence: Presence, found: &[Item], mark: &Keys) -> Result<RoomMember, StoreError> {
    let mark = crate::communities::find(found, Some(mark));
    let mark: ReadMark = crate::communities::parsed(mark)?.unwrap_or_default();
    Ok(RoomMember {
        presence,
        read_seq: mark.shown_seq,
        read_at: mark.shown_at,
    })
}

/// What `me` is shown of somebody.
pub(crate) fn shown(presence: Presence, contact: &Contact, me: &UserId) -> Presence {
    let in_contact = matches!(contact.bond, Bond::Accepted { .. });
    match contact.blocked(me) {
        _ if contact.blocks(me) || !in_contact => Presence::unknown(presence.user),
        Some(block) => presence.frozen(block.seen),
        None => presence,
    }
}
