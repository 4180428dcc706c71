//! Event source mappings: a queue's messages, in batches, to a function.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::events;
use super::invoke::{InvokeError, Runner};
use crate::aws::Meter;
use crate::aws::meter::Usage;
use crate::aws::sqs::{Delivered, Sqs};
use crate::aws::wire::Service;
use crate::template::Mapping;

/// How long an idle poller waits at a queue before it looks again.
const LONG_POLL: Duration = Duration::from_secs(20);
/// SQS bills each started 64 KB of a call.
const BILLED_BYTES: usize = 64 * 1024;

/// What can be made to go wrong between a queue and its function. Duplicates,
/// lateness and disorder of the queue itself are knobs of the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceFaults {
    /// The probability that a batch is given to two functions at once.
    pub concurrent: f64,
    /// The probability that a worked batch is not deleted, and so comes again.
    pub keep: f64,
    pub seed: u64,
}

/// One mapping at work.
#[derive(Debug, Clone)]
pub struct EventSource(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    mapping: Mapping,
    region: String,
    sqs: Sqs,
    meter: Meter,
    runner: Runner,
    permits: Arc<Semaphore>,
    running: AtomicUsize,
    invocations: AtomicUsize,
    quiet: Arc<Notify>,
    knobs: Mutex<(SourceFaults, StdRng)>,
}

impl EventSource {
    /// `quiet` is told whenever a batch is finished.
    pub fn new(
        mapping: Mapping,
        region: &str,
        sqs: Sqs,
        meter: Meter,
        runner: Runner,
        quiet: Arc<Notify>,
    ) -> Self {
        let permits = Arc::new(Semaphore::new(mapping.max_concurrency.max(1)));
        Self(Arc::new(Inner {
            mapping,
            region: region.to_owned(),
            sqs,
            meter,
            runner,
            permits,
            running: AtomicUsize::new(0),
            invocations: AtomicUsize::new(0),
            quiet,
            knobs: Mutex::new((SourceFaults::default(), StdRng::seed_from_u64(0))),
        }))
    }

    pub fn mapping(&self) -> &Mapping {
        &self.0.mapping
    }

    /// Batches that a function is working on.
    pub fn running(&self) -> usize {
        self.0.running.load(Ordering::SeqCst)
    }

    /// Batches given to the function since the stack started.
    pub fn invocations(&self) -> usize {
        self.0.invocations.load(Ordering::SeqCst)
    }

    pub fn set_faults(&self, faults: SourceFaults) {
        let mut knobs = self.0.knobs.lock().unwrap_or_else(PoisonError::into_inner);
        *knobs = (faults, StdRng::seed_from_u64(faults.seed));
    }

