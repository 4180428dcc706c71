//! Reminders whose time has come.

use domain::reminder::fire;
use domain::tasks::{Envelope, Task};
use store::Refused;
use store::outbox::OutboxRow;
use store::reminders::ReminderRow;

use crate::Sweeper;
use crate::duties::Trouble;

/// Pages of one run; the next run goes on.
const PAGES: usize = 10;

impl Sweeper {
    /// Makes the events of reminders that are due. A run that was missed is made
    /// up for by the next one, and what two runs do at once happens once: the
    /// reminder's version decides, and its event has one id.
    pub(crate) async fn fire_reminders(&self) -> Result<usize, Trouble> {
        let now = self.store.now();
        let (mut fired, mut after) = (0, None);
        for _ in 0..PAGES {
            let (due, more) = self.store.due_reminders(now, after).await?;
            for row in &due {
                self.fire_reminder(row).await?;
            }
            fired += due.len();
            after = more;
            if after.is_none() {
                break;
            }
        }
        Ok(fired)
    }

    async fn fire_reminder(&self, listed: &ReminderRow) -> Result<(), Trouble> {
        let tenant = &listed.tenant;
        // The index may lag behind: the row itself decides.
        let Some(seen) = self.store.reminder(tenant, &listed.reminder.id).await? else {
            return Ok(());
        };
        let now = self.store.now();
        let Some(fired) = fire(&seen, now) else {
            return Ok(());
        };
        let outbox = fired.event.as_ref().map(|event| {
            let task = Task::ApplyEvent {
                event: event.event_id.clone(),
                test: seen.test,
            };
            OutboxRow::new(Envelope::new(tenant.clone(), task), now)
        });
        let told = fired.event.as_ref().zip(outbox.as_ref());
        let store = &self.store;
        match store
            .fire_reminder(tenant, &seen, &fired.reminder, told)
            .await
        {
            Ok(()) => {
                if let Some(outbox) = &outbox {
                    self.hand_over(outbox).await?;
                }
            }
            // Somebody else was at it; what is left is done by the next run.
            Err(refused @ Refused::Conditions(_)) if refused.at(0) => {}
            // The event is known: it has been told of.
            Err(Refused::Conditions(_)) => {
                let done = store.fire_reminder(tenant, &seen, &fired.reminder, None);
                match done.await {
                    Ok(()) | Err(Refused::Conditions(_)) => {}
                    Err(Refused::Store(error)) => return Err(error.into()),
                }
            }
            Err(Refused::Store(error)) => return Err(error.into()),
        }
        Ok(())
    }
}
