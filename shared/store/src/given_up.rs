//! Chunks that nobody works on any more: every recipient gets an end.

use std::time::Duration;

use domain::Channel;
use domain::compose::Recipient;
use domain::dispatch::{self, Ending, GiveUp, Skip};
use domain::ids::TenantId;
use domain::log::{Address, LogRow};
use domain::preference::PreferenceRules;
use domain::send::{DeliveryStatus, LedgerRow, LedgerState, Send};
use domain::tasks::Chunk;

use crate::error::StoreError;
use crate::ledger::Claim;
use crate::recipients::Roster;
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

/// Claims that others may take first.
const ATTEMPTS: usize = 5;

/// What became of giving a chunk up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GaveUp {
    /// It has ended, by this or before.
    Ended,
    /// Somebody may be at it for so long, who will end it.
    Claimed(Duration),
}

impl Store {
    /// Ends a chunk of e-mails or texts: whoever has no log row has failed, or
    /// is unknown if an attempt had no outcome.
    pub async fn give_up_chunk(
        &self,
        tenant: &TenantId,
        chunk: &Chunk,
        why: GiveUp,
    ) -> Result<GaveUp, StoreError> {
        let Some(send) = self.send(tenant, &chunk.send).await? else {
            return Ok(GaveUp::Ended);
        };
        for _ in 0..ATTEMPTS {
            let seen = self.ledger_row(tenant, &send.id, &chunk.chunk).await?;
            let in_doubt = match dispatch::ending(seen.as_ref(), self.now().as_millisecond()) {
                Ending::Over => return Ok(GaveUp::Ended),
                Ending::Claimed(wait) => return Ok(GaveUp::Claimed(wait)),
                Ending::Open { in_doubt } => in_doubt,
            };
            let owner = format!("given-up:{:016x}", rand::random::<u64>());
            let (id, channel) = (&chunk.chunk, chunk.channel);
            let claim = self.claim_chunk(tenant, &send.id, id, channel, seen.as_ref(), &owner);
            if let Claim::Held(held) = claim.await? {
                self.end_chunk(tenant, &send, chunk, held, in_doubt, why)
                    .await?;
                return Ok(GaveUp::Ended);
            }
        }
        Err(StoreError::Unavailable("a chunk kept changing".to_owned()))
    }

    async fn end_chunk(
        &self,
        tenant: &TenantId,
        send: &Send,
        chunk: &Chunk,
        held: LedgerRow,
        in_doubt: bool,
        why: GiveUp,
    ) -> Result<(), StoreError> {
        // The tenant's own rules are not asked: that they cannot be read may be
        // why the chunk is given up.
        let rules = PreferenceRules::default();
        let roster = self.roster(tenant, &rules, send, chunk).await?;
        let ends = Ends {
            send,
            chunk,
            why,
            attempts: held.attempts - 1,
        };
        let mut rows = ends.rows(&roster, in_doubt);
        for row in &mut rows {
            row.updated_at = self.now();
        }
        if in_doubt {
            rows = self.put_log_rows_below_reports(tenant, rows).await?;
        } else {
            self.put_log_rows(tenant, &rows).await?;
        }
        let ended = roster.ended.into_iter();
        let counts = dispatch::count(ended.chain(rows.iter().map(|row| row.status)));
        tracing::error!(send = %send.id, chunk = chunk.chunk, %why, in_doubt, "a chunk was given up");
        self.give_up_claim(tenant, send, &held, counts).await
    }

    /// Records that a chunk of feed items was given up, unless it has been
    /// recorded already. Items that were written stay, and writing them again
    /// changes nothing.
    pub async fn give_up_feed(&self, tenant: &TenantId, chunk: &Chunk) -> Result<(), StoreError> {
        let people = chunk.recipients.len() as u64;
        let row = LedgerRow {
            chunk: chunk.chunk.clone(),
            channel: Channel::InApp,
            state: LedgerState::GivenUp,
            counts: [(DeliveryStatus::Failed, people)].into(),
            attempts: 0,
            deferrals: 0,
            lease_until: 0,
            first_claim: 0,
            owner: chunk.chunk.clone(),
            moves: 0,
        };
        let keys = keys::ledger(tenant, &chunk.send, &chunk.chunk);
        let send = Expression::new("attribute_exists(#pk)");
        let recorded = self
            .transaction()
            .create(&keys, &row)
            .check(&keys::send(tenant, &chunk.send), send)
            .commit()
            .await;
        match recorded {
            Ok(()) => {
                tracing::error!(send = %chunk.send, chunk = chunk.chunk, "a chunk was given up");
                Ok(())
            }
            Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// The ledger row of an ended chunk, and what it changes.
    async fn give_up_claim(
        &self,
        tenant: &TenantId,
        send: &Send,
        held: &LedgerRow,
        counts: dispatch::Counts,
    ) -> Result<(), StoreError> {
        let given_up = LedgerRow {
            counts,
            state: LedgerState::GivenUp,
            // Whoever takes it up again begins anew.
            attempts: 0,
            deferrals: 0,
            lease_until: 0,
            ..held.clone()
        };
        self.close(tenant, send, held, given_up).await
    }
}

/// Makes the log rows of a chunk that is given up.
struct Ends<'a> {
    send: &'a Send,
    chunk: &'a Chunk,
    why: GiveUp,
    /// Attempts that had no outcome.
    attempts: u32,
}

impl Ends<'_> {
    fn rows(&self, roster: &Roster, mut in_doubt: bool) -> Vec<LogRow> {
        let mut rows = Vec::with_capacity(roster.open.len());
        for (recipient, decision) in &roster.open {
            let row = if in_doubt && self.may_have_left(recipient, decision) {
                // Texts go one by one: only the first one open may have gone.
                in_doubt = self.chunk.channel != Channel::Sms;
                let mut row = self.row(recipient, DeliveryStatus::Unknown, "no_report");
                row.attempts = self.attempts;
                row.resent_ambiguous = self.attempts > 1;
                row
            } else {
                match decision {
                    Ok(_) => self.row(recipient, DeliveryStatus::Failed, self.why.as_str()),
                    Err(skip) => self.row(recipient, DeliveryStatus::Skipped, skip.as_str()),
                }
            };
            rows.push(row);
        }
        rows
    }

    /// Whoever has an address and was not kept from being written to then.
    fn may_have_left(&self, recipient: &Recipient, decision: &Result<Address, Skip>) -> bool {
        let admitted = matches!(decision, Ok(_) | Err(Skip::Cancelled));
        recipient.address.is_some() && (admitted || self.chunk.channel == Channel::Sms)
    }

    fn row(&self, recipient: &Recipient, status: DeliveryStatus, reason: &str) -> LogRow {
        let (channel, chunk) = (self.chunk.channel, &self.chunk.chunk);
        let at = self.send.created_at;
        LogRow {
            reason: Some(reason.to_owned()),
            ..LogRow::of(self.send, channel, chunk, recipient, status, at)
        }
    }
}
