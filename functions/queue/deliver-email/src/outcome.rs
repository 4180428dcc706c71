//! From what the provider said to the rows of the log.

use std::time::Duration;

use delivery::{CallFailure, Outcome};
use domain::log::LogRow;
use domain::retry;
use domain::send::{DeliveryStatus, LedgerRow, Send};

/// While the account may not send, it is asked again this often.
pub(crate) const PAUSED_WAIT: Duration = Duration::from_secs(600);

/// What came of a call whose outcome is known.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Deliveries that have ended.
    pub rows: Vec<LogRow>,
    /// Why the others go later.
    pub later: Option<Later>,
}

/// Why a part goes later; it certainly did not leave.
#[derive(Debug)]
pub(crate) enum Later {
    /// The provider could not take it now.
    Deferred(String),
    /// It was called too fast.
    Throttled(String),
    /// It takes nothing of the account, which is waited for however long it lasts.
    Paused(String),
}

/// Nobody can say whether the chunk left.
#[derive(Debug)]
pub(crate) enum Doubt {
    /// No answer.
    Silent(String),
    /// An answer that the provider failed, as it may for hours.
    Broken(String),
}

/// Sorts a call's answer out; `rows` are those of its messages, in their order.
/// What is not taken at the last attempt has failed.
pub(crate) fn known(
    answer: Result<Vec<Outcome>, CallFailure>,
    rows: Vec<LogRow>,
    last: bool,
) -> Result<Known, Doubt> {
    let mut known = Known::default();
    match answer {
        Ok(outcomes) => {
            for (outcome, row) in outcomes.into_iter().zip(rows) {
                known.add(outcome, row, last);
            }
        }
        Err(CallFailure::Refused(reason)) => known.add_all(&Outcome::Refused(reason), rows, last),
        Err(CallFailure::NotSent(reason)) => known.add_all(&Outcome::Later(reason), rows, last),
        Err(CallFailure::Throttled(reason)) => {
            known.add_all(&Outcome::Throttled(reason), rows, last);
        }
        Err(CallFailure::Paused(reason)) => known.add_all(&Outcome::Paused(reason), rows, last),
        Err(CallFailure::Ambiguous(reason)) => return Err(Doubt::Silent(reason)),
        Err(CallFailure::Broken(reason)) => return Err(Doubt::Broken(reason)),
    }
    Ok(known)
}

/// Whether the provider asked to be called more slowly.
pub(crate) fn is_throttled(answer: &Result<Vec<Outcome>, CallFailure>) -> bool {
    match answer {
        Ok(outcomes) => outcomes
            .iter()
            .any(|outcome| matches!(outcome, Outcome::Throttled(_))),
        Err(failure) => matches!(failure, CallFailure::Throttled(_)),
    }
}

impl Known {
    fn add_all(&mut self, outcome: &Outcome, rows: Vec<LogRow>, last: bool) {
        for row in rows {
            self.add(outcome.clone(), row, last);
        }
    }

    fn add(&mut self, outcome: Outcome, row: LogRow, last: bool) {
        match outcome {
            Outcome::Accepted(id) => self.rows.push(LogRow {
                provider_id: Some(id),
                ..row
            }),
            Outcome::Refused(reason) => self.rows.push(failed(row, &reason)),
            Outcome::Later(reason) if last => {
                tracing::error!(delivery = %row.id, reason, "the provider's outage outlasts an e-mail");
                self.rows.push(failed(row, &reason));
            }
            Outcome::Later(reason) => self.later = Some(Later::Deferred(reason)),
            Outcome::Throttled(reason) => self.later = Some(Later::Throttled(reason)),
            Outcome::Paused(reason) => self.later = Some(Later::Paused(reason)),
        }
    }
}

fn failed(mut row: LogRow, reason: &str) -> LogRow {
    row.status = DeliveryStatus::Failed;
    row.reason = Some(reason.to_owned());
    row
}

/// Whether the whole of the retry schedule has passed.
pub(crate) fn is_last(send: &Send, held: &LedgerRow) -> bool {
    retry::provider_delay(send.priority, held.deferrals + 1, 0.0).is_none()
}

/// How often the chunk has been deferred by now, and until when it is put off.
pub(crate) fn put_off(send: &Send, held: &LedgerRow, later: Option<Later>) -> (u32, Duration) {
    match later {
        Some(Later::Paused(reason)) => {
            tracing::error!(chunk = %held.chunk, reason, "the account may not send; waiting");
            (held.deferrals, PAUSED_WAIT)
        }
        // Being called too fast says nothing about the chunk: it costs no attempt.
        Some(Later::Throttled(reason)) => {
            tracing::warn!(chunk = %held.chunk, reason, "given back");
            (held.deferrals, retry::slowly(rand::random::<f64>()))
        }
        Some(Later::Deferred(reason)) => {
            tracing::warn!(chunk = %held.chunk, reason, "given back");
            let deferrals = held.deferrals + 1;
            (
                deferrals,
                retry::provider_delay(send.priority, deferrals, rand::random::<f64>())
                    .unwrap_or(PAUSED_WAIT),
            )
        }
        // Only what did not fit into this call is left.
        None => (held.deferrals, Duration::ZERO),
    }
}
