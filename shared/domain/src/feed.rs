//! A person's feed: what the person sees of it, what counts as read, and where
//! a client goes on after it was away.
//!
//! Items of one send carry the instant of its plan, and are written when their
//! chunk is worked on: an item may appear behind younger ones. Whatever covers
//! a whole range by one mark therefore stops [`LATE_SECONDS`] before now, and
//! names the younger ids one by one, so that a late item is neither read nor
//! cleared before anybody saw it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{NotificationId, ulid_floor};
use crate::notification::Notification;
use crate::problem::{Code, Problem};
use crate::send::Send;
use crate::time::{Timestamp, plus_seconds};

/// How long after its plan an item may still appear: a chunk comes back five
/// times after three minutes, and a queue may be long.
pub const LATE_SECONDS: i64 = 3_600;
/// How far an answer to "since" reaches back before the cursor.
pub const OVERLAP_SECONDS: i64 = 60;
/// Named ids above which the state is made smaller.
pub const STATE_LARGE: usize = 300;
/// Unread counts end here; clients show `99+`.
pub const UNREAD_CAP: u32 = 100;

/// A notification in one person's feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FeedItem {
    #[serde(flatten)]
    pub notification: Notification,
    pub read: bool,
}

impl Notification {
    /// What a send puts into feeds; nothing before it is planned or once it is
    /// retracted.
    pub fn of(send: &Send, title: String, body: String) -> Option<Self> {
        Some(Self {
            id: send.notification.clone()?,
            title,
            body,
            level: send.level,
            kind: send.kind.clone(),
            priority: send.priority,
            reference: send.reference.clone(),
            redirect_url: send.redirect_url.clone(),
            actor: Some(send.actor.clone()),
            actions: send.actions.clone(),
            popup: send.popup,
            created_at: send.planned_at.unwrap_or(send.created_at),
        })
    }
}

/// The lowest feed id of an instant.
pub fn floor(at: Timestamp) -> NotificationId {
    NotificationId::of(&ulid_floor(at).to_string())
}

/// Ids below this one have appeared by now or never will.
pub fn settled(now: Timestamp) -> NotificationId {
    floor(plus_seconds(now, -LATE_SECONDS))
}

/// What a person has read, cleared and deleted. It lies beside the items,
/// because a repeated chunk writes its items again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadState {
    /// Everything up to here is read.
    pub watermark: Option<NotificationId>,
    /// Read ones above the watermark.
    pub read: BTreeSet<NotificationId>,
    /// Everything up to here is out of the feed.
    pub cleared: Option<NotificationId>,
    /// Deleted ones whose chunk may still be repeated.
    pub gone: BTreeSet<NotificationId>,
    /// Grows with each change; 0 when nothing is stored.
    pub version: u64,
}

impl ReadState {
    /// Whether the person no longer sees an item.
    pub fn hides(&self, id: &NotificationId) -> bool {
        self.cleared.as_ref().is_some_and(|to| id <= to) || self.gone.contains(id)
    }

    pub fn has_read(&self, id: &NotificationId) -> bool {
        self.watermark.as_ref().is_some_and(|to| id <= to) || self.read.contains(id)
    }

    /// Nothing up to this id is unread.
    pub fn read_up_to(&self) -> Option<&NotificationId> {
        self.watermark.as_ref().max(self.cleared.as_ref())
    }

    /// Whether it is time to make the state smaller.
    pub fn is_large(&self) -> bool {
        self.read.len() + self.gone.len() > STATE_LARGE
    }

    /// After "mark all read". `young` are the ids present above [`settled`];
    /// `all` tells that none of them is missing.
    pub fn all_read(&self, young: BTreeSet<NotificationId>, all: bool, now: Timestamp) -> Self {
        let mark = mark(&young, all, now);
        let watermark = self.watermark.clone().max(Some(mark));
        let mut state = Self {
            read: young,
            watermark,
            ..self.clone()
        };
        state.trim(now);
        state
    }

    /// After "clear all", with the same ids.
    pub fn all_cleared(&self, young: BTreeSet<NotificationId>, all: bool, now: Timestamp) -> Self {
        let mark = mark(&young, all, now);
        let mut state = self.clone();
        state.cleared = state.cleared.max(Some(mark));
        state.gone.extend(young);
        state.trim(now);
        state
    }

