//! What to do with a chunk of e-mails or texts: claim, wait, reconcile, give up.
//!
//! A chunk is claimed as the last write before the provider is called. A claim
//! that was never settled is ambiguous: what the provider reported is waited
//! for, then what it did not report is sent once more, flagged, and never a
//! third time.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::channel::Channel;
use crate::log::Address;
use crate::preference::Decision;
use crate::send::{DeliveryStatus, LedgerRow, LedgerState};

/// Attempt (10 s) + settling (15 s) + clock skew (5 s).
pub const EMAIL_LEASE_MS: i64 = 30_000;
/// Texts go one by one, so the whole chunk takes longer; still shorter than the
/// visibility timeout of 180 s.
pub const SMS_LEASE_MS: i64 = 120_000;
/// How long a provider may take to report that it did accept a message.
pub const RECONCILE_AFTER_MS: i64 = 120_000;
/// Claims that may end without an outcome before nobody tries again.
pub const MAX_AMBIGUOUS: u32 = 2;

pub fn lease_ms(channel: Channel) -> i64 {
    if channel == Channel::Sms {
        SMS_LEASE_MS
    } else {
        EMAIL_LEASE_MS
    }
}

/// What a worker does with a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Claim it and send to whoever has no log row yet.
    Send,
    /// As `Send`, but whoever has no log row may have been reached already.
    Resend,
    /// Whoever has no log row ends as unknown.
    GiveUp,
    /// Somebody else is at it, or the provider may still report.
    Wait(Duration),
    /// It has ended.
    Done,
}

/// The next step for a chunk whose ledger row stands as given.
pub fn step(row: Option<&LedgerRow>, now_ms: i64) -> Step {
    let Some(row) = row else { return Step::Send };
    match row.state {
        LedgerState::Settled => Step::Done,
        // Somebody gave the task back: whoever is open was reached by nothing.
        LedgerState::GivenUp => Step::Send,
        LedgerState::Released if row.lease_until > now_ms => {
            Step::Wait(millis(row.lease_until - now_ms))
        }
        // Given back, but an attempt before that had no outcome.
        LedgerState::Released if row.attempts > 0 => Step::Resend,
        LedgerState::Released => Step::Send,
        LedgerState::InFlight => {
            let until = row.lease_until.max(row.first_claim + RECONCILE_AFTER_MS);
            if row.lease_until > now_ms {
                Step::Wait(millis(row.lease_until - now_ms))
            } else if until > now_ms {
                Step::Wait(millis(until - now_ms))
            } else if row.attempts >= MAX_AMBIGUOUS {
                Step::GiveUp
            } else {
                Step::Resend
            }
        }
    }
}

/// What is left to do with a chunk that nobody works on any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It has ended.
    Over,
    /// Somebody may be at it for so long.
    Claimed(Duration),
    /// To be ended; in doubt when an attempt was made that had no outcome.
    Open { in_doubt: bool },
}

/// How a chunk whose ledger row stands as given is to be given up.
pub fn ending(row: Option<&LedgerRow>, now_ms: i64) -> Ending {
    let Some(row) = row else {
        return Ending::Open { in_doubt: false };
    };
    match row.state {
        LedgerState::Settled | LedgerState::GivenUp => Ending::Over,
        LedgerState::InFlight if row.lease_until > now_ms => {
            Ending::Claimed(millis(row.lease_until - now_ms))
        }
        LedgerState::InFlight => Ending::Open { in_doubt: true },
        LedgerState::Released => Ending::Open {
            in_doubt: row.attempts > 0,
        },
    }
}

/// Why a chunk ends without having been worked off; the reason in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveUp {
    /// Delivered again and again without an outcome.
    Exhausted,
    /// The send names a version of a template that is gone.
    TemplateMissing,
    TemplateUnreadable,
    TenantMissing,
}

impl GiveUp {
    pub const ALL: [GiveUp; 4] = [
        Self::Exhausted,
        Self::TemplateMissing,
        Self::TemplateUnreadable,
        Self::TenantMissing,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exhausted => "given_up",
            Self::TemplateMissing => "template_missing",
            Self::TemplateUnreadable => "template_unreadable",
            Self::TenantMissing => "tenant_missing",
        }
    }
}

impl std::fmt::Display for GiveUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// Why a recipient is not written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    Cancelled,
    UnknownUser,
    Suspended,
    /// The person was erased after the send had found them.
    Erased,
    NoAddress,
    Suppressed,
    OptedOut,
    /// Somebody else of the audience has the same address, and gets it.
    DuplicateAddress,
    /// The number had its texts of the hour.
    RateCapped,
    CountryNotAllowed,
    PremiumNumber,
}

impl Skip {
    pub fn as_str(self) -> &'static str {
        match self {
            Skip::Cancelled => "cancelled",
            Skip::UnknownUser => "unknown_user",
            Skip::Suspended => "suspended",
            Skip::Erased => "erased",
            Skip::NoAddress => "no_address",
            Skip::Suppressed => "suppressed",
            Skip::OptedOut => "opted_out",
            Skip::DuplicateAddress => "duplicate_address",
            Skip::RateCapped => "rate_capped",
            Skip::CountryNotAllowed => "country_not_allowed",
            Skip::PremiumNumber => "premium_number",
        }
    }
}

