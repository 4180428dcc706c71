//! One chunk of texts. They go one by one, in the chunk's order, and each is
//! logged before the next, so that after a crash only the first one without a
//! row may have gone; SNS cannot be asked.

use std::time::Duration;

use delivery::CallFailure;
use domain::compose::Composer;
use domain::dispatch::{self, GiveUp, Step};
use domain::log::LogRow;
use domain::notification::Priority;
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
use crate::text::{Desk, Text};

/// After this a claim that nobody settled may be taken over.
const AMBIGUOUS_WAIT: Duration = Duration::from_secs(125);
/// While the account may not send, it is asked again this often.
const PAUSED_WAIT: Duration = Duration::from_secs(600);

/// Records of one invocation, at most: each waits only for its part of the time.
const RECORDS: u32 = 2;

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

/// How a chunk went on.
enum Ended {
    /// Every recipient has a row.
    All,
    /// The rest certainly did not leave.
    Later(String),
    /// The same, because the provider was called too fast.
    Throttled(String),
    /// The turn of the rest comes later.
    Turn(Duration),
    /// Nor does anything of the account at present.
    Paused(String),
    /// One may have left: the claim stays, to be reconciled.
    Ambiguous,
    /// The same, after others of this claim that certainly have left.
    PartAmbiguous,
}

impl Worker {
    pub(crate) async fn deliver(
        &self,
        envelope: &Envelope,
        chunk: &Chunk,
        record: &Record,
    ) -> Result<(), Trouble> {
        let patience = Instant::now() + record.spare() / RECORDS;
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

    /// Claims and sends. A row as the answer is somebody else's claim.
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
        let template = match send.content.templates.get(&Channel::Sms) {
            Some(named) => {
                let found = self.store.template_version(tenant_id, named).await?;
                Some(found.ok_or(Trouble::Ends(GiveUp::TemplateMissing))?)
            }
            None => None,
        };
        let composer = Composer::new(&send.content, Channel::Sms, template.as_ref());
        let composer = composer.map_err(|_| Trouble::Ends(GiveUp::TemplateUnreadable))?;
        let now = self.store.now();
        // Two functions may have the same message in the same millisecond.
        let owner = format!("{message_id}:{:016x}", rand::random::<u64>());
        let claim = self
            .store
            .claim_chunk(
                tenant_id,
                &send.id,
                &chunk.chunk,
                Channel::Sms,
                seen,
                &owner,
            )
            .await?;
        let held = match claim {
            Claim::Held(held) => held,
            Claim::Lost(row) => return Ok(Some(row)),
        };
        // Read under the claim: another worker's rows are all there.
        let roster = self
            .store
            .roster(tenant_id, &tenant.preferences, &send, chunk)
            .await?;
        let desk = Desk {
            send: &send,
            tenant: &tenant,
            chunk: &chunk.chunk,
            composer: &composer,
            now,
        };
        let mut statuses = roster.ended.clone();
        let mut ended = self
            .send_each(&desk, &roster, (&held, step), patience, &mut statuses)
            .await?;
        if matches!(ended, Ended::Ambiguous) && statuses.len() > roster.ended.len() {
            ended = Ended::PartAmbiguous;
        }
        self.close(envelope, &send, held, statuses, ended).await?;
        Ok(None)
    }

    async fn send_each(
        &self,
        desk: &Desk<'_>,
        roster: &Roster,
        (held, step): (&LedgerRow, Step),
        patience: Instant,
        statuses: &mut Vec<DeliveryStatus>,
    ) -> Result<Ended, Trouble> {
        // The first one open may have left with a claim that was never settled.
        let mut ambiguous = step != Step::Send;
        for (recipient, decision) in &roster.open {
            let had_address = recipient.address.is_some();
            let row = match desk.prepare(recipient, decision) {
                // It may have left before it was cancelled, blocked or suspended.
                Err(_) if had_address && std::mem::take(&mut ambiguous) => {
                    desk.unknown(recipient, held, step)
                }
                Err(row) => *row,
                Ok(text) => {
                    let doubtful = std::mem::take(&mut ambiguous);
                    if doubtful && !may_repeat(desk.send, step) {
                        desk.unknown(recipient, held, step)
                    } else if let Some(skip) = self.held_back(desk, &text).await? {
                        if doubtful {
                            desk.unknown(recipient, held, step)
                        } else {
                            desk.skipped(recipient, skip)
                        }
                    } else {
                        match self
                            .send_one(desk.send, text, held, doubtful, patience)
                            .await
                        {
                            Ok(row) => row,
                            Err(ended) => return Ok(ended),
                        }
                    }
                }
            };
            self.store
                .put_log_rows(&desk.tenant.id, std::slice::from_ref(&row))
                .await?;
            statuses.push(row.status);
        }
        Ok(Ended::All)
    }

