//! One chunk: facts, messages, claim, call, log, settle.

use std::time::Duration;

use delivery::email::{Message, Sender};
use delivery::{CallFailure, Outcome};
use domain::compose::Composer;
use domain::directory::Tenant;
use domain::dispatch::{self, GiveUp, Skip, Step};
use domain::log::LogRow;
use domain::send::{DeliveryStatus, LedgerRow, Send};
use domain::tasks::{Chunk, Envelope};
use domain::{Channel, retry};
use lambda::batch::{Ending, Record};
use queue::QueueError;
use store::StoreError;
use store::given_up::GaveUp;
use store::ledger::Claim;
use store::recipients::Roster;
use tokio::time::Instant;

use crate::Worker;
use crate::message::{Desk, Prepared};
use crate::outcome::{self, Doubt};
use crate::turn::Turn;

/// After this the provider has reported what it accepted, or never will.
const AMBIGUOUS_WAIT: Duration = Duration::from_secs(125);
/// Records of one invocation, at most: each waits only for its part of the time.
const RECORDS: u32 = 10;

/// Why a chunk comes back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("{0} does not exist")]
    Missing(&'static str),
    /// It can never be sent, and every recipient is to be told so.
    #[error("{0}")]
    Ends(GiveUp),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Recipients of a chunk sorted by what happens to them.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    pub messages: Vec<Message>,
    /// Those of the messages, in their order.
    pub rows: Vec<LogRow>,
    pub ended: Vec<LogRow>,
    /// An attempt before this one had no outcome, so the provider may write a
    /// row at any moment.
    may_be_reported: bool,
}

impl Worker {
    pub(crate) async fn deliver(
        &self,
        envelope: &Envelope,
        chunk: &Chunk,
        record: &Record,
    ) -> Result<(), Trouble> {
        let patience = Instant::now() + record.spare() / RECORDS;
        // A first delivery is nearly always the first attempt: the claim itself
        // finds out if it is not.
        let mut seen = None;
        if record.receives > 1 {
            seen = self
                .store
                .ledger_row(&envelope.tenant, &chunk.send, &chunk.chunk)
                .await?;
        }
        loop {
            let step = dispatch::step(seen.as_ref(), self.store.now().as_millisecond());
            match step {
                Step::Done => return Ok(()),
                Step::Wait(delay) => return Ok(self.queue.send_later(envelope, delay).await?),
                Step::Send | Step::Resend | Step::GiveUp => {
                    match self
                        .attempt(envelope, chunk, seen.as_ref(), step, (&record.id, patience))
                        .await?
                    {
                        None => return Ok(()),
                        lost => seen = lost,
                    }
                }
            }
        }
    }

    /// Ends a chunk that is not worked on any more. While somebody may be at it
    /// the task goes on, for them to end it.
    pub(crate) async fn end(
        &self,
        envelope: &Envelope,
        chunk: &Chunk,
        why: GiveUp,
    ) -> Result<Ending, Trouble> {
        match self
            .store
            .give_up_chunk(&envelope.tenant, chunk, why)
            .await?
        {
            GaveUp::Ended => Ok(Ending::Recorded),
            GaveUp::Claimed(wait) => {
                self.queue.send_later(envelope, wait).await?;
                Ok(Ending::GoesOn)
            }
        }
    }

