//! One batch: which record comes when, and which are reported as failed.

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use domain::tasks::{Begun, DeadLetters};
use futures::FutureExt;
use lambda_runtime::Context;

use super::{Batch, Ending, GivenUp, Outcome, Record};

/// No new record is begun with less than this left before the timeout.
const LAST_START: Duration = Duration::from_secs(14);
/// A record is cut off this long before the timeout, so that those which are
/// finished are still reported.
const MARGIN: Duration = Duration::from_secs(2);
/// A record that came back this often without an outcome is given up.
const MAX_CLAIMS: u32 = 5;
/// So many deliveries may begin and never end, besides the first, which is not
/// counted: a record that kills its process is not worked on a fourth time.
const MAX_UNFINISHED: u32 = 2;

/// A function's batches.
pub(super) struct Running<D, B, Work, End> {
    pub batch: Batch<D, B>,
    /// Whether fresh records are worked on together.
    pub together: bool,
    pub work: Work,
    pub end: End,
}

/// A record with where it came from.
struct Given {
    record: Record,
    source: String,
    handle: String,
    /// Deliveries of it that began and had no outcome.
    unfinished: u32,
}

impl Given {
    fn came_back(&self) -> bool {
        self.record.receives > 1
    }

    /// Fresh records come first, those that may kill the process last, so that
    /// they take as few others along as possible.
    fn rank(&self) -> (u8, u32, u32) {
        let suspect = match self.unfinished {
            0 if !self.came_back() => 0,
            0 => 1,
            MAX_UNFINISHED.. => 2,
            _ => 3,
        };
        (suspect, self.unfinished, self.record.receives)
    }
}

