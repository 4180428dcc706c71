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
use lambda::batch::{Batch, Ending, GivenUp, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::{DeadLetterQueue, Queue, QueueError, Routes};
use store::{Refused, Store, StoreError};

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
    let store = importer.store.clone();
    let ending = store.clone();
    Ok(Batch::new(dead, store).tasks_ending(
        move |envelope, record| {
            let importer = importer.clone();
            async move { work(importer, envelope, record).await }
        },
        move |envelope, why| {
            let store = ending.clone();
            async move { give_up(store, envelope, why).await }
        },
    ))
}

async fn work(importer: Importer, envelope: Envelope, _record: Record) -> Outcome {
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
    match importer.step(&envelope.tenant, &import, stage, part).await {
        Ok(()) => Outcome::Done,
        Err(trouble) if trouble.is_final() => Outcome::Reject(trouble.to_string()),
        Err(trouble) => Outcome::Retry(trouble.to_string()),
    }
}

/// The import tells its end before the message is set aside.
async fn give_up(store: Store, envelope: Envelope, why: GivenUp) -> Result<Ending, String> {
    if let Task::ImportDirectory { import, part, .. } = &envelope.task {
        let reason = format!("chunk {part}: {why}");
        let failed = store.fail_import(&envelope.tenant, import, &reason).await;
        failed.map_err(|error| error.to_string())?;
    }
    Ok(Ending::Recorded)
}
