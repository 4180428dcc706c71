//! Rooms: between two people, or a community's live chat. A room counts every
//! change in it by its `seq`, without a gap, so that whoever knows how far they
//! have come can ask for the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::chat::contact::Pair;
use crate::digest;
use crate::ids::{CommunityId, RoomId, TenantId, UserId};
use crate::time::Timestamp;

/// Characters of a message that a list of rooms shows.
const PREVIEW: usize = 200;

/// Whom a room is for. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    Direct(Pair),
    Community(CommunityId),
}

/// A room as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Room {
    pub id: RoomId,
    pub kind: RoomKind,
    /// The last change: a message, an edit or a deletion.
    pub seq: u64,
    /// Messages that there ever were, those that were hidden left out.
    pub count: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Preview>,
    /// The last message as its author alone sees it, where the other one has
    /// blocked them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own_last: BTreeMap<UserId, Preview>,
    pub created_at: Timestamp,
}

/// The last message of a room, shortened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Preview {
    pub seq: u64,
    pub author: UserId,
    /// Its beginning; empty once it is deleted.
    pub text: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

impl Preview {
    pub fn shortened(text: &str) -> String {
        text.chars().take(PREVIEW).collect()
    }
}

/// The live chat of a community: always the same.
pub fn of_community(tenant: &TenantId, community: &CommunityId) -> RoomId {
    let parts = [tenant.as_str(), "community", community.as_str()];
    RoomId::of(&digest::fingerprint(&parts, 26))
}

impl Room {
    /// A room in which nothing was said yet.
    pub fn new(tenant: &TenantId, kind: RoomKind, now: Timestamp) -> Self {
        let id = match &kind {
            RoomKind::Direct(pair) => pair.room(tenant),
            RoomKind::Community(community) => of_community(tenant, community),
        };
        Self {
            id,
            kind,
            seq: 0,
            count: 0,
            last: None,
            own_last: BTreeMap::new(),
            created_at: now,
        }
    }

    /// The last message that somebody sees.
    pub fn last_for(&self, user: &UserId) -> Option<&Preview> {
        let own = self.own_last.get(user);
        match (&self.last, own) {
            (Some(last), Some(own)) if own.seq < last.seq => Some(last),
            (last, own) => own.or(last.as_ref()),
        }
    }

    /// Leaves out what was said up to then: it is no longer kept.
    pub fn forget(&mut self, oldest: Timestamp) {
        self.last = self.last.take().filter(|last| last.at > oldest);
        self.own_last.retain(|_, own| own.at > oldest);
    }

    /// When something last happened that somebody sees.
    pub fn active_at(&self, user: &UserId) -> Timestamp {
        self.last_for(user).map_or(self.created_at, |last| last.at)
    }
}

/// How far somebody has read in a room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    /// Up to this change.
    #[serde(default)]
    pub read_seq: u64,
    /// That many messages of the room's count.
    #[serde(default)]
    pub read_n: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// What the others are told of it: it stands still during a block.
    #[serde(default)]
    pub shown_seq: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_at: Option<Timestamp>,
    /// The run of unread messages that a notification was sent for.
    #[serde(default)]
    pub notified: u64,
}

impl ReadMark {
    /// Messages that are left to read.
    pub fn unread(&self, room: &Room) -> u64 {
        // Where nothing can be seen, nothing is left to read.
        match &room.last {
            Some(_) => room.count.saturating_sub(self.read_n),
            None => 0,
        }
    }

    /// What a notification is sent for once: whatever is unread since here.
    pub fn run(&self) -> u64 {
        self.read_seq + 1
    }
}

/// Somebody's place in a direct room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    pub room: RoomId,
    pub other: UserId,
    #[serde(flatten)]
    pub mark: ReadMark,
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(seq: u64, author: &str) -> Preview {
        Preview {
            seq,
            author: author.parse().unwrap(),
            text: "…".to_owned(),
            at: Timestamp::from_second(i64::try_from(seq).unwrap()).unwrap(),
            deleted: false,
        }
    }

    #[test]
    fn what_is_hidden_is_the_last_message_of_its_author_only() {
        let (ann, ben): (UserId, UserId) = ("ann".parse().unwrap(), "ben".parse().unwrap());
        let kind = RoomKind::Direct(Pair::of(&ann, &ben));
        let tenant = "school".parse().unwrap();
        let mut room = Room::new(&tenant, kind, Timestamp::UNIX_EPOCH);
        let seq = |room: &Room, user: &UserId| room.last_for(user).map(|last| last.seq);
        assert_eq!(seq(&room, &ann), None);
        room.own_last.insert(ben.clone(), preview(1, "ben"));
        assert_eq!((seq(&room, &ann), seq(&room, &ben)), (None, Some(1)));
        room.last = Some(preview(2, "ann"));
        assert_eq!((seq(&room, &ann), seq(&room, &ben)), (Some(2), Some(2)));
        room.own_last.insert(ben.clone(), preview(3, "ben"));
        assert_eq!((seq(&room, &ann), seq(&room, &ben)), (Some(2), Some(3)));
    }

    #[test]
    fn a_room_is_named_by_whom_it_is_for() {
        let tenant: TenantId = "school".parse().unwrap();
        let other: TenantId = "academy".parse().unwrap();
        let community: CommunityId = "com_7".parse().unwrap();
        assert_eq!(
            of_community(&tenant, &community),
            of_community(&tenant, &community)
        );
        assert_ne!(
            of_community(&tenant, &community),
            of_community(&other, &community)
        );
    }
}
