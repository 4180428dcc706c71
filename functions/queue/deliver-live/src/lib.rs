//! Woken by SQS (`deliver-live`): tells open sockets what REST has changed in a
//! room, and notifies somebody of a message who has no socket open. A message
//! may come twice: clients drop a change that they have, and a run of unread
//! messages is notified of once.

mod tell;

use domain::tasks::{Envelope, Task};
use lambda::batch::{Batch, Outcome};
use lambda::{Env, EnvError, Function};
use live::Live;
use queue::{DeadLetterQueue, Queue, QueueError, Routes};
use store::{Store, StoreError};

/// What the worker works with.
#[derive(Debug, Clone)]
struct Worker {
    store: Store,
    queue: Queue,
    live: Live,
}

/// Why a task was not finished.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Never(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Frame(#[from] serde_json::Error),
}

/// Reads `TABLE_NAME`, `SOCKET_ENDPOINT`, `QUEUE_PLAN_SEND` and
/// `DLQ_DELIVER_LIVE`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let endpoint = settings.required("SOCKET_ENDPOINT");
    let dead_letters = settings.required("DLQ_DELIVER_LIVE");
    let routes = Routes {
        plan_send: Some(settings.required("QUEUE_PLAN_SEND")),
        ..Routes::default()
    };
    settings.finish()?;
    let worker = Worker {
        store: Store::new(env.aws(), table, env.clock()),
        queue: Queue::new(env.aws(), routes),
        live: Live::new(env.aws(), &endpoint),
    };
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    let store = worker.store.clone();
    Ok(Batch::new(dead, store).tasks(move |envelope, _| {
        let worker = worker.clone();
        async move { worker.work(envelope).await }
    }))
}

impl Worker {
    async fn work(&self, envelope: Envelope) -> Outcome {
        let done = match envelope.task {
            Task::DeliverLive { room, change } => self.tell(&envelope.tenant, &room, &change).await,
            _ => Err(Trouble::Never("not a task of deliver-live")),
        };
        match done {
            Ok(()) => Outcome::Done,
            Err(Trouble::Never(reason)) => Outcome::Reject(reason.to_owned()),
            Err(trouble) => Outcome::Retry(trouble.to_string()),
        }
    }
}
