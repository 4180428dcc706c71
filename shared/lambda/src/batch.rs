//! Queue events: a per-record function lifted to a batch with partial failures.
//!
//! A record that is given up is acknowledged last: first the function records
//! the end of what it asked for, then it is set aside with its reason.

mod run;

use std::fmt;
use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use domain::tasks::{self, BadTask, Begun, DeadLetters, Envelope};
use futures::future::BoxFuture;
use lambda_runtime::{Context, Error};

use crate::function::Function;

/// How one record ended.
#[derive(Debug)]
pub enum Outcome {
    /// Finished, or already finished by an earlier delivery.
    Done,
    /// Comes back after its visibility timeout.
    Retry(String),
    /// Can never succeed: given up.
    Reject(String),
}

/// Why a record is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenUp {
    /// It can never succeed.
    Rejected(String),
    /// It came back too often; the last reason.
    Exhausted(String),
    /// Deliveries of it began so often and had no outcome, as happens when a
    /// record takes the process with it.
    Deadly(u32),
}

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(reason) | Self::Exhausted(reason) => f.write_str(reason),
            Self::Deadly(times) => write!(f, "it ended its process at least {times} times"),
        }
    }
}

/// What became of giving a record up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The end is on record: the message is set aside.
    Recorded,
    /// The task goes on by another message: this one is let go.
    GoesOn,
}

/// One message.
#[derive(Debug, Clone)]
pub struct Record {
    pub id: String,
    pub body: String,
    /// How often it has been received, this time included.
    pub receives: u32,
    /// Epoch milliseconds at which this invocation ends.
    pub deadline: u64,
}

/// What follows the records of an invocation, told by its deadline.
type After = Box<dyn Fn(u64) -> BoxFuture<'static, ()> + Send + Sync>;

/// What a function does with its records, and with those that it gives up.
pub struct Batch<D, B> {
    dead: D,
    begun: B,
    after: Option<After>,
}

impl<D, B> fmt::Debug for Batch<D, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Batch")
    }
}

impl<D: DeadLetters, B: Begun> Batch<D, B> {
    pub fn new(dead: D, begun: B) -> Self {
        Self {
            dead,
            begun,
            after: None,
        }
    }

    /// What is done once all records of an invocation have ended. Nothing of it
    /// fails them; the invocation is told by its deadline.
    pub fn then<Doing>(mut self, after: impl Fn(u64) -> Doing + Send + Sync + 'static) -> Self
    where
        Doing: Future<Output = ()> + Send + 'static,
    {
        self.after = Some(Box::new(move |invocation| Box::pin(after(invocation))));
        self
    }

    /// A function of queue messages whose bodies are [`tasks`], of which
    /// nothing has to be recorded when they are given up.
    pub fn tasks<Work, Working>(self, work: Work) -> Function
    where
        Work: Fn(Envelope, Record) -> Working + Clone + Send + Sync + 'static,
        Working: Future<Output = Outcome> + Send + 'static,
    {
        self.tasks_ending(work, |_, _| async { Ok(Ending::Recorded) })
    }

    /// The same with the end that a task has when it is given up. While that
    /// cannot be recorded, the message returns.
    pub fn tasks_ending<Work, Working, End, Closing>(self, work: Work, end: End) -> Function
    where
        Work: Fn(Envelope, Record) -> Working + Clone + Send + Sync + 'static,
        Working: Future<Output = Outcome> + Send + 'static,
        End: Fn(Envelope, GivenUp) -> Closing + Clone + Send + Sync + 'static,
        Closing: Future<Output = Result<Ending, String>> + Send + 'static,
    {
        let work = move |record: Record| {
            let work = work.clone();
            async move {
                match tasks::read(&record.body) {
                    Ok(envelope) => work(envelope, record).await,
                    Err(BadTask::Newer(version)) => {
                        Outcome::Retry(format!("task version {version} is newer than this release"))
                    }
                    Err(BadTask::Malformed(reason)) => {
                        Outcome::Reject(format!("malformed task: {reason}"))
                    }
                }
            }
        };
        let end = move |record: Record, why: GivenUp| {
            let end = end.clone();
            async move {
                match tasks::read(&record.body) {
                    Ok(envelope) => end(envelope, why).await,
                    Err(_) => Ok(Ending::Recorded),
                }
            }
        };
        self.function(false, each(work), end)
    }

    /// A function of raw queue messages that takes the fresh ones of an
    /// invocation at once, because together they cost less, and answers one
    /// outcome for each, in their order. What came back is worked on alone:
    /// whatever made a batch fail fails by itself then. Nothing has to be
    /// recorded when a message is given up.
    pub fn records_together<Work, Working>(self, work: Work) -> Function
    where
        Work: Fn(Vec<Record>) -> Working + Clone + Send + Sync + 'static,
        Working: Future<Output = Vec<Outcome>> + Send + 'static,
    {
        self.records_together_ending(work, |_, _| async { Ok(Ending::Recorded) })
    }

    /// The same with the end that a message has when it is given up.
    pub fn records_together_ending<Work, Working, End, Closing>(
        self,
        work: Work,
        end: End,
    ) -> Function
    where
        Work: Fn(Vec<Record>) -> Working + Clone + Send + Sync + 'static,
        Working: Future<Output = Vec<Outcome>> + Send + 'static,
        End: Fn(Record, GivenUp) -> Closing + Clone + Send + Sync + 'static,
        Closing: Future<Output = Result<Ending, String>> + Send + 'static,
    {
        self.function(true, work, end)
    }

    /// A function of raw queue messages, each worked on by itself, with the end
    /// that a message has when it is given up.
    pub fn records_ending<Work, Working, End, Closing>(self, work: Work, end: End) -> Function
    where
        Work: Fn(Record) -> Working + Clone + Send + Sync + 'static,
        Working: Future<Output = Outcome> + Send + 'static,
        End: Fn(Record, GivenUp) -> Closing + Clone + Send + Sync + 'static,
        Closing: Future<Output = Result<Ending, String>> + Send + 'static,
    {
        self.function(false, each(work), end)
    }

    fn function<Work, Working, End, Closing>(self, together: bool, work: Work, end: End) -> Function
    where
        Work: Fn(Vec<Record>) -> Working + Clone + Send + Sync + 'static,
        Working: Future<Output = Vec<Outcome>> + Send + 'static,
        End: Fn(Record, GivenUp) -> Closing + Clone + Send + Sync + 'static,
        Closing: Future<Output = Result<Ending, String>> + Send + 'static,
    {
        let batch = Arc::new(run::Running {
            batch: self,
            together,
            work,
            end,
        });
        Function::new(move |event: SqsEvent, context: Context| {
            let batch = Arc::clone(&batch);
            async move { Ok::<_, Error>(batch.run(event, &context).await) }
        })
    }
}

/// Work on one record as work on several.
fn each<Work, Working>(
    work: Work,
) -> impl Fn(Vec<Record>) -> BoxFuture<'static, Vec<Outcome>> + Clone
where
    Work: Fn(Record) -> Working + Clone + Send + Sync + 'static,
    Working: Future<Output = Outcome> + Send + 'static,
{
    move |records| {
        let work = work.clone();
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(records.len());
            for record in records {
                outcomes.push(work(record).await);
            }
            outcomes
        })
    }
}
