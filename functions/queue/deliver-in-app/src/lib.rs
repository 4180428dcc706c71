//! Woken by SQS (`deliver-in-app`): writes a chunk's feed items, records the
//! chunk; once all chunks of the invocation are written, pushes to open sockets. A
//! message may come twice: the same items are written again, which changes
//! nothing, and clients drop a push by its id.

mod chunk;
mod facts;
mod inbox;
mod invocation;
mod push;
mod retract;
mod willing;

use domain::tasks::{Envelope, Task};
use lambda::batch::{Batch, Ending, Outcome, Record};
use lambda::{Env, EnvError, Function};
use live::Live;
use queue::{DeadLetterQueue, Queue, QueueError, Routes};
use store::{Store, StoreError};

use crate::invocation::Invocations;

/// What the worker works with.
#[derive(Debug, Clone)]
struct Worker {
    store: Store,
    queue: Queue,
    live: Live,
    invocations: Invocations,
}

/// Why a task was not finished.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Never(String),
    #[error("{0}")]
    NotYet(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Reads `TABLE_NAME`, `SOCKET_ENDPOINT`, `QUEUE_DELIVER_IN_APP` and
/// `DLQ_DELIVER_IN_APP`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let endpoint = settings.required("SOCKET_ENDPOINT");
    let queue = settings.required("QUEUE_DELIVER_IN_APP");
    let dead_letters = settings.required("DLQ_DELIVER_IN_APP");
    settings.finish()?;
    let routes = Routes {
        deliver_in_app: Some(queue),
        ..Routes::default()
    };
    let worker = Worker {
        store: Store::new(env.aws(), table, env.clock()),
        queue: Queue::new(env.aws(), routes),
        live: Live::new(env.aws(), &endpoint),
        invocations: Invocations::default(),
    };
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    let (pusher, store) = (worker.clone(), worker.store.clone());
    let ending = store.clone();
    let batch = Batch::new(dead, store).then(move |invocation| {
        let pusher = pusher.clone();
        async move { pusher.push_written(invocation).await }
    });
    Ok(batch.tasks_ending(
        move |envelope, record| {
            let worker = worker.clone();
            async move { worker.work(envelope, record).await }
        },
        move |envelope, _| {
            let store = ending.clone();
            async move { give_up(store, envelope).await }
        },
    ))
}

/// A chunk has an end in its send's progress before it is set aside.
async fn give_up(store: Store, envelope: Envelope) -> Result<Ending, String> {
    if let Task::DeliverInApp(chunk) = &envelope.task {
        let recorded = store.give_up_feed(&envelope.tenant, chunk).await;
        recorded.map_err(|error| error.to_string())?;
    }
    Ok(Ending::Recorded)
}

impl Worker {
    async fn work(&self, envelope: Envelope, record: Record) -> Outcome {
        let tenant = &envelope.tenant;
        let done = match envelope.task {
            Task::DeliverInApp(chunk) => self.deliver(tenant, &chunk, &record).await,
            Task::RetractNotification {
                send,
                notification,
                cursor,
            } => self.retract(tenant, &send, &notification, cursor).await,
            _ => Err(Trouble::Never("not a task of deliver-in-app".to_owned())),
        };
        match done {
            Ok(()) => Outcome::Done,
            Err(Trouble::Never(reason)) => Outcome::Reject(reason),
            Err(trouble) => Outcome::Retry(trouble.to_string()),
        }
    }
}
