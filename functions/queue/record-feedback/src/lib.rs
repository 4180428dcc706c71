//! Woken by SQS (`record-feedback`): what SES reports about deliveries. Reports
//! may come twice, late and out of order: a status has a rank and never moves
//! back, and an address is suppressed once. Those of a chunk come within
//! seconds of one another and are recorded by one transaction.

mod moves;
mod record;

use domain::feedback::{self, NotOurs};
use domain::secrets::Secrets;
use lambda::batch::{Batch, Outcome, Record};
use lambda::{Env, EnvError, Function};
use queue::DeadLetterQueue;
use store::Store;

use crate::record::{End, record};

/// Deliveries of the message after which an unknown delivery is let go: with
/// the visibility timeout of three minutes that is about five minutes.
const LAST: u32 = 3;

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let dead_letters = settings.required("DLQ_RECORD_FEEDBACK");
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let dead = DeadLetterQueue::new(env.aws(), dead_letters);
    let begun = store.clone();
    Ok(Batch::new(dead, begun).records_together(move |records| {
        let (store, secrets) = (store.clone(), secrets.clone());
        async move { work(&store, &secrets, &records).await }
    }))
}

async fn work(store: &Store, secrets: &Secrets, records: &[Record]) -> Vec<Outcome> {
    let read: Vec<_> = records
        .iter()
        .map(|record| feedback::read(&record.body, secrets))
        .collect();
    let ours: Vec<_> = read.iter().filter_map(|read| read.as_ref().ok()).collect();
    // What came back has had its minutes to wait.
    let fresh = records.iter().all(|record| record.receives <= 1);
    let mut ends = record(store, &ours, fresh).await.into_iter();
    let each = records.iter().zip(&read);
    each.map(|(message, read)| match read {
        Ok(_) => outcome(message, ends.next()),
        Err(NotOurs::Irrelevant) => Outcome::Done,
        Err(NotOurs::Unsigned) => {
            tracing::warn!(message = %message.id, "a provider event that is not signed by us is ignored");
            Outcome::Done
        }
        Err(NotOurs::Malformed(reason)) => Outcome::Reject(reason.clone()),
    })
    .collect()
}

fn outcome(message: &Record, end: Option<End>) -> Outcome {
    match end {
        Some(End::Done) => Outcome::Done,
        Some(End::NotYet) if message.receives >= LAST => {
            tracing::warn!(message = %message.id, "a report about a delivery that nobody knows is dropped");
            Outcome::Done
        }
        Some(End::Failed(reason)) => Outcome::Retry(reason),
        Some(End::Changing) => Outcome::Retry("a log row kept changing".to_owned()),
        Some(End::NotYet) | None => Outcome::Retry("the delivery is not recorded yet".to_owned()),
    }
}
