//! One chunk: facts, messages, claim, call, log, settle.

use std::time::Duration;

use delivery::email::{Message, Sender};
use delivery::{CallFailure, Outcome};
use domain::compose::Composer;
use domain::directory::Tenant;
use domain::dispatch::{self, Skip, Step};
use domain::log::LogRow;
use domain::send::{DeliveryStatus, LedgerRow, Send};
use domain::tasks::{Chunk, Envelope};
use domain::{Channel, retry};
use lambda::batch::Record;
use queue::QueueError;
use store::StoreError;
use store::ledger::Claim;
use store::recipients::Roster;

use crate::Worker;
use crate::message::{Desk, Prepared};
use crate::outcome::{self, Doubt, Later};

/// After this the provider has reported what it accepted, or never will.
const AMBIGUOUS_WAIT: Duration = Duration::from_secs(125);
/// While the account may not send, it is asked again this often.
const PAUSED_WAIT: Duration = Duration::from_secs(600);

/// Why a chunk comes back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("{0} does not exist")]
    Missing(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Recipients of a chunk sorted by what happens to them.
#[derive(Debug, Default)]
struct Sorted {
    messages: Vec<Message>,
    rows: Vec<LogRow>,
    ended: Vec<LogRow>,
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
                        .attempt(envelope, chunk, seen.as_ref(), step, &record.id)
                        .await?
                    {
                        None => return Ok(()),
                        lost => seen = lost,
                    }
                }
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
        message_id: &str,
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
            .ok_or(Trouble::Missing("tenant"))?;
        let template = match send.content.templates.get(&Channel::Email) {
            Some(named) => self.store.template_version(tenant_id, named).await?,
            None => None,
        };
        let roster = self.store.roster(tenant_id, &send, chunk).await?;
        let composer = Composer::new(&send.content, Channel::Email, template.as_ref());
        let composer = composer.map_err(|_| Trouble::Missing("a readable template"))?;
        let desk = Desk {
            send: &send,
            tenant: &tenant,
            chunk: &chunk.chunk,
            composer: &composer,
            secret: &self.secret,
            now: self.store.now(),
        };
        let mut sorted = sort(&desk, &roster, step);
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
            Claim::Lost(row) => return Ok(Some(row)),
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
        self.dispatch(envelope, &send, &tenant, held, sorted, roster)
            .await?;
        Ok(None)
    }

    /// The call itself, and the record of what came of it.
    async fn dispatch(
        &self,
        envelope: &Envelope,
        send: &Send,
        tenant: &Tenant,
        held: LedgerRow,
        sorted: Sorted,
        roster: Roster,
    ) -> Result<(), Trouble> {
        let sender = Sender {
            name: tenant.sender_name.clone(),
            reply_to: tenant.reply_to.clone(),
        };
        let answer = self.call(send, &sender, &sorted.messages).await;
        let known = match outcome::known(answer, sorted.rows, &held) {
            Ok(known) => known,
            Err(doubt) => return self.doubt(envelope, send, &held, doubt).await,
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
            return Ok(self
                .store
                .settle_claim(&envelope.tenant, send, &held, counts)
                .await?);
        }
        let (deferrals, delay) = put_off(&held, known.later);
        self.store
            .release_claim(&envelope.tenant, send, &held, counts, deferrals, delay)
            .await?;
        Ok(self.queue.send_later(envelope, delay).await?)
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
                let delay = retry::provider_delay(held.deferrals + 1, rand::random::<f64>());
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
        match self.channel.send(sender, messages).await {
            // One message that the provider will not take refuses the whole call.
            Err(CallFailure::Refused(_)) if messages.len() > 1 => {
                self.send_one_by_one(sender, messages).await
            }
            answer => answer,
        }
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
                Err(CallFailure::Paused(reason)) => outcomes.push(Outcome::Paused(reason)),
                Err(doubt) => return Err(doubt),
            }
        }
        Ok(outcomes)
    }
}

/// How often the chunk has been deferred by now, and until when it is put off.
fn put_off(held: &LedgerRow, later: Option<Later>) -> (u32, Duration) {
    match later {
        Some(Later::Paused(reason)) => {
            tracing::error!(chunk = %held.chunk, reason, "the account may not send; waiting");
            (held.deferrals, PAUSED_WAIT)
        }
        Some(Later::Deferred(reason)) => {
            tracing::warn!(chunk = %held.chunk, reason, "given back");
            let deferrals = held.deferrals + 1;
            (
                deferrals,
                retry::provider_delay(deferrals, rand::random::<f64>()).unwrap_or(PAUSED_WAIT),
            )
        }
        None => (held.deferrals, PAUSED_WAIT),
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