/// What is known of an address when it is about to be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Blocks {
    /// It bounced, complained or was put on the list.
    pub suppressed: bool,
    /// What the organisation and the person want of the category and channel.
    pub decision: Decision,
}

/// Whether a recipient with this address is written to. What is urgent or
/// mandatory passes a preference, never a suppression.
pub fn admit(address: Option<&Address>, blocks: Blocks) -> Result<&Address, Skip> {
    let address = address.ok_or(Skip::NoAddress)?;
    if blocks.suppressed {
        Err(Skip::Suppressed)
    } else if !blocks.decision.allowed {
        Err(Skip::OptedOut)
    } else {
        Ok(address)
    }
}

/// Statuses, counted.
pub type Counts = BTreeMap<DeliveryStatus, u64>;

/// Counts of some statuses.
pub fn count(statuses: impl IntoIterator<Item = DeliveryStatus>) -> Counts {
    let mut counts = Counts::new();
    for status in statuses {
        *counts.entry(status).or_default() += 1;
    }
    counts
}

/// What the day's counters grow by (sent, failed) when a chunk's counts go from
/// `before` to `after`.
pub fn growth(before: &Counts, after: &Counts) -> (i64, i64) {
    let sum = |counts: &Counts, of: fn(DeliveryStatus) -> bool| -> i64 {
        let matching = counts
            .iter()
            .filter(|(status, _)| of(**status))
            .map(|(_, count)| *count)
            .sum::<u64>();
        i64::try_from(matching).unwrap_or(i64::MAX)
    };
    (
        sum(after, DeliveryStatus::is_success) - sum(before, DeliveryStatus::is_success),
        sum(after, DeliveryStatus::is_failure) - sum(before, DeliveryStatus::is_failure),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(state: LedgerState, attempts: u32) -> LedgerRow {
        LedgerRow {
            chunk: "c".to_owned(),
            channel: Channel::Email,
            state,
            counts: Counts::new(),
            attempts,
            deferrals: 0,
            lease_until: 30_000,
            first_claim: 0,
            owner: "o".to_owned(),
            moves: 0,
        }
    }

    #[test]
    fn a_claim_is_waited_for_then_resent_once_then_given_up() {
        assert_eq!(step(None, 0), Step::Send);
        let first = row(LedgerState::InFlight, 1);
        assert_eq!(
            step(Some(&first), 10_000),
            Step::Wait(Duration::from_secs(20))
        );
        assert_eq!(
            step(Some(&first), 40_000),
            Step::Wait(Duration::from_secs(80))
        );
        assert_eq!(step(Some(&first), 120_000), Step::Resend);
        assert_eq!(
            step(Some(&row(LedgerState::InFlight, 2)), 120_000),
            Step::GiveUp
        );
        assert_eq!(
            step(Some(&row(LedgerState::Released, 0)), 30_000),
            Step::Send
        );
        assert_eq!(
            step(Some(&row(LedgerState::Released, 1)), 30_000),
            Step::Resend
        );
        assert_eq!(
            step(Some(&row(LedgerState::Released, 1)), 29_000),
            Step::Wait(Duration::from_secs(1))
        );
        assert_eq!(step(Some(&row(LedgerState::Settled, 1)), 0), Step::Done);
        assert_eq!(step(Some(&row(LedgerState::GivenUp, 0)), 0), Step::Send);
    }

    #[test]
    fn what_is_given_up_is_in_doubt_after_an_attempt_without_outcome() {
        let open = |in_doubt| Ending::Open { in_doubt };
        assert_eq!(ending(None, 0), open(false));
        let claimed = row(LedgerState::InFlight, 1);
        let left = Duration::from_secs(20);
        assert_eq!(ending(Some(&claimed), 10_000), Ending::Claimed(left));
        assert_eq!(ending(Some(&claimed), 30_000), open(true));
        for (attempts, in_doubt) in [(0, false), (1, true)] {
            let released = row(LedgerState::Released, attempts);
            assert_eq!(ending(Some(&released), 0), open(in_doubt));
        }
        for state in [LedgerState::Settled, LedgerState::GivenUp] {
            assert_eq!(ending(Some(&row(state, 0)), 0), Ending::Over);
        }
    }

    #[test]
    fn counters_grow_by_the_difference_only() {
        let before = Counts::from([(DeliveryStatus::Sent, 2)]);
        let after = Counts::from([(DeliveryStatus::Sent, 5), (DeliveryStatus::Failed, 1)]);
        assert_eq!(growth(&before, &after), (3, 1));
        assert_eq!(growth(&after, &after), (0, 0));
    }

    #[test]
    fn no_decision_passes_a_suppression() {
        let address = Address::parse("a@school.example").unwrap();
        let by = crate::preference::DecidedBy::Urgent;
        let blocks = |suppressed, allowed| Blocks {
            suppressed,
            decision: Decision { allowed, by },
        };
        assert!(admit(Some(&address), blocks(false, true)).is_ok());
        let look = |blocks| admit(Some(&address), blocks).err();
        assert_eq!(look(blocks(false, false)), Some(Skip::OptedOut));
        assert_eq!(look(blocks(true, true)), Some(Skip::Suppressed));
        assert_eq!(admit(None, Blocks::default()), Err(Skip::NoAddress));
    }
}