impl<D, B, Work, Working, End, Closing> Running<D, B, Work, End>
where
    D: DeadLetters,
    B: Begun,
    Work: Fn(Vec<Record>) -> Working,
    Working: Future<Output = Vec<Outcome>>,
    End: Fn(Record, GivenUp) -> Closing,
    Closing: Future<Output = Result<Ending, String>>,
{
    pub(super) async fn run(&self, event: SqsEvent, context: &Context) -> SqsBatchResponse {
        let mut batch: Vec<Given> = event
            .records
            .into_iter()
            .map(|message| given(message, context.deadline))
            .collect();
        let mut failed: BTreeSet<String> = BTreeSet::new();
        if let Err(error) = self.recall(&mut batch).await {
            tracing::warn!(error, "what began before is not known, records return");
            batch.retain(|given| !given.came_back() || !failed.insert(given.record.id.clone()));
        }
        batch.sort_by_key(Given::rank);
        let mut parts = self.parts(batch).into_iter().peekable();
        while let Some(part) = parts.next() {
            for (given, ended) in part.iter().zip(self.attempt(&part, context).await) {
                if !ended {
                    failed.insert(given.record.id.clone());
                } else if parts
                    .peek()
                    .is_some_and(|next| next.iter().any(Given::came_back))
                {
                    self.acknowledge(given).await;
                }
            }
        }
        if let Some(after) = &self.batch.after {
            self.afterwards(after(context.deadline), context).await;
        }
        let mut response = SqsBatchResponse::default();
        response.batch_item_failures = failed.into_iter().map(failure).collect();
        response
    }

    /// What is worked on at once; records that came back always are alone.
    fn parts(&self, batch: Vec<Given>) -> Vec<Vec<Given>> {
        let mut parts: Vec<Vec<Given>> = Vec::with_capacity(batch.len());
        for given in batch {
            match parts.last_mut() {
                Some(part) if self.together && !given.came_back() => part.push(given),
                _ => parts.push(vec![given]),
            }
        }
        parts
    }

    /// One of the records that follow may end the process, and with it the
    /// answer. Working on this one again would change nothing, but its
    /// deliveries are counted.
    async fn acknowledge(&self, given: &Given) {
        let done = self.batch.dead.acknowledge(&given.source, &given.handle);
        if let Err(error) = done.await {
            tracing::warn!(message = %given.record.id, error, "not acknowledged by itself");
        }
    }

    async fn afterwards(&self, after: impl Future<Output = ()>, context: &Context) {
        let doing = AssertUnwindSafe(after).catch_unwind();
        match tokio::time::timeout(left(context).saturating_sub(MARGIN), doing).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => tracing::error!("what follows the records panicked"),
            Err(_) => tracing::warn!("what follows the records took too long"),
        }
    }

    /// Looks up how deliveries of the records that came back ended before.
    async fn recall(&self, batch: &mut [Given]) -> Result<(), String> {
        let back = batch.iter().filter(|given| given.came_back());
        let ids: Vec<String> = back.map(|given| given.record.id.clone()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let known: HashMap<String, u32> = self.batch.begun.unfinished(&ids).await?;
        for given in batch {
            given.unfinished = known.get(&given.record.id).copied().unwrap_or(0);
        }
        Ok(())
    }

    /// Which of the records may be acknowledged.
    async fn attempt(&self, part: &[Given], context: &Context) -> Vec<bool> {
        if left(context) < LAST_START {
            tracing::warn!(records = part.len(), "too little time left, records return");
            return vec![false; part.len()];
        }
        if let [given] = part {
            if given.unfinished >= MAX_UNFINISHED {
                let why = GivenUp::Deadly(given.unfinished);
                return vec![self.give_up(&given.record, why, context).await];
            }
            // The usual delivery, the first, costs nothing.
            if given.came_back()
                && let Err(error) = self.batch.begun.begin(&given.record.id).await
            {
                tracing::warn!(message = %given.record.id, error, "its beginning cannot be noted, the record returns");
                return vec![false];
            }
        }
        let mut outcomes = self.outcomes(part, context).await.into_iter();
        let mut ended = Vec::with_capacity(part.len());
        for given in part {
            ended.push(match outcomes.next() {
                Some(outcome) => self.conclude(given, outcome, context).await,
                None => false,
            });
        }
        ended
    }

    /// A panic is a failed record, not a failed batch, and so is one that hangs.
    async fn outcomes(&self, part: &[Given], context: &Context) -> Vec<Outcome> {
        let records = part.iter().map(|given| given.record.clone()).collect();
        let all = |reason: &str| {
            let each = part.iter();
            each.map(|_| Outcome::Retry(reason.to_owned())).collect()
        };
        let working = AssertUnwindSafe((self.work)(records)).catch_unwind();
        match tokio::time::timeout(left(context).saturating_sub(MARGIN), working).await {
            Ok(Ok(outcomes)) => outcomes,
            Ok(Err(_)) => all("the record made the function panic"),
            Err(_) => all("the record took too long"),
        }
    }

    /// Whether the record may be acknowledged.
    async fn conclude(&self, given: &Given, outcome: Outcome, context: &Context) -> bool {
        let (record, receives) = (&given.record, given.record.receives);
        if given.came_back()
            && let Err(error) = self.batch.begun.end(&record.id).await
        {
            tracing::warn!(message = %record.id, error, "its outcome cannot be noted");
        }
        match outcome {
            Outcome::Done => true,
            Outcome::Retry(reason) if receives >= MAX_CLAIMS => {
                self.give_up(record, GivenUp::Exhausted(reason), context)
                    .await
            }
            Outcome::Retry(reason) => {
                tracing::warn!(message = %record.id, receives, reason, "the record returns");
                false
            }
            Outcome::Reject(reason) => {
                self.give_up(record, GivenUp::Rejected(reason), context)
                    .await
            }
        }
    }

    /// The end of what the record asked for, then the record itself. The answer
    /// is whether it may be acknowledged: not while either is not safe.
    async fn give_up(&self, record: &Record, why: GivenUp, context: &Context) -> bool {
        let (id, reason) = (&record.id, why.to_string());
        tracing::error!(message = %id, receives = record.receives, reason, "the record is given up");
        let closing = AssertUnwindSafe((self.end)(record.clone(), why)).catch_unwind();
        let ended = match tokio::time::timeout(left(context).saturating_sub(MARGIN), closing).await
        {
            Ok(Ok(ended)) => ended,
            Ok(Err(_)) => Err("giving it up made the function panic".to_owned()),
            Err(_) => Err("giving it up took too long".to_owned()),
        };
        match ended {
            Ok(Ending::GoesOn) => true,
            Ok(Ending::Recorded) => match self.batch.dead.set_aside(&record.body, &reason).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::error!(message = %id, error, "the dead-letter queue did not take the record");
                    false
                }
            },
            Err(error) => {
                tracing::error!(message = %id, error, "the end of the record is not on record");
                false
            }
        }
    }
}

fn left(context: &Context) -> Duration {
    context
        .deadline()
        .duration_since(std::time::SystemTime::now())
        .unwrap_or_default()
}

fn given(message: SqsMessage, deadline: u64) -> Given {
    Given {
        source: message.event_source_arn.clone().unwrap_or_default(),
        handle: message.receipt_handle.clone().unwrap_or_default(),
        record: Record::of(message, deadline),
        unfinished: 0,
    }
}

impl Record {
    /// The time left before this invocation begins no more work: what a record
    /// may spend on waiting, together with those after it.
    pub fn spare(&self) -> Duration {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Duration::from_millis(self.deadline)
            .saturating_sub(now)
            .saturating_sub(LAST_START)
    }

    pub(crate) fn of(message: SqsMessage, deadline: u64) -> Self {
        Self {
            id: message.message_id.clone().unwrap_or_default(),
            receives: receives(&message),
            body: message.body.unwrap_or_default(),
            deadline,
        }
    }
}

fn receives(message: &SqsMessage) -> u32 {
    message
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn failure(id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    failure
}