    /// Moves the watermark over the contiguous read tail and forgets ids that
    /// are no longer in the feed. `present` is the feed from [`Self::read_up_to`]
    /// on, oldest first, and may stop before its end.
    pub fn compacted(&self, present: &[NotificationId], now: Timestamp) -> Self {
        let settled = settled(now);
        let tail = present
            .iter()
            .take_while(|id| **id <= settled && (self.has_read(id) || self.hides(id)))
            .last();
        let mut state = self.clone();
        state.watermark = state.watermark.max(tail.cloned());
        if let Some(last) = present.last() {
            let present: BTreeSet<_> = present.iter().collect();
            state.read.retain(|id| id > last || present.contains(id));
        }
        state.trim(now);
        state
    }

    /// Drops ids that say no more than the marks do.
    fn trim(&mut self, now: Timestamp) {
        let settled = settled(now);
        let (read, cleared) = (self.read_up_to().cloned(), self.cleared.clone());
        self.gone
            .retain(|id| *id > settled && Some(id) > cleared.as_ref());
        let gone = &self.gone;
        self.read
            .retain(|id| Some(id) > read.as_ref() && !gone.contains(id));
    }
}

/// Where a mark over a range may stand.
fn mark(young: &BTreeSet<NotificationId>, all: bool, now: Timestamp) -> NotificationId {
    match young.first() {
        // More young items than are named one by one.
        Some(oldest) if !all => oldest.clone(),
        _ => settled(now),
    }
}

/// Where a client goes on. Opaque to clients: an id, and for the further
/// answers of one catching-up the last id that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedCursor {
    pub since: NotificationId,
    pub last: Option<NotificationId>,
}

impl FeedCursor {
    /// A cursor for whoever has seen everything by now.
    pub fn now(now: Timestamp) -> Self {
        Self {
            since: floor(now),
            last: None,
        }
    }

    /// The instant from which on the client may have missed something.
    pub fn from(&self) -> Timestamp {
        plus_seconds(self.since.instant().unwrap_or_default(), -OVERLAP_SECONDS)
    }

    /// The same catching-up, behind an item.
    pub fn behind(&self, last: NotificationId) -> Self {
        Self {
            since: self.since.clone(),
            last: Some(last),
        }
    }
}

impl fmt::Display for FeedCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.last {
            Some(last) => write!(f, "{}~{last}", self.since),
            None => write!(f, "{}", self.since),
        }
    }
}

impl FromStr for FeedCursor {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let bad = || {
            let message = "Use the cursor of a frame or of an answer of this feed.";
            Problem::new(Code::BadCursor).field("since", "bad_cursor", message)
        };
        let id = |text: &str| {
            let id = text.parse::<NotificationId>().ok();
            id.filter(|id| id.instant().is_some()).ok_or_else(bad)
        };
        match text.split_once('~') {
            Some((since, last)) => Ok(Self {
                since: id(since)?,
                last: Some(id(last)?),
            }),
            None => Ok(Self {
                since: id(text)?,
                last: None,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> NotificationId {
        floor(plus_seconds(now(), seconds))
    }

    fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_item_that_appears_late_stays_unread_and_visible() {
        let present = BTreeSet::from([at(-5)]);
        let late = at(-300);
        let read = ReadState::default().all_read(present.clone(), true, now());
        assert!(read.has_read(&at(-5)) && !read.has_read(&late));
        assert!(read.has_read(&at(-7_200)));
        let cleared = ReadState::default().all_cleared(present, true, now());
        assert!(cleared.hides(&at(-5)) && !cleared.hides(&late));
    }

    #[test]
    fn compaction_stops_at_the_first_unread_item() {
        let ids: Vec<_> = (1..=4).map(|hour| at(-36_000 + hour * 3_600)).collect();
        let mut state = ReadState::default();
        state
            .read
            .extend([ids[0].clone(), ids[1].clone(), ids[3].clone(), at(-90_000)]);
        let small = state.compacted(&ids, now());
        assert_eq!(small.watermark.as_ref(), Some(&ids[1]));
        assert_eq!(small.read, BTreeSet::from([ids[3].clone()]));
        assert!(!small.has_read(&ids[2]));
    }

    #[test]
    fn cursors_keep_their_text() {
        let cursor = FeedCursor::now(now()).behind(at(3));
        assert_eq!(cursor.to_string().parse::<FeedCursor>().unwrap(), cursor);
        assert!("ntf_1".parse::<FeedCursor>().is_err());
    }
}
