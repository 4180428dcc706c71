//! Woken by SQS (`plan-send`): resolves a send's audience page by page and cuts
//! it into chunks. A message may come twice: the same page gives the same
//! chunks, and whoever delivers a chunk knows it by its id.

mod cut;
mod plan;

use domain::tasks::{Envelope, Task};
use lambda::batch::{Batch, Ending, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::{DeadLetterQueue, Queue, Routes};
use store::Store;

/// Why a send has failed whose audience could not be resolved.
const NOT_PLANNED: &str = "planning_given_up";

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
    let store = planner.store.clone();
    let ending = store.clone();
    Ok(Batch::new(dead, store).tasks_ending(
        move |envelope, record| {
            let planner = planner.clone();
            async move { work(planner, envelope, record).await }
        },
        move |envelope, _| {
            let store = ending.clone();
            async move { give_up(store, envelope).await }
        },
    ))
}

/// The send tells that it was not planned to its end before the task is set
/// aside.
async fn give_up(store: Store, envelope: Envelope) -> Result<Ending, String> {
    if let Task::PlanSend { send, .. } = &envelope.task {
        let failed = store.fail_plan(&envelope.tenant, send, NOT_PLANNED).await;
        failed.map_err(|error| error.to_string())?;
    }
    Ok(Ending::Recorded)
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
