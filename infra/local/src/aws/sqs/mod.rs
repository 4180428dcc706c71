//! Queues: SQS's behaviour on the stack's own clock.

mod actions;
mod batches;
mod journal;
mod message;
mod moves;
mod options;
mod queue;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use domain::Clock;
use domain::time::Timestamp;
use tokio::sync::Notify;

pub use message::{Delivered, Message, MessageAttribute, MessageAttributes, NewMessage, md5_hex};
pub use options::{Depth, QueueFaults, QueueOptions, Redrive};

use self::journal::Journal;
use self::moves::MoveTask;
use self::queue::{Queue, Receipt};
use super::wire::{AwsError, Service};

pub(super) use actions::handle;

/// The largest message, and the largest sum of a batch: 1 MiB.
pub const MAX_BYTES: usize = 1_048_576;

/// An error by SQS's own code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct SqsError {
    pub code: String,
    pub message: String,
}

impl SqsError {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
        }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValue", message)
    }
}

impl From<SqsError> for AwsError {
    fn from(error: SqsError) -> Self {
        Self::new(Service::Sqs, 400, &error.code, error.message)
    }
}

/// Every queue of the stack.
#[derive(Debug, Clone)]
pub struct Sqs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    region: String,
    account: String,
    folder: Option<PathBuf>,
    queues: RwLock<BTreeMap<String, Arc<Slot>>>,
    moves: Mutex<Vec<MoveTask>>,
}

