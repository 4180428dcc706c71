//! Waiting until everything that was started has come to its end.

use std::time::Duration;

use domain::Timestamp;
use jiff::SignedDuration;
use serde::Serialize;

use super::Parts;
use crate::runner::EventSource;

/// How long one look may miss that work has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How long quiet must last: a poller that has just taken a batch needs a
/// moment until it says so.
const CONFIRM: Duration = Duration::from_millis(2);

/// How things stand after [`Parts::settle`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// Batches that functions were given meanwhile.
    pub batches: usize,
    /// Messages that wait for their time: delayed, or returned by a function.
    pub hidden: usize,
    /// When the first of them becomes visible.
    pub next: Option<Timestamp>,
}

impl Parts {
    /// Drives all queues until nothing is visible and nothing runs. The clock
    /// stays where it is: what is delayed stays so.
    pub async fn settle(&self) -> Settled {
        let before = self.batches();
        loop {
            self.drain().await;
            let hidden = self
                .mapped_depths()
                .map(|depth| depth.in_flight + depth.delayed)
                .sum();
            let next = self.next_wakeup();
            // What became visible after the last look is neither hidden nor done.
            if self.is_quiet() {
                return Settled {
                    batches: self.batches() - before,
                    hidden,
                    next,
                };
            }
        }
    }

    /// Works until it was quiet for some looks.
    async fn drain(&self) {
        let mut confirmed = 0;
        while confirmed < 3 {
            let quiet = self.0.quiet.notified();
            tokio::pin!(quiet);
            // Registered before looking, so that no end of work slips by.
            quiet.as_mut().enable();
            let mut any = false;
            for source in self.sources() {
                any |= source.pump().await;
            }
            if !any && self.is_quiet() {
                confirmed += 1;
                tokio::time::sleep(CONFIRM).await;
                continue;
            }
            confirmed = 0;
            // Nothing to hear is as good as an end: both mean another look.
            let _ = tokio::time::timeout(LOOK_AGAIN, quiet).await;
        }
    }

    /// Settles, and moves the clock to whatever becomes visible within
    /// `horizon`, until nothing does.
    pub async fn settle_within(&self, horizon: SignedDuration) -> Settled {
        let end = self.now().saturating_add(horizon).unwrap_or(Timestamp::MAX);
        let mut batches = 0;
        loop {
            let mut settled = self.settle().await;
            batches += settled.batches;
            match settled.next.filter(|next| *next <= end) {
                Some(next) => {
                    let by = next
                        .duration_since(self.now())
                        .max(SignedDuration::from_millis(1));
                    self.advance(by).await;
                }
                None => {
                    settled.batches = batches;
                    return settled;
                }
            }
        }
    }

    fn batches(&self) -> usize {
        self.sources().iter().map(EventSource::invocations).sum()
    }

    fn is_quiet(&self) -> bool {
        self.running() == 0 && self.mapped_depths().all(|depth| depth.visible == 0)
    }

    fn mapped_depths(&self) -> impl Iterator<Item = crate::aws::sqs::Depth> {
        self.sources()
            .iter()
            .filter_map(|source| self.sqs().depth(&source.mapping().queue).ok())
    }

    fn next_wakeup(&self) -> Option<Timestamp> {
        let hidden = self
            .mapped_depths()
            .any(|depth| depth.in_flight + depth.delayed > 0);
        self.sqs().next_wakeup().filter(|_| hidden)
    }
}
