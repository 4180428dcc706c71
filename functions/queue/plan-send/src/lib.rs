//! Woken by SQS (`plan-send`): resolves a send's audience page by page and cuts
//! it into chunks. A message may come twice: the same page gives the same
//! chunks, and whoever delivers a chunk knows it by its id.

mod cut;
mod plan;

use domain::tasks::{Envelope, Task};
use lambda::batch::{self, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::{DeadLetterQueue, Queue, Routes};
use store::Store;

/// What the planner works with.
#[derive(Debug, Clone)]
pub struct Planner {
    store: Store,
    queue: Queue,
}

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let dead_letters = settings.required("DLQ_PLAN_SEND");
    let routes = Routes {
        plan_send: Some(settings.required("QUEUE_PLAN_SEND")),
        deliver_in_app: Some(settings.required("QUEUE_DELIVER_IN_APP")),
        deliver_email: Some(settings.required("QUEUE_DELIVER_EMAIL")),
        deliver_sms: Some(settings.required("QUEUE_DELIVER_SMS")),
        ..Routes::default()
    };
    settings.finish()?;
    let planner = Planner {
        store: Store::new(env.aws(), table, env.clock()),
        queue: Queue::new(env.aws(), routes),
    };
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    Ok(batch::tasks(dead, move |envelope, record| {
        let planner = planner.clone();
        async move { work(planner, envelope, record).await }
    }))
}

async fn work(planner: Planner, envelope: Envelope, record: Record) -> Outcome {
    match envelope.task {
        Task::PlanSend { send, cursor } => {
            match planner
                .plan(&envelope.tenant, &send, cursor, record.deadline)
                .await
            {
                Ok(()) => Outcome::Done,
                Err(plan::Trouble::Missing) => {
                    Outcome::Reject(format!("send {send} does not exist"))
                }
                Err(trouble) => Outcome::Retry(trouble.to_string()),
            }
        }
        other => Outcome::Reject(format!("not a task of plan-send: {other:?}")),
    }
}
