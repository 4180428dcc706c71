//! Functions that the clock wakes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{Clock, Timestamp};
use serde_json::Value;
use serde_json::value::RawValue;

use super::cron::Recurrence;
use super::events;
use super::invoke::{InvokeError, Runner};
use crate::template::{Schedule, TemplateError};

/// How often the scheduler looks at the stack's clock.
const TICK: Duration = Duration::from_millis(500);

/// Fires schedules as the stack's clock passes them.
#[derive(Debug, Clone)]
pub struct Scheduler(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    region: String,
    account: String,
    runner: Runner,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    schedule: Schedule,
    recurrence: Recurrence,
    next: Mutex<Option<Timestamp>>,
}

impl Entry {
    /// Whether the entry is due; it then waits for its next time.
    fn take(&self, now: Timestamp) -> bool {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let due = next.is_some_and(|at| at <= now);
        if due {
            *next = self.recurrence.next(now);
        }
        due
    }
}

impl Scheduler {
    pub fn new(
        schedules: &[Schedule],
        clock: Clock,
        region: &str,
        account: &str,
        runner: Runner,
    ) -> Result<Self, TemplateError> {
        let now = clock.now();
        let entries = schedules.iter().map(|schedule| {
            let recurrence =
                Recurrence::parse(&schedule.expression).map_err(|message| TemplateError {
                    place: schedule.name.clone(),
                    message,
                })?;
            let next = Mutex::new(recurrence.next(now));
            Ok(Entry {
                schedule: schedule.clone(),
                recurrence,
                next,
            })
        });
        let entries = entries.collect::<Result<_, TemplateError>>()?;
        let (region, account) = (region.to_owned(), account.to_owned());
        Ok(Self(Arc::new(Inner {
            clock,
            region,
            account,
            runner,
            entries,
        })))
    }

    /// Looks at the clock for ever; the stack's normal way.
    pub async fn run(self) {
        loop {
            tokio::time::sleep(TICK).await;
            self.due().await;
        }
    }

    /// Fires what is due, each schedule once however far the clock was moved.
    pub async fn due(&self) {
        let now = self.0.clock.now();
        for entry in self.0.entries.iter().filter(|entry| entry.take(now)) {
            // Failures are logged by the runner; the next turn comes anyway.
            let _ = self.fire_entry(entry).await;
        }
    }

    /// Fires every schedule of a function now, whatever the clock says.
    pub async fn fire(&self, function: &str) -> Result<Option<Box<RawValue>>, InvokeError> {
        let mut answer = None;
        for entry in self
            .0
            .entries
            .iter()
            .filter(|entry| entry.schedule.function == function)
        {
            answer = Some(self.fire_entry(entry).await?);
        }
        Ok(answer)
    }

    async fn fire_entry(&self, entry: &Entry) -> Result<Box<RawValue>, InvokeError> {
        let Inner {
            clock,
            region,
            account,
            runner,
            ..
        } = &*self.0;
        let event = match &entry.schedule.input {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
            Some(other) => other.clone(),
            None => events::scheduled(&entry.schedule.name, region, account, clock.now()),
        };
        runner.invoke(&entry.schedule.function, &event).await
    }
}
