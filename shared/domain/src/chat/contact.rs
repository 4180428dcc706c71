//! How two people stand to each other: strangers, invited, in contact, apart;
//! and whether one has blocked the other, which the other is never told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest;
use crate::ids::{InvitationId, RoomId, TenantId, UserId};
use crate::problem::{Code, Problem};
use crate::time::{Timestamp, plus_seconds};

/// One invitation to the same person a day, withdrawn or not.
const WITHDRAWN_SECONDS: i64 = 86_400;

/// Two people, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pair([UserId; 2]);

impl Pair {
    pub fn of(one: &UserId, other: &UserId) -> Self {
        let mut both = [one.clone(), other.clone()];
        both.sort();
        Self(both)
    }

    pub fn users(&self) -> &[UserId; 2] {
        &self.0
    }

    pub fn has(&self, user: &UserId) -> bool {
        self.0.contains(user)
    }

    /// Their room: always the same, and no other can be made for them.
    pub fn room(&self, tenant: &TenantId) -> RoomId {
        let [first, second] = &self.0;
        let parts = [tenant.as_str(), "direct", first.as_str(), second.as_str()];
        RoomId::of(&digest::fingerprint(&parts, 26))
    }

    /// The one who is not `user`.
    pub fn other(&self, user: &UserId) -> &UserId {
        let [first, second] = &self.0;
        if first == user { second } else { first }
    }
}

/// What is between two people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Bond {
    #[default]
    Strangers,
    Pending {
        invitation: InvitationId,
        from: UserId,
        made_at: Timestamp,
        until: Timestamp,
        /// The invited person has blocked the other and is never shown it.
        #[serde(default)]
        hidden: bool,
    },
    Accepted {
        invitation: InvitationId,
        room: RoomId,
    },
    /// They were in contact; their room stays, and nobody may write in it.
    Ended { room: RoomId },
}

/// That one has blocked the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub since: Timestamp,
    /// When whoever blocks was last there as the other knew it then: that is
    /// what the other goes on seeing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Timestamp>,
}

/// How two people stand to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub pair: Pair,
    pub bond: Bond,
    /// Until when whom may not invite the other.
    #[serde(default)]
    pub cool_off: BTreeMap<UserId, Timestamp>,
    /// Who has blocked the other.
    #[serde(default)]
    pub blocks: BTreeMap<UserId, Block>,
    /// 0 while nothing is stored.
    pub version: u64,
}

/// Whom a message in a direct room reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Other,
    /// The other has blocked the writer: it looks sent, and nobody sees it.
    Nobody,
}

/// What an invitation comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invited {
    /// A new one; hidden when the invited person has blocked the other.
    New { hidden: bool },
    /// The other has invited too: that is accepted instead.
    Crossing {
        invitation: InvitationId,
        hidden: bool,
    },
    /// The same request has made it before.
    Same,
}

/// What accepting an invitation comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepting {
    Now,
    /// It was accepted before.
    Already(RoomId),
}

impl Contact {
    /// Two people who never had to do with each other.
    pub fn strangers(one: &UserId, other: &UserId) -> Self {
        Self {
            pair: Pair::of(one, other),
            bond: Bond::Strangers,
            cool_off: BTreeMap::new(),
            blocks: BTreeMap::new(),
            version: 0,
        }
    }

    /// Whether `user` has blocked the other.
    pub fn blocks(&self, user: &UserId) -> bool {
        self.blocks.contains_key(user)
    }

    /// The block of the other one against `user`.
    pub fn blocked(&self, user: &UserId) -> Option<&Block> {
        self.blocks.get(self.pair.other(user))
    }

    /// The room that they have or had.
    pub fn room(&self) -> Option<&RoomId> {
        match &self.bond {
            Bond::Accepted { room, .. } | Bond::Ended { room } => Some(room),
            Bond::Strangers | Bond::Pending { .. } => None,
        }
    }

    /// Whom a message of `writer` reaches, or why they may not write.
    pub fn reach(&self, writer: &UserId) -> Result<Reach, Problem> {
        self.require_unblocked(writer)?;
        match &self.bond {
            Bond::Accepted { .. } if self.blocked(writer).is_some() => Ok(Reach::Nobody),
            Bond::Accepted { .. } => Ok(Reach::Other),
            Bond::Strangers | Bond::Pending { .. } | Bond::Ended { .. } => Err(not_in_contact()),
        }
    }

    /// 403 if `user` has blocked the other themselves.
    pub fn require_unblocked(&self, user: &UserId) -> Result<(), Problem> {
        if self.blocks(user) {
            return Err(Problem::new(Code::Blocked)
                .detail("You have blocked this person; unblock them first."));
        }
        Ok(())
    }

