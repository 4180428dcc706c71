//! One queue: what is visible, what is hidden until when, and what is gone.

mod ready;
mod receipt;
mod receive;

use std::collections::{BTreeSet, HashMap};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::SqsError;
use super::journal::Journal;
use super::message::{Message, NewMessage, md5_hex};
use super::options::{Depth, QueueFaults, QueueOptions};
use crate::aws::wire::unique_id;

use self::ready::Ready;

pub(super) use receipt::Receipt;

/// How long a FIFO queue remembers a deduplication id.
const DEDUPLICATION_MS: i64 = 5 * 60 * 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Ready,
    Delayed,
    InFlight,
}

#[derive(Debug)]
struct Held {
    message: Message,
    place: Place,
}

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) options: QueueOptions,
    pub(super) created_ms: i64,
    arn: String,
    messages: HashMap<u64, Held>,
    ready: Ready,
    hidden: BTreeSet<(i64, u64)>,
    in_flight: usize,
    /// Messages in flight of each group. A FIFO queue gives out nothing else of
    /// such a group, a standard queue prefers the groups with the fewest.
    busy: HashMap<String, usize>,
    recent: HashMap<String, (i64, String)>,
    next_seq: u64,
    next_expiry_ms: i64,
    faults: QueueFaults,
    dice: StdRng,
    journal: Option<Journal>,
}

impl Queue {
    pub(super) fn new(
        options: QueueOptions,
        arn: String,
        now_ms: i64,
        stored: Option<(Journal, Vec<Message>)>,
    ) -> Self {
        let mut queue = Self {
            options,
            created_ms: now_ms,
            arn,
            messages: HashMap::new(),
            ready: Ready::default(),
            hidden: BTreeSet::new(),
            in_flight: 0,
            busy: HashMap::new(),
            recent: HashMap::new(),
            next_seq: 1,
            next_expiry_ms: i64::MAX,
            faults: QueueFaults::default(),
            dice: StdRng::seed_from_u64(0),
            journal: None,
        };
        if let Some((journal, messages)) = stored {
            for message in messages {
                queue.next_seq = queue.next_seq.max(message.seq + 1);
                queue.place(message, now_ms);
            }
            queue.journal = Some(journal);
        }
        queue
    }

    pub(super) fn set_faults(&mut self, faults: QueueFaults) {
        self.dice = StdRng::seed_from_u64(faults.seed);
        self.faults = faults;
    }

    pub(super) fn faults(&self) -> &QueueFaults {
        &self.faults
    }

    /// Accepts a message and returns its id and sequence number.
    pub(super) fn send(&mut self, new: NewMessage, now_ms: i64) -> Result<(String, u64), SqsError> {
        let deduplication = self.deduplication(&new)?;
        if let Some(key) = &deduplication {
            self.recent.retain(|_, (until, _)| *until > now_ms);
            if let Some((_, id)) = self.recent.get(key) {
                return Ok((id.clone(), self.next_seq));
            }
        }
        let delay = new
            .delay_ms
            .unwrap_or(i64::from(self.options.delay_seconds) * 1000);
        let late = match self.faults.late_ms {
            late if late > 0 => self.dice.random_range(0..=late),
            _ => 0,
        };
        let message = Message {
            seq: self.take_seq(),
            id: unique_id(),
            body: new.body,
            attributes: new.attributes,
            sent_ms: now_ms,
            visible_ms: now_ms + delay + late,
            received: 0,
            first_received_ms: None,
            group: new.group,
            deduplication,
            trace: new.trace,
            source: None,
            copy: false,
        };
        if let Some(key) = &message.deduplication {
            self.recent
                .insert(key.clone(), (now_ms + DEDUPLICATION_MS, message.id.clone()));
        }
        let accepted = (message.id.clone(), message.seq);
        self.insert(message, now_ms);
        Ok(accepted)
    }

    fn deduplication(&self, new: &NewMessage) -> Result<Option<String>, SqsError> {
        if !self.options.fifo {
            return Ok(None);
        }
        if new.group.is_none() {
            return Err(SqsError::new(
                "MissingParameter",
                "The request must contain the parameter MessageGroupId.",
            ));
        }
        match (&new.deduplication, self.options.deduplicate_by_content) {
            (Some(id), _) => Ok(Some(id.clone())),
            (None, true) => Ok(Some(md5_hex(new.body.as_bytes()))),
            (None, false) => Err(SqsError::invalid(
                "The queue should either have ContentBasedDeduplication enabled or \
                 MessageDeduplicationId provided explicitly",
            )),
        }
    }

    /// Takes in a message of another queue, as dead letters and redriven ones.
    pub(super) fn adopt(&mut self, mut message: Message, now_ms: i64) {
        message.seq = self.take_seq();
        message.visible_ms = now_ms;
        message.received = 0;
        message.first_received_ms = None;
        self.insert(message, now_ms);
    }