#[derive(Debug)]
struct Slot {
    queue: Mutex<Queue>,
    changed: Notify,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sqs {
    pub fn new(clock: Clock, region: &str, account: &str, folder: Option<PathBuf>) -> Self {
        Self(Arc::new(Inner {
            clock,
            region: region.to_owned(),
            account: account.to_owned(),
            folder,
            queues: RwLock::default(),
            moves: Mutex::default(),
        }))
    }

    /// Creates a queue, with its stored messages if the stack keeps data.
    /// A queue of that name stays as it is.
    pub fn create(&self, options: QueueOptions) -> std::io::Result<()> {
        let mut queues = self
            .0
            .queues
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if queues.contains_key(&options.name) {
            return Ok(());
        }
        let name = options.name.clone();
        let folder = self.0.folder.as_ref();
        let stored = folder
            .map(|folder| Journal::open(folder, &name))
            .transpose()?;
        let queue = Queue::new(options, self.arn(&name), self.now_ms(), stored);
        queues.insert(
            name,
            Arc::new(Slot {
                queue: Mutex::new(queue),
                changed: Notify::new(),
            }),
        );
        Ok(())
    }

    pub fn arn(&self, queue: &str) -> String {
        format!("arn:aws:sqs:{}:{}:{queue}", self.0.region, self.0.account)
    }

    /// The path part of a queue's URL.
    pub fn path(&self, queue: &str) -> String {
        format!("/{}/{queue}", self.0.account)
    }

    pub fn names(&self) -> Vec<String> {
        self.0
            .queues
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect()
    }

    /// Accepts a message; its id is returned.
    pub fn send(&self, queue: &str, message: NewMessage) -> Result<String, SqsError> {
        message.check()?;
        let slot = self.slot(queue)?;
        let (id, _) = slot.lock().send(message, self.now_ms())?;
        slot.changed.notify_waiters();
        Ok(id)
    }

    /// Receives up to `max` messages, waiting for the first at most `wait` of
    /// the stack's time.
    pub async fn receive(
        &self,
        queue: &str,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Delivered>, SqsError> {
        self.receive_for(queue, max, wait, None).await
    }

    pub(super) async fn receive_for(
        &self,
        queue: &str,
        max: usize,
        wait: Duration,
        visibility_ms: Option<i64>,
    ) -> Result<Vec<Delivered>, SqsError> {
        let slot = self.slot(queue)?;
        let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let deadline = self.now_ms().saturating_add(wait_ms);
        loop {
            let changed = slot.changed.notified();
            tokio::pin!(changed);
            // Registered before looking, so that no message slips in between.
            changed.as_mut().enable();
            let now = self.now_ms();
            let delivered = self.take(&slot, max, visibility_ms, now);
            if !delivered.is_empty() || now >= deadline {
                return Ok(delivered);
            }
            let visible = slot.lock().next_visible_ms().unwrap_or(i64::MAX);
            let nap = deadline.min(visible).saturating_sub(now).clamp(1, 20_000);
            let nap = Duration::from_millis(u64::try_from(nap).unwrap_or(1));
            let _ = tokio::time::timeout(nap, changed).await;
        }
    }

    fn take(
        &self,
        slot: &Slot,
        max: usize,
        visibility_ms: Option<i64>,
        now: i64,
    ) -> Vec<Delivered> {
        let mut delivered = Vec::new();
        loop {
            let mut queue = slot.lock();
            let taken = queue.receive(max - delivered.len(), visibility_ms, now);
            let target = queue
                .options
                .redrive
                .as_ref()
                .map(|redrive| redrive.queue.clone());
            drop(queue);
            delivered.extend(taken.delivered);
            let again = !taken.dead.is_empty() && delivered.len() < max;
            self.bury(slot, target.as_deref(), taken.dead, now);
            if !again {
                return delivered;
            }
        }
    }

    /// The dead-letter queue has a message before the journal of its source
    /// forgets it, so a kill in between doubles it and never loses it.
    fn bury(&self, slot: &Slot, target: Option<&str>, dead: Vec<Message>, now: i64) {
        for message in dead {
            let seq = message.seq;
            if let Some(grave) = target.and_then(|name| self.slot(name).ok()) {
                grave.lock().adopt(message, now);
                grave.changed.notify_waiters();
            }
            slot.lock().written_off(seq);
        }
    }

    pub fn delete(&self, queue: &str, handle: &str) -> Result<(), SqsError> {
        let receipt = Receipt::parse(handle)?;
        let slot = self.slot(queue)?;
        slot.lock().delete(&receipt);
        // The next message of a FIFO group may be waiting for this one.
        slot.changed.notify_waiters();
        Ok(())
    }

    /// Gives a received message back after `seconds`, at once with 0.
    pub fn release(&self, queue: &str, handle: &str, seconds: u32) -> Result<(), SqsError> {
        let receipt = Receipt::parse(handle)?;
        let slot = self.slot(queue)?;
        let now = self.now_ms();
        slot.lock()
            .change_visibility(&receipt, i64::from(seconds) * 1000, now)?;
        slot.changed.notify_waiters();
        Ok(())
    }

    pub fn depth(&self, queue: &str) -> Result<Depth, SqsError> {
        Ok(self.slot(queue)?.lock().depth(self.now_ms()))
    }

    pub fn depths(&self) -> BTreeMap<String, Depth> {
        let names = self.names();
        names
            .into_iter()
            .filter_map(|name| self.depth(&name).ok().map(|d| (name, d)))
            .collect()
    }

    pub fn options(&self, queue: &str) -> Result<QueueOptions, SqsError> {
        Ok(self.slot(queue)?.lock().options.clone())
    }

    /// The oldest messages of a queue, left where they are.
    pub fn peek(&self, queue: &str, max: usize) -> Result<Vec<Message>, SqsError> {
        Ok(self.slot(queue)?.lock().peek(max))
    }

    pub fn purge(&self, queue: &str) -> Result<(), SqsError> {
        self.slot(queue)?.lock().purge();
        Ok(())
    }

    /// The earliest instant at which a hidden message of any queue becomes
    /// visible.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        let queues = self.0.queues.read().unwrap_or_else(PoisonError::into_inner);
        let next = queues
            .values()
            .filter_map(|slot| slot.lock().next_visible_ms())
            .min()?;
        Timestamp::from_millisecond(next).ok()
    }

    /// Lets waiting receivers look again, which they must after the clock moved.
    pub fn wake(&self) {
        let queues = self.0.queues.read().unwrap_or_else(PoisonError::into_inner);
        for slot in queues.values() {
            slot.changed.notify_waiters();
        }
    }

    pub fn set_faults(&self, queue: &str, faults: QueueFaults) -> Result<(), SqsError> {
        self.slot(queue)?.lock().set_faults(faults);
        Ok(())
    }

    pub fn faults(&self, queue: &str) -> Result<QueueFaults, SqsError> {
        Ok(self.slot(queue)?.lock().faults().clone())
    }

    fn slot(&self, queue: &str) -> Result<Arc<Slot>, SqsError> {
        let queues = self.0.queues.read().unwrap_or_else(PoisonError::into_inner);
        queues.get(queue).cloned().ok_or_else(|| {
            SqsError::new("QueueDoesNotExist", "The specified queue does not exist.")
        })
    }

    fn now_ms(&self) -> i64 {
        self.0.clock.now().as_millisecond()
    }
}
