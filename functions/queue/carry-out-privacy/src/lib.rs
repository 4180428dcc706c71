//! Woken by SQS (`carry-out-privacy`): exports or erases one person's data, one
//! page of one section a message. A message may come twice: an operation is
//! moved on from the step that a task is for, or the task is over.

mod step;

use domain::tasks::{Envelope, Task};
use lambda::batch::{Batch, Ending, GivenUp, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::{DeadLetterQueue, Queue, QueueError, Routes};
use store::{Store, StoreError};

/// What the steps work with.
#[derive(Debug, Clone)]
struct Worker {
    store: Store,
    queue: Queue,
}

/// Why a page was not finished.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// What the task refers to is gone; it never comes back.
    #[error("{0} is gone")]
    Gone(&'static str),
}

impl Trouble {
    fn is_final(&self) -> bool {
        match self {
            Self::Store(error) => !error.is_retryable(),
            Self::Gone(_) => true,
            Self::Queue(_) => false,
        }
    }
}

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let dead_letters = settings.required("DLQ_CARRY_OUT_PRIVACY");
    let routes = Routes {
        carry_out_privacy: Some(settings.required("QUEUE_CARRY_OUT_PRIVACY")),
        ..Routes::default()
    };
    settings.finish()?;
    let worker = Worker {
        store: Store::new(env.aws(), table, env.clock()),
        queue: Queue::new(env.aws(), routes),
    };
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    let store = worker.store.clone();
    let ending = store.clone();
    Ok(Batch::new(dead, store).tasks_ending(
        move |envelope, record| {
            let worker = worker.clone();
            async move { work(worker, envelope, record).await }
        },
        move |envelope, why| {
            let store = ending.clone();
            async move { give_up(store, envelope, why).await }
        },
    ))
}

async fn work(worker: Worker, envelope: Envelope, _record: Record) -> Outcome {
    let Task::CarryOutPrivacy { operation, step } = &envelope.task else {
        let reason = format!("not a task of carry-out-privacy: {:?}", envelope.task);
        return Outcome::Reject(reason);
    };
    match worker.step(&envelope, operation, *step).await {
        Ok(()) => Outcome::Done,
        Err(trouble) if trouble.is_final() => Outcome::Reject(trouble.to_string()),
        Err(trouble) => Outcome::Retry(trouble.to_string()),
    }
}

/// The operation tells its end before the message is set aside.
async fn give_up(store: Store, envelope: Envelope, why: GivenUp) -> Result<Ending, String> {
    if let Task::CarryOutPrivacy { operation, step } = &envelope.task {
        let reason = format!("step {step}: {why}");
        let failed = store.fail_operation(&envelope.tenant, operation, &reason);
        failed.await.map_err(|error| error.to_string())?;
    }
    Ok(Ending::Recorded)
}