    async fn send_one(
        &self,
        send: &Send,
        text: Text,
        held: &LedgerRow,
        doubtful: bool,
        patience: Instant,
    ) -> Result<LogRow, Ended> {
        let mut row = text.row;
        row.attempts = held.attempts;
        row.resent_ambiguous = doubtful;
        let sent = if send.test {
            Ok("test".to_owned())
        } else {
            self.turn(patience).await.map_err(Ended::Turn)?;
            self.channel.send(&text.to, &text.body).await
        };
        match sent {
            Ok(id) => row.provider_id = Some(id),
            Err(CallFailure::Refused(reason)) => {
                row.status = DeliveryStatus::Failed;
                row.reason = Some(reason);
            }
            Err(CallFailure::NotSent(reason))
                if retry::provider_delay(send.priority, held.deferrals + 1, 0.0).is_none() =>
            {
                tracing::error!(send = %send.id, chunk = %held.chunk, reason, "the provider's outage outlasts a text");
                row.status = DeliveryStatus::Failed;
                row.reason = Some(reason);
            }
            Err(CallFailure::NotSent(reason)) => return Err(Ended::Later(reason)),
            Err(CallFailure::Throttled(reason)) => {
                self.channel.limiter().refused();
                return Err(Ended::Throttled(reason));
            }
            Err(CallFailure::Paused(reason)) => return Err(Ended::Paused(reason)),
            Err(CallFailure::Ambiguous(reason) | CallFailure::Broken(reason)) => {
                tracing::warn!(send = %send.id, chunk = %held.chunk, reason, "ambiguous");
                return Err(Ended::Ambiguous);
            }
        }
        Ok(row)
    }

    async fn close(
        &self,
        envelope: &Envelope,
        send: &Send,
        held: LedgerRow,
        statuses: Vec<DeliveryStatus>,
        ended: Ended,
    ) -> Result<(), Trouble> {
        let counts = dispatch::count(statuses);
        match ended {
            Ended::All => Ok(self
                .store
                .settle_claim(&envelope.tenant, send, &held, counts)
                .await?),
            Ended::PartAmbiguous => {
                self.store
                    .keep_part(&envelope.tenant, send, &held, counts)
                    .await?;
                Ok(self.queue.send_later(envelope, AMBIGUOUS_WAIT).await?)
            }
            Ended::Ambiguous => Ok(self.queue.send_later(envelope, AMBIGUOUS_WAIT).await?),
            Ended::Later(reason) => {
                tracing::warn!(send = %send.id, chunk = %held.chunk, reason, "given back");
                let deferrals = held.deferrals + 1;
                let delay = retry::provider_delay(send.priority, deferrals, rand::random::<f64>())
                    .unwrap_or(PAUSED_WAIT);
                self.store
                    .release_claim(&envelope.tenant, send, &held, counts, deferrals, delay)
                    .await?;
                Ok(self.queue.send_later(envelope, delay).await?)
            }
            Ended::Turn(delay) => {
                self.store
                    .release_claim(&envelope.tenant, send, &held, counts, held.deferrals, delay)
                    .await?;
                Ok(self.queue.send_later(envelope, delay).await?)
            }
            // Being called too fast says nothing about the chunk: it costs no attempt.
            Ended::Throttled(reason) => {
                tracing::warn!(send = %send.id, chunk = %held.chunk, reason, "given back");
                let delay = retry::slowly(rand::random::<f64>());
                self.store
                    .release_claim(&envelope.tenant, send, &held, counts, held.deferrals, delay)
                    .await?;
                Ok(self.queue.send_later(envelope, delay).await?)
            }
            Ended::Paused(reason) => {
                tracing::error!(send = %send.id, reason, "the account may not send; waiting");
                self.store
                    .release_claim(
                        &envelope.tenant,
                        send,
                        &held,
                        counts,
                        held.deferrals,
                        PAUSED_WAIT,
                    )
                    .await?;
                Ok(self.queue.send_later(envelope, PAUSED_WAIT).await?)
            }
        }
    }
}

/// A text that may have gone is repeated only when it is urgent, and once;
/// otherwise it ends as unknown.
fn may_repeat(send: &Send, step: Step) -> bool {
    step == Step::Resend && send.priority == Priority::Urgent
}