    /// Prepares, claims and sends. A row as the answer is somebody else's claim.
    async fn attempt(
        &self,
        envelope: &Envelope,
        chunk: &Chunk,
        seen: Option<&LedgerRow>,
        step: Step,
        (message_id, patience): (&str, Instant),
    ) -> Result<Option<LedgerRow>, Trouble> {
        let tenant_id = &envelope.tenant;
        let send = self
            .store
            .send(tenant_id, &chunk.send)
            .await?
            .ok_or(Trouble::Missing("send"))?;
        let tenant = self
            .store
            .tenant(tenant_id)
            .await?
            .ok_or(Trouble::Ends(GiveUp::TenantMissing))?;
        let template = match send.content.templates.get(&Channel::Email) {
            Some(named) => {
                let found = self.store.template_version(tenant_id, named).await?;
                Some(found.ok_or(Trouble::Ends(GiveUp::TemplateMissing))?)
            }
            None => None,
        };
        let roster = self
            .store
            .roster(tenant_id, &tenant.preferences, &send, chunk)
            .await?;
        let composer = Composer::new(&send.content, Channel::Email, template.as_ref());
        let composer = composer.map_err(|_| Trouble::Ends(GiveUp::TemplateUnreadable))?;
        let marks = self.store.address_marks(tenant_id).await?;
        let desk = Desk {
            send: &send,
            tenant: &tenant,
            chunk: &chunk.chunk,
            composer: &composer,
            secrets: &self.secrets,
            api_url: &self.api_url,
            marks: &marks,
            now: self.store.now(),
        };
        let mut sorted = sort(&desk, &roster, step);
        let turn = self.turn(tenant_id, &send, &mut sorted, patience).await?;
        if let Turn::In(delay) = turn {
            self.queue.send_later(envelope, delay).await?;
            return Ok(None);
        }
        // Two functions may have the same message in the same millisecond.
        let owner = format!("{message_id}:{:016x}", rand::random::<u64>());
        let claim = self
            .store
            .claim_chunk(
                tenant_id,
                &send.id,
                &chunk.chunk,
                Channel::Email,
                seen,
                &owner,
            )
            .await?;
        let held = match claim {
            Claim::Held(held) => held,
            Claim::Lost(row) => {
                if !send.test {
                    self.channel.limiter().unused(sorted.messages.len());
                }
                return Ok(Some(row));
            }
        };
        for row in &mut sorted.rows {
            row.attempts = held.attempts;
            row.resent_ambiguous = step == Step::Resend;
        }
        // This claim is no attempt; those before it were, each without an end.
        for row in sorted
            .ended
            .iter_mut()
            .filter(|row| row.status == DeliveryStatus::Unknown)
        {
            row.attempts = held.attempts - 1;
            row.resent_ambiguous = row.attempts > 1;
        }
        let goes_on = self
            .dispatch(envelope, &send, &tenant, held, sorted, roster)
            .await?;
        if !goes_on {
            return Ok(None);
        }
        let row = self
            .store
            .ledger_row(tenant_id, &send.id, &chunk.chunk)
            .await?;
        Ok(row)
    }

    /// The call itself, and the record of what came of it. The answer is whether
    /// the rest of the chunk goes with another call at once.
    async fn dispatch(
        &self,
        envelope: &Envelope,
        send: &Send,
        tenant: &Tenant,
        held: LedgerRow,
        sorted: Sorted,
        roster: Roster,
    ) -> Result<bool, Trouble> {
        let sender = Sender {
            name: tenant.sender_name.clone(),
            reply_to: tenant.reply_to.clone(),
        };
        let answer = self.call(send, &sender, &sorted.messages).await;
        let known = match outcome::known(answer, sorted.rows, outcome::is_last(send, &held)) {
            Ok(known) => known,
            Err(doubt) => {
                self.doubt(envelope, send, &held, doubt).await?;
                return Ok(false);
            }
        };
        let mut rows = [sorted.ended, known.rows].concat();
        let all = rows.len() == roster.open.len();
        if sorted.may_be_reported {
            rows = self
                .store
                .put_log_rows_below_reports(&envelope.tenant, rows)
                .await?;
        } else {
            self.store.put_log_rows(&envelope.tenant, &rows).await?;
        }
        let counts = dispatch::count(
            roster
                .ended
                .into_iter()
                .chain(rows.iter().map(|row| row.status)),
        );
        tracing::info!(send = %send.id, chunk = %held.chunk, ended = rows.len(), all, "chunk");
        if all {
            self.store
                .settle_claim(&envelope.tenant, send, &held, counts)
                .await?;
            return Ok(false);
        }
        let (deferrals, delay) = outcome::put_off(send, &held, known.later);
        self.store
            .release_claim(&envelope.tenant, send, &held, counts, deferrals, delay)
            .await?;
        if delay.is_zero() {
            return Ok(true);
        }
        self.queue.send_later(envelope, delay).await?;
        Ok(false)
    }

