//! Woken by SQS (`deliver-email`): sends a chunk of up to fifty e-mails in one
//! call. A message may come twice: the chunk's claim decides who sends, and
//! whoever has a log row is not written to again.

mod deliver;
mod message;
mod outcome;
mod turn;

use delivery::email::EmailChannel;
use domain::dispatch::GiveUp;
use domain::secrets::Secrets;
use domain::tasks::{Envelope, Task};
use lambda::batch::{Batch, Ending, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::{DeadLetterQueue, Queue, Routes};
use store::Store;

use crate::deliver::Trouble;

/// What the worker works with.
#[derive(Debug, Clone)]
pub struct Worker {
    store: Store,
    queue: Queue,
    channel: EmailChannel,
    /// Signs the tags that come back with provider events.
    secrets: Secrets,
    /// Where the links that end a subscription lead.
    api_url: String,
}

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let from = settings.required("EMAIL_FROM");
    let api_url = settings.required("API_URL");
    let configuration_set = settings.optional("SES_CONFIGURATION_SET");
    let workers = settings.number("EMAIL_WORKERS", 4);
    let dead_letters = settings.required("DLQ_DELIVER_EMAIL");
    let queue = settings.required("QUEUE_DELIVER_EMAIL");
    settings.finish()?;
    let worker = Worker {
        store: Store::new(env.aws(), table, env.clock()),
        queue: Queue::new(
            env.aws(),
            Routes {
                deliver_email: Some(queue),
                ..Routes::default()
            },
        ),
        channel: EmailChannel::new(env.aws(), from, configuration_set, workers, env.clock()),
        secrets,
        api_url,
    };
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    let store = worker.store.clone();
    let ending = worker.clone();
    Ok(Batch::new(dead, store).tasks_ending(
        move |envelope, record| {
            let worker = worker.clone();
            async move { work(worker, envelope, record).await }
        },
        move |envelope, _| {
            let worker = ending.clone();
            async move { give_up(worker, envelope).await }
        },
    ))
}

async fn work(worker: Worker, envelope: Envelope, record: Record) -> Outcome {
    let Task::DeliverEmail(chunk) = &envelope.task else {
        return Outcome::Reject(format!("not a task of deliver-email: {:?}", envelope.task));
    };
    match worker.deliver(&envelope, chunk, &record).await {
        Ok(()) => Outcome::Done,
        Err(Trouble::Missing(what)) => Outcome::Reject(format!("{what} does not exist")),
        Err(Trouble::Ends(why)) => match worker.end(&envelope, chunk, why).await {
            Ok(Ending::Recorded) => Outcome::Reject(why.to_string()),
            Ok(Ending::GoesOn) => Outcome::Done,
            Err(trouble) => Outcome::Retry(trouble.to_string()),
        },
        Err(trouble) => Outcome::Retry(trouble.to_string()),
    }
}

/// Every recipient gets an end before the task is set aside.
async fn give_up(worker: Worker, envelope: Envelope) -> Result<Ending, String> {
    let Task::DeliverEmail(chunk) = &envelope.task else {
        return Ok(Ending::Recorded);
    };
    let ended = worker.end(&envelope, chunk, GiveUp::Exhausted).await;
    ended.map_err(|trouble| trouble.to_string())
}
