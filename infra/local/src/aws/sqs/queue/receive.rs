//! Handing messages out, and what receivers then do with them.

use rand::Rng;
use rand::seq::SliceRandom;

use super::receipt::{Receipt, deliver};
use super::{Place, Queue};
use crate::aws::sqs::SqsError;
use crate::aws::sqs::message::{Delivered, Message};

/// How far ahead a reordering queue looks.
const SHUFFLE: usize = 64;

/// What a receive came to.
#[derive(Debug, Default)]
pub(in crate::aws::sqs) struct Taken {
    pub(in crate::aws::sqs) delivered: Vec<Delivered>,
    /// Received too often: these belong into the dead-letter queue.
    pub(in crate::aws::sqs) dead: Vec<Message>,
}

impl Queue {
    /// Hands out up to `max` messages and hides them for `visibility_ms`.
    pub(in crate::aws::sqs) fn receive(
        &mut self,
        max: usize,
        visibility_ms: Option<i64>,
        now_ms: i64,
    ) -> Taken {
        self.catch_up(now_ms);
        let until =
            now_ms + visibility_ms.unwrap_or(i64::from(self.options.visibility_seconds) * 1000);
        let limit = self
            .options
            .redrive
            .as_ref()
            .map(|redrive| redrive.max_receives);
        let mut taken = Taken::default();
        for seq in self.pick(max) {
            let Some(held) = self.messages.get_mut(&seq) else {
                continue;
            };
            let spent = limit.is_some_and(|limit| held.message.received >= limit);
            if spent {
                let source = self.arn.clone();
                if let Some(held) = self.forget(seq) {
                    taken.dead.push(Message {
                        source: Some(source),
                        ..held.message
                    });
                }
                continue;
            }
            taken.delivered.extend(self.hand_out(seq, until, now_ms));
        }
        taken
    }

    fn pick(&mut self, max: usize) -> Vec<u64> {
        if self.faults.reorder {
            let mut picked: Vec<u64> = self.ready.oldest().take(SHUFFLE.max(max)).collect();
            picked.shuffle(&mut self.dice);
            picked.truncate(max);
            return picked;
        }
        if !self.options.fifo {
            return self.ready.fairest(max, &self.busy);
        }
        let free = |seq: &u64| {
            let group = self
                .messages
                .get(seq)
                .and_then(|held| held.message.group.as_ref());
            group.is_none_or(|group| !self.busy.contains_key(group))
        };
        self.ready.oldest().filter(free).take(max).collect()
    }

    fn hand_out(&mut self, seq: u64, until_ms: i64, now_ms: i64) -> Option<Delivered> {
        let fifo = self.options.fifo;
        let held = self.messages.get_mut(&seq)?;
        held.message.received += 1;
        held.message.first_received_ms.get_or_insert(now_ms);
        let delivered = deliver(&held.message, fifo);
        if let Some(journal) = &mut self.journal {
            journal.received(&held.message, now_ms);
        }
        self.ready.remove(&held.message);
        if until_ms > now_ms {
            held.place = Place::InFlight;
            held.message.visible_ms = until_ms;
            self.hidden.insert((until_ms, seq));
            self.in_flight += 1;
            if let Some(group) = &held.message.group {
                *self.busy.entry(group.clone()).or_default() += 1;
            }
        } else {
            self.ready.insert(&held.message);
        }
        self.maybe_duplicate(seq, now_ms);
        Some(delivered)
    }

    fn maybe_duplicate(&mut self, seq: u64, now_ms: i64) {
        let Some(held) = self.messages.get(&seq) else {
            return;
        };
        if held.message.copy || self.faults.duplicate <= 0.0 {
            return;
        }
        if self.dice.random_bool(self.faults.duplicate.clamp(0.0, 1.0)) {
            let mut copy = Message {
                copy: true,
                ..held.message.clone()
            };
            copy.seq = self.take_seq();
            copy.visible_ms = now_ms + self.faults.duplicate_after_ms.max(0);
            self.insert(copy, now_ms);
        }
    }

    /// Deletes what the receipt names. A receipt of an earlier delivery is
    /// accepted and deletes nothing, which SQS allows and consumers must bear.
    pub(in crate::aws::sqs) fn delete(&mut self, receipt: &Receipt) {
        let current = self.messages.get(&receipt.seq);
        if current.is_some_and(|held| held.message.received == receipt.receives) {
            self.remove(receipt.seq);
        }
    }

    pub(in crate::aws::sqs) fn change_visibility(
        &mut self,
        receipt: &Receipt,
        visibility_ms: i64,
        now_ms: i64,
    ) -> Result<(), SqsError> {
        self.catch_up(now_ms);
        let held = self.messages.get_mut(&receipt.seq).ok_or_else(|| {
            SqsError::invalid(
                "Value for parameter ReceiptHandle is invalid. Reason: Message does not exist \
                 or is not available for visibility timeout change.",
            )
        })?;
        if held.place != Place::InFlight || held.message.received != receipt.receives {
            return Err(SqsError::new(
                "MessageNotInflight",
                "The specified message isn't in flight.",
            ));
        }
        self.hidden.remove(&(held.message.visible_ms, receipt.seq));
        held.message.visible_ms = now_ms + visibility_ms;
        if visibility_ms > 0 {
            self.hidden.insert((held.message.visible_ms, receipt.seq));
        } else {
            self.surface(receipt.seq);
        }
        Ok(())
    }
}
