//! What is visible, and in which order a standard queue gives it out.
//!
//! SQS's standard queues are fair to message groups. A group that has a large
//! share of a queue's messages in flight, or of its receivers' time, is noisy:
//! while it is, messages of the others are returned first, and of several noisy
//! groups the one with the fewest in flight. A message without a group is a
//! group of its own.
//!
//! Imitated is the order: whichever group has the fewest messages in flight goes
//! first, and what is oldest decides between equals. Not imitated is when a
//! group counts as noisy. SQS says more than a tenth of what is in flight and at
//! least 30 messages, or a tenth of the receivers' time, approximately; here one
//! message more than another group has is enough. So what waits little here may
//! wait a little longer there, until the noise is noticed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::aws::sqs::message::Message;

/// The visible messages by their sequence numbers.
#[derive(Debug, Default)]
pub(super) struct Ready {
    all: BTreeSet<u64>,
    /// The same by group; without one they stand under nothing.
    groups: HashMap<Option<String>, BTreeSet<u64>>,
}

impl Ready {
    pub(super) fn insert(&mut self, message: &Message) {
        self.all.insert(message.seq);
        let group = self.groups.entry(message.group.clone()).or_default();
        group.insert(message.seq);
    }

    pub(super) fn remove(&mut self, message: &Message) {
        self.all.remove(&message.seq);
        if let Some(group) = self.groups.get_mut(&message.group) {
            group.remove(&message.seq);
            if group.is_empty() {
                self.groups.remove(&message.group);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// All of them, oldest first.
    pub(super) fn oldest(&self) -> impl Iterator<Item = u64> {
        self.all.iter().copied()
    }

    /// Up to `max` messages, each of the group that has the fewest in flight by
    /// then, those before it counted.
    pub(super) fn fairest(&self, max: usize, in_flight: &HashMap<String, usize>) -> Vec<u64> {
        let mut lines = BTreeMap::new();
        for (group, waiting) in &self.groups {
            let busy = group.as_ref().and_then(|group| in_flight.get(group));
            let mut waiting = waiting.iter().copied();
            if let Some(first) = waiting.next() {
                let key = (busy.copied().unwrap_or_default(), first);
                lines.insert(key, (group, waiting));
            }
        }
        let mut picked = Vec::new();
        while picked.len() < max
            && let Some(((busy, seq), (group, mut waiting))) = lines.pop_first()
        {
            picked.push(seq);
            if let Some(next) = waiting.next() {
                let key = (busy + usize::from(group.is_some()), next);
                lines.insert(key, (group, waiting));
            }
        }
        picked
    }
}
