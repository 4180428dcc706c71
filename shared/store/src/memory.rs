//! What a process remembers between calls, because it never changes, or because
//! it may be a little old.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Timestamp;
use domain::chat::RoomKind;
use domain::ids::UserId;
use domain::retention::Kept;

use crate::table::Keys;

/// Rooms remembered by one process.
const ROOMS: usize = 10_000;
/// Seconds for which it is remembered who belongs to a room: pushes stop that
/// long after somebody's enrolment has ended, at the latest.
const ROLL_SECONDS: i64 = 30;

/// Seconds for which it is remembered how long a tenant keeps things.
const KEPT_SECONDS: i64 = 30;

type Roll = (i64, Arc<HashSet<UserId>>);

/// The memory of a process; every key carries its tenant.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    kinds: Mutex<HashMap<Keys, RoomKind>>,
    rolls: Mutex<HashMap<String, Roll>>,
    kept: Mutex<HashMap<String, (i64, Kept)>>,
    suppression_keys: Mutex<HashMap<String, String>>,
}

impl Memory {
    /// Whom a room is for, which never changes.
    pub fn kind(&self, room: &Keys) -> Option<RoomKind> {
        held(&self.kinds).get(room).cloned()
    }

    pub fn keep_kind(&self, room: &Keys, kind: &RoomKind) {
        let mut kinds = held(&self.kinds);
        if kinds.len() >= ROOMS {
            kinds.clear();
        }
        kinds.insert(room.clone(), kind.clone());
    }

    /// Who belongs to something, as it was a moment ago.
    pub fn roll(&self, of: &str, now: Timestamp) -> Option<Arc<HashSet<UserId>>> {
        let rolls = held(&self.rolls);
        let (at, roll) = rolls.get(of)?;
        let age = now.as_second() - at;
        (0..ROLL_SECONDS).contains(&age).then(|| Arc::clone(roll))
    }

    pub fn keep_roll(&self, of: String, roll: &Arc<HashSet<UserId>>, now: Timestamp) {
        let mut rolls = held(&self.rolls);
        rolls.retain(|_, (at, _)| now.as_second() - *at < ROLL_SECONDS);
        rolls.insert(of, (now.as_second(), Arc::clone(roll)));
    }

    /// How long a tenant keeps things, as it was a moment ago.
    pub fn kept(&self, tenant: &str, now: Timestamp) -> Option<Kept> {
        let all = held(&self.kept);
        let (at, kept) = all.get(tenant)?;
        let age = now.as_second() - at;
        (0..KEPT_SECONDS).contains(&age).then_some(*kept)
    }

    /// The same, however long ago it was.
    pub fn last_kept(&self, tenant: &str) -> Option<Kept> {
        held(&self.kept).get(tenant).map(|(_, kept)| *kept)
    }

    pub fn keep_kept(&self, tenant: &str, kept: Kept, now: Timestamp) {
        held(&self.kept).insert(tenant.to_owned(), (now.as_second(), kept));
    }

    /// The key of a tenant's marks, which never changes.
    pub fn suppression_key(&self, tenant: &str) -> Option<String> {
        held(&self.suppression_keys).get(tenant).cloned()
    }

    pub fn keep_suppression_key(&self, tenant: &str, key: &str) {
        held(&self.suppression_keys).insert(tenant.to_owned(), key.to_owned());
    }
}

/// A panic elsewhere leaves nothing half-written here.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
