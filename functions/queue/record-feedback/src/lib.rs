//! Woken by SQS (`record-feedback`): what SES reports about deliveries. Reports
//! may come twice, late and out of order: a status has a rank and never moves
//! back, and an address is suppressed once.

mod record;

use domain::feedback::{self, NotOurs};
use lambda::batch::{self, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::DeadLetterQueue;
use store::Store;

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secret = settings.required("SECRET");
    let dead_letters = settings.required("DLQ_RECORD_FEEDBACK");
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    Ok(batch::records(dead, move |record| {
        let (store, secret) = (store.clone(), secret.clone());
        async move { work(store, secret, record).await }
    }))
}

async fn work(store: Store, secret: String, record: Record) -> Outcome {
    match feedback::read(&record.body, &secret) {
        Ok(feedback) => record::record(&store, &feedback, record.receives).await,
        Err(NotOurs::Irrelevant) => Outcome::Done,
        Err(NotOurs::Unsigned) => {
            tracing::warn!(message = %record.id, "a provider event that is not signed by us is ignored");
            Outcome::Done
        }
        Err(NotOurs::Malformed(reason)) => Outcome::Reject(reason),
    }
}