    /// What it comes to when `from` invites the other by an invitation `id`.
    pub fn invite(
        &self,
        from: &UserId,
        id: &InvitationId,
        now: Timestamp,
    ) -> Result<Invited, Problem> {
        self.require_unblocked(from)?;
        match &self.bond {
            Bond::Accepted { .. } => {
                return Err(Problem::conflict("You are in contact already."));
            }
            Bond::Pending {
                invitation,
                from: who,
                until,
                hidden,
                ..
            } if *until > now => {
                if who != from {
                    return Ok(Invited::Crossing {
                        invitation: invitation.clone(),
                        hidden: *hidden,
                    });
                }
                if invitation == id {
                    return Ok(Invited::Same);
                }
                let detail = format!("You have invited this person already: {invitation}.");
                return Err(Problem::conflict(detail));
            }
            Bond::Strangers | Bond::Pending { .. } | Bond::Ended { .. } => {}
        }
        if let Some(until) = self.cool_off.get(from).filter(|until| **until > now) {
            return Err(too_soon(*until, now));
        }
        Ok(Invited::New {
            hidden: self.blocked(from).is_some(),
        })
    }

    /// What it comes to when `by`, whom it invites, accepts an invitation.
    pub fn accept(
        &self,
        by: &UserId,
        id: &InvitationId,
        now: Timestamp,
    ) -> Result<Accepting, Problem> {
        self.require_unblocked(by)?;
        match &self.bond {
            Bond::Pending {
                invitation,
                until,
                hidden: false,
                ..
            } if invitation == id && *until > now => Ok(Accepting::Now),
            Bond::Accepted { invitation, room } if invitation == id => {
                Ok(Accepting::Already(room.clone()))
            }
            _ => Err(no_longer_open()),
        }
    }

    /// Whether an invitation is still waiting for its answer.
    pub fn awaits(&self, id: &InvitationId, now: Timestamp) -> bool {
        matches!(&self.bond, Bond::Pending { invitation, until, .. } if invitation == id && *until > now)
    }

    /// `from`, who was rejected, may not invite again until then.
    pub fn rejected(&mut self, from: &UserId, days: u32, now: Timestamp) {
        self.bond = Bond::Strangers;
        let until = plus_seconds(now, i64::from(days) * 86_400);
        self.cool_off.insert(from.clone(), until);
    }

    /// `from` took their invitation back.
    pub fn withdrawn(&mut self, from: &UserId, made_at: Timestamp) {
        self.bond = Bond::Strangers;
        let until = plus_seconds(made_at, WITHDRAWN_SECONDS);
        self.cool_off.insert(from.clone(), until);
    }

    /// They are in contact.
    pub fn accepted(&mut self, invitation: &InvitationId, room: &RoomId) {
        self.bond = Bond::Accepted {
            invitation: invitation.clone(),
            room: room.clone(),
        };
        self.cool_off.clear();
    }

    /// `by` blocks the other. Their own pending invitation is taken back; one of
    /// the other is hidden, and goes on looking as if it were pending.
    pub fn block(&mut self, by: &UserId, block: Block) {
        self.blocks.entry(by.clone()).or_insert(block);
        match &mut self.bond {
            Bond::Pending { from, .. } if from == by => self.bond = Bond::Strangers,
            Bond::Pending { hidden, .. } => *hidden = true,
            Bond::Strangers | Bond::Accepted { .. } | Bond::Ended { .. } => {}
        }
    }

    /// `by` lifts their block. Whoever was in contact needs a new invitation.
    pub fn unblock(&mut self, by: &UserId) {
        self.blocks.remove(by);
        if let Bond::Accepted { room, .. } = &self.bond {
            self.bond = Bond::Ended { room: room.clone() };
        }
    }
}

fn not_in_contact() -> Problem {
    Problem::new(Code::NotAllowed)
        .detail("Only people who are in contact write to each other; invite this person first.")
}

/// Expired, answered, taken back or hidden: all the same to whoever asks.
pub fn no_longer_open() -> Problem {
    Problem::new(Code::Gone).detail("This invitation is no longer open.")
}

fn too_soon(until: Timestamp, now: Timestamp) -> Problem {
    let seconds = (until.as_second() - now.as_second()).max(1);
    Problem::new(Code::RateLimited)
        .detail("It is too soon to invite this person again.")
        .retry_after(u32::try_from(seconds).unwrap_or(u32::MAX))
}

#[cfg(test)]
#[path = "contact_tests.rs"]
mod tests;