    fn take_seq(&mut self) -> u64 {
        self.next_seq += 1;
        self.next_seq - 1
    }

    fn insert(&mut self, message: Message, now_ms: i64) {
        if let Some(journal) = &mut self.journal {
            journal.put(&message);
        }
        self.place(message, now_ms);
    }

    fn place(&mut self, message: Message, now_ms: i64) {
        let seq = message.seq;
        self.next_expiry_ms = self
            .next_expiry_ms
            .min(message.sent_ms + self.retention_ms());
        let place = if message.visible_ms > now_ms {
            self.hidden.insert((message.visible_ms, seq));
            Place::Delayed
        } else {
            self.ready.insert(&message);
            Place::Ready
        };
        self.messages.insert(seq, Held { message, place });
    }

    fn retention_ms(&self) -> i64 {
        i64::from(self.options.retention_seconds) * 1000
    }

    /// Lets time do its work: what was hidden long enough becomes visible, and
    /// what is older than the retention goes.
    pub(super) fn catch_up(&mut self, now_ms: i64) {
        while let Some(&(at, seq)) = self.hidden.first() {
            if at > now_ms {
                break;
            }
            self.hidden.remove(&(at, seq));
            self.surface(seq);
        }
        if now_ms < self.next_expiry_ms {
            return;
        }
        let retention = self.retention_ms();
        let expired: Vec<u64> = self
            .messages
            .values()
            .filter(|held| held.message.sent_ms + retention <= now_ms)
            .map(|held| held.message.seq)
            .collect();
        for seq in expired {
            self.remove(seq);
        }
        let oldest = self
            .messages
            .values()
            .map(|held| held.message.sent_ms)
            .min();
        self.next_expiry_ms = oldest.map_or(i64::MAX, |at| at + retention);
    }

    fn surface(&mut self, seq: u64) {
        let Some(held) = self.messages.get_mut(&seq) else {
            return;
        };
        if held.place == Place::InFlight {
            self.in_flight -= 1;
            free(&mut self.busy, held.message.group.as_deref());
        }
        held.place = Place::Ready;
        self.ready.insert(&held.message);
    }

    /// Removes a message and its trace in the journal.
    pub(super) fn remove(&mut self, seq: u64) {
        if self.forget(seq).is_some() {
            self.written_off(seq);
        }
    }

    /// Tells the journal that a forgotten message lives elsewhere now.
    pub(super) fn written_off(&mut self, seq: u64) {
        let empty = self.messages.is_empty();
        if let Some(journal) = &mut self.journal {
            journal.deleted(seq, empty);
        }
    }

    fn forget(&mut self, seq: u64) -> Option<Held> {
        let held = self.messages.remove(&seq)?;
        self.ready.remove(&held.message);
        self.hidden.remove(&(held.message.visible_ms, seq));
        if held.place == Place::InFlight {
            self.in_flight -= 1;
            free(&mut self.busy, held.message.group.as_deref());
        }
        Some(held)
    }

    pub(super) fn purge(&mut self) {
        let all: Vec<u64> = self.messages.keys().copied().collect();
        for seq in all {
            self.remove(seq);
        }
    }

    /// Takes every visible message out, for a move to another queue.
    pub(super) fn drain(&mut self, now_ms: i64) -> Vec<Message> {
        self.catch_up(now_ms);
        let all: Vec<u64> = self.ready.oldest().collect();
        all.into_iter()
            .filter_map(|seq| self.forget(seq))
            .map(|held| held.message)
            .collect()
    }

    pub(super) fn depth(&mut self, now_ms: i64) -> Depth {
        self.catch_up(now_ms);
        Depth {
            visible: self.ready.len(),
            in_flight: self.in_flight,
            delayed: self.hidden.len() - self.in_flight,
        }
    }

    /// When the next hidden message becomes visible.
    pub(super) fn next_visible_ms(&self) -> Option<i64> {
        self.hidden.first().map(|(at, _)| *at)
    }

    /// The visible and hidden messages, oldest first, without receiving them.
    pub(super) fn peek(&self, max: usize) -> Vec<Message> {
        let mut seqs: Vec<u64> = self.messages.keys().copied().collect();
        seqs.sort_unstable();
        let held = seqs
            .iter()
            .take(max)
            .filter_map(|seq| self.messages.get(seq));
        held.map(|held| held.message.clone()).collect()
    }
}

fn free(busy: &mut HashMap<String, usize>, group: Option<&str>) {
    let Some(group) = group else { return };
    if let Some(count) = busy.get_mut(group) {
        *count -= 1;
        if *count == 0 {
            busy.remove(group);
        }
    }
}
