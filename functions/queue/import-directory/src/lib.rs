//! Woken by SQS (`import-directory`): works through a directory import, one
//! chunk of rows a message. A message may come twice: a chunk that has its
//! report is not worked on again, and one that has not gives the same writes.

mod apply;
mod check;
mod kin;
mod link;
mod load;
mod relate;
mod step;

use domain::tasks::{Envelope, Task};
use lambda::batch::{self, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::{DeadLetterQueue, Queue, QueueError, Routes};
use store::{Refused, Store, StoreError};

/// Deliveries after which a chunk that keeps failing ends its import.
const MAX_DELIVERIES: u32 = 5;

/// What the stages work with.
#[derive(Debug, Clone)]
struct Importer {
    store: Store,
    queue: Queue,
}

/// Why a chunk was not finished.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// People of the chunk kept being changed by others.
    #[error("the chunk kept losing races")]
    Raced,
    /// What the task refers to is gone; it never comes back.
    #[error("{0} is gone")]
    Gone(&'static str),
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Conditions(_) => Self::Raced,
            Refused::Store(error) => Self::Store(error),
        }
    }
}

impl Trouble {
    fn is_final(&self) -> bool {
        match self {
            Self::Store(error) => !error.is_retryable(),
            Self::Gone(_) => true,
            Self::Queue(_) | Self::Raced => false,
        }
    }
}

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let dead_letters = settings.required("DLQ_IMPORT_DIRECTORY");
    let routes = Routes {
        import_directory: Some(settings.required("QUEUE_IMPORT_DIRECTORY")),
        ..Routes::default()
    };
    settings.finish()?;
    let importer = Importer {
        store: Store::new(env.aws(), table, env.clock()),
        queue: Queue::new(env.aws(), routes),
    };
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    Ok(batch::tasks(dead, move |envelope, record| {
        let importer = importer.clone();
        async move { work(importer, envelope, record).await }
    }))
}

async fn work(importer: Importer, envelope: Envelope, record: Record) -> Outcome {
    let Task::ImportDirectory {
        import,
        stage,
        part,
    } = envelope.task
    else {
        return Outcome::Reject(format!(
            "not a task of import-directory: {:?}",
            envelope.task
        ));
    };
    let tenant = &envelope.tenant;
    let Err(trouble) = importer.step(tenant, &import, stage, part).await else {
        return Outcome::Done;
    };
    // The import tells its end before the message is put aside.
    if trouble.is_final() || record.receives >= MAX_DELIVERIES {
        let reason = format!("chunk {part}: {trouble}");
        if let Err(error) = importer.store.fail_import(tenant, &import, &reason).await {
            return Outcome::Retry(error.to_string());
        }
        return Outcome::Reject(format!("{import}, {reason}"));
    }
    Outcome::Retry(trouble.to_string())
}
