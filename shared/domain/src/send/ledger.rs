//! The chunks of a send: what its progress is the sum of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DeliveryStatus, Send};
use crate::channel::Channel;

/// One chunk of a send and how it ended: the unit that progress is summed from.
/// For e-mail it is also the dispatch, claimed before the provider is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    pub chunk: String,
    pub channel: Channel,
    pub state: LedgerState,
    pub counts: BTreeMap<DeliveryStatus, u64>,
    /// Attempts so far.
    #[serde(default)]
    pub attempts: u32,
    /// How often it was given back because the provider could not take it.
    #[serde(default)]
    pub deferrals: u32,
    /// Epoch milliseconds at which the claim's lease ends, or, for a chunk that
    /// was given back, before which nobody tries again.
    #[serde(default)]
    pub lease_until: i64,
    /// Epoch milliseconds of the first claim.
    #[serde(default)]
    pub first_claim: i64,
    /// Who holds the claim.
    #[serde(default)]
    pub owner: String,
    /// Reports that changed rows of the log while nobody held a claim: whoever
    /// claims the chunk must have read the rows after them.
    #[serde(default)]
    pub moves: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerState {
    /// Claimed: the provider may be called at any moment.
    InFlight,
    /// Given back: the provider certainly was not reached.
    Released,
    /// Ended; `counts` are final but for feedback.
    Settled,
    /// Ended without having been worked off: whom nothing reached has failed,
    /// who may have been reached is unknown. A task that is given back tries
    /// those again whom certainly nothing reached.
    GivenUp,
}

impl LedgerState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InFlight => "in_flight",
            Self::Released => "released",
            Self::Settled => "settled",
            Self::GivenUp => "given_up",
        }
    }

    /// Whether every recipient of the chunk has an end.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Settled | Self::GivenUp)
    }
}

/// Whether every chunk that the planner cut has ended. A page that was planned
/// twice over a changing group may have left more chunks than the plan tells.
pub fn is_complete(send: &Send, ledger: &[LedgerRow]) -> bool {
    let Some(plan) = &send.plan else { return false };
    let ended = |channel: Channel| {
        let settled = ledger
            .iter()
            .filter(|row| row.channel == channel && row.state.has_ended());
        settled.count() as u64
    };
    ledger.iter().all(|row| row.state.has_ended())
        && plan
            .chunks
            .iter()
            .all(|(channel, chunks)| ended(*channel) >= *chunks)
}