    /// Polls for ever; the stack's normal way.
    pub async fn poll(self) {
        loop {
            let Ok(permit) = Arc::clone(&self.0.permits).acquire_owned().await else {
                return;
            };
            let Inner { sqs, mapping, .. } = &*self.0;
            match sqs
                .receive(&mapping.queue, mapping.batch_size, LONG_POLL)
                .await
            {
                Ok(batch) if batch.is_empty() => {}
                Ok(batch) => self.start(batch, permit),
                Err(error) => {
                    tracing::error!(queue = mapping.queue, %error, "the queue cannot be read");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    /// Starts work on what is visible now, as much as the concurrency allows;
    /// whether there was anything.
    pub async fn pump(&self) -> bool {
        let mut any = false;
        let Inner {
            sqs,
            mapping,
            permits,
            ..
        } = &*self.0;
        while let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
            match sqs
                .receive(&mapping.queue, mapping.batch_size, Duration::ZERO)
                .await
            {
                Ok(batch) if !batch.is_empty() => self.start(batch, permit),
                _ => break,
            }
            any = true;
        }
        any
    }

    /// Works on one batch to its end, beside whatever runs; whether there was
    /// one. What is left of a queue is seen between two steps.
    pub async fn step(&self) -> bool {
        let Inner {
            sqs,
            mapping,
            permits,
            ..
        } = &*self.0;
        let Ok(permit) = Arc::clone(permits).acquire_owned().await else {
            return false;
        };
        match sqs
            .receive(&mapping.queue, mapping.batch_size, Duration::ZERO)
            .await
        {
            Ok(batch) if !batch.is_empty() => self.working(permit, batch).await,
            _ => return false,
        }
        true
    }

    fn start(&self, batch: Vec<Delivered>, permit: OwnedSemaphorePermit) {
        tokio::spawn(self.working(permit, batch));
    }

    /// The work on a batch, which counts as running from now on.
    fn working(
        &self,
        permit: OwnedSemaphorePermit,
        batch: Vec<Delivered>,
    ) -> impl Future<Output = ()> + Send + use<> {
        self.0.running.fetch_add(1, Ordering::SeqCst);
        let finished = Finished {
            source: self.clone(),
            _permit: permit,
        };
        async move {
            finished.source.deliver(batch).await;
            drop(finished);
        }
    }

    async fn deliver(&self, batch: Vec<Delivered>) {
        let Inner {
            mapping,
            sqs,
            runner,
            region,
            ..
        } = &*self.0;
        let event = events::sqs(&sqs.arn(&mapping.queue), region, &batch);
        let (twice, keep) = self.draw();
        self.0.invocations.fetch_add(1, Ordering::SeqCst);
        let answer = if twice {
            // Both see the batch; what the first one reports counts, as the
            // second deletion of a message changes nothing.
            let both = (
                runner.invoke(&mapping.function, &event),
                runner.invoke(&mapping.function, &event),
            );
            futures::join!(both.0, both.1).0
        } else {
            runner.invoke(&mapping.function, &event).await
        };
        let returned = returned(&batch, answer, mapping.report_failures);
        let done = batch
            .iter()
            .filter(|message| !keep && !returned.contains(message.id.as_str()));
        self.count(&batch, done.clone().count());
        for message in done {
            if let Err(error) = sqs.delete(&mapping.queue, &message.handle) {
                tracing::warn!(queue = mapping.queue, %error, "a message could not be deleted");
            }
        }
    }

    /// What AWS would bill for taking and deleting a batch.
    fn count(&self, batch: &[Delivered], done: usize) {
        let bytes: usize = batch.iter().map(|message| message.body.len()).sum();
        let taken = Usage {
            calls: 1,
            items: batch.len() as u64,
            units: bytes.div_ceil(BILLED_BYTES).max(1) as u64,
            ..Usage::default()
        };
        let meter = &self.0.meter;
        meter.record(Service::Sqs, "ReceiveMessage", &taken);
        if done > 0 {
            let deleted = Usage {
                calls: 1,
                items: done as u64,
                units: 1,
                ..Usage::default()
            };
            meter.record(Service::Sqs, "DeleteMessageBatch", &deleted);
        }
    }

    fn draw(&self) -> (bool, bool) {
        let mut knobs = self.0.knobs.lock().unwrap_or_else(PoisonError::into_inner);
        let (faults, dice) = &mut *knobs;
        let mut hit = |p: f64| p > 0.0 && dice.random::<f64>() < p;
        (hit(faults.concurrent), hit(faults.keep))
    }
}

/// Gives the permit back and tells that the batch is over, also after a panic.
struct Finished {
    source: EventSource,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Finished {
    fn drop(&mut self) {
        self.source.0.running.fetch_sub(1, Ordering::SeqCst);
        self.source.0.quiet.notify_waiters();
    }
}

/// The ids of messages that stay in the queue, by Lambda's rules: an error
/// returns all; an empty answer none; a named id that is missing, empty or not
/// of the batch returns all.
fn returned(
    batch: &[Delivered],
    answer: Result<Box<RawValue>, InvokeError>,
    report_failures: bool,
) -> BTreeSet<String> {
    let all = || batch.iter().map(|message| message.id.clone()).collect();
    let Ok(answer) = answer else { return all() };
    if !report_failures {
        return BTreeSet::new();
    }
    let Ok(answer) = serde_json::from_str::<Value>(answer.get()) else {
        return all();
    };
    let failures = match &answer {
        Value::Null => return BTreeSet::new(),
        Value::String(text) if text.is_empty() => return BTreeSet::new(),
        Value::Object(fields) => match fields.get("batchItemFailures") {
            None | Some(Value::Null) => return BTreeSet::new(),
            Some(Value::Array(failures)) => failures,
            Some(_) => return all(),
        },
        _ => return all(),
    };
    let mut named = BTreeSet::new();
    for failure in failures {
        match failure.get("itemIdentifier").and_then(Value::as_str) {
            Some(id) if batch.iter().any(|message| message.id == id) => named.insert(id.to_owned()),
            _ => return all(),
        };
    }
    named
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn batch() -> Vec<Delivered> {
        ["a", "b", "c"]
            .map(|id| Delivered {
                id: id.to_owned(),
                handle: id.to_owned(),
                body: "{}".to_owned(),
                attributes: BTreeMap::new(),
                system: BTreeMap::new(),
                receive_count: 1,
                seq: 1,
            })
            .to_vec()
    }

    fn after(answer: &Value) -> Vec<String> {
        let answer = serde_json::value::to_raw_value(answer).unwrap();
        returned(&batch(), Ok(answer), true).into_iter().collect()
    }

    #[test]
    fn only_named_messages_return() {
        assert_eq!(
            after(&json!({ "batchItemFailures": [{ "itemIdentifier": "b" }] })),
            ["b"]
        );
    }

    #[test]
    fn empty_answers_are_success() {
        for answer in [
            json!(null),
            json!({}),
            json!({ "batchItemFailures": [] }),
            json!({ "batchItemFailures": null }),
        ] {
            assert!(after(&answer).is_empty(), "{answer}");
        }
    }

    #[test]
    fn wrong_answers_return_everything() {
        for answer in [
            json!({ "batchItemFailures": [{ "itemIdentifier": "x" }] }),
            json!({ "batchItemFailures": [{ "itemIdentifier": "" }] }),
            json!({ "batchItemFailures": [{ "itemIdentifier": null }] }),
            json!({ "batchItemFailures": [{}] }),
            json!({ "batchItemFailures": "b" }),
            json!([]),
        ] {
            assert_eq!(after(&answer), ["a", "b", "c"], "{answer}");
        }
        let failed = returned(&batch(), Err(InvokeError::TooLarge), true);
        assert_eq!(failed.len(), 3);
    }
}