    /// The claim stays open: the next delivery reconciles it with what the
    /// provider has reported by then.
    async fn doubt(
        &self,
        envelope: &Envelope,
        send: &Send,
        held: &LedgerRow,
        doubt: Doubt,
    ) -> Result<(), Trouble> {
        let wait = match doubt {
            Doubt::Silent(reason) => {
                tracing::warn!(send = %send.id, chunk = %held.chunk, reason, "ambiguous");
                AMBIGUOUS_WAIT
            }
            Doubt::Broken(reason) => {
                tracing::warn!(send = %send.id, chunk = %held.chunk, reason, "the provider is broken");
                let delay =
                    retry::provider_delay(send.priority, held.deferrals + 1, rand::random::<f64>());
                let delay = delay.map(|delay| delay.max(AMBIGUOUS_WAIT));
                self.store
                    .keep_claim(&envelope.tenant, send, held, delay)
                    .await?;
                delay.unwrap_or(AMBIGUOUS_WAIT)
            }
        };
        Ok(self.queue.send_later(envelope, wait).await?)
    }

    async fn call(
        &self,
        send: &Send,
        sender: &Sender,
        messages: &[Message],
    ) -> Result<Vec<Outcome>, CallFailure> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        if send.test {
            // A test key: everything happens but leaving.
            return Ok(messages
                .iter()
                .map(|_| Outcome::Accepted("test".to_owned()))
                .collect());
        }
        let answer = match self.channel.send(sender, messages).await {
            // One message that the provider will not take refuses the whole call.
            Err(CallFailure::Refused(_)) if messages.len() > 1 => {
                self.send_one_by_one(sender, messages).await
            }
            answer => answer,
        };
        if outcome::is_throttled(&answer) {
            self.channel.limiter().refused();
        }
        answer
    }

    /// What cannot go in bulk. The first doubtful answer ends it: the claim is
    /// reconciled like that of a whole call.
    async fn send_one_by_one(
        &self,
        sender: &Sender,
        messages: &[Message],
    ) -> Result<Vec<Outcome>, CallFailure> {
        let mut outcomes = Vec::with_capacity(messages.len());
        for message in messages {
            match self
                .channel
                .send(sender, std::slice::from_ref(message))
                .await
            {
                Ok(outcome) => outcomes.extend(outcome),
                Err(CallFailure::Refused(reason)) => outcomes.push(Outcome::Refused(reason)),
                Err(CallFailure::NotSent(reason)) => outcomes.push(Outcome::Later(reason)),
                Err(CallFailure::Throttled(reason)) => outcomes.push(Outcome::Throttled(reason)),
                Err(CallFailure::Paused(reason)) => outcomes.push(Outcome::Paused(reason)),
                Err(doubt) => return Err(doubt),
            }
        }
        Ok(outcomes)
    }
}

/// Who gets a message, and whose delivery ends without one.
fn sort(desk: &Desk<'_>, roster: &Roster, step: Step) -> Sorted {
    let mut sorted = Sorted {
        may_be_reported: step != Step::Send,
        ..Sorted::default()
    };
    for (recipient, decision) in &roster.open {
        // It may have left before it was cancelled.
        let doubtful =
            step != Step::Send && *decision == Err(Skip::Cancelled) && recipient.address.is_some();
        match desk.prepare(recipient, decision) {
            _ if doubtful => sorted.ended.push(desk.unknown(recipient)),
            Prepared::Goes(..) if step == Step::GiveUp => {
                sorted.ended.push(desk.unknown(recipient))
            }
            Prepared::Goes(message, row) => {
                sorted.messages.push(*message);
                sorted.rows.push(*row);
            }
            Prepared::Ends(row) => sorted.ended.push(*row),
        }
    }
    sorted
}
