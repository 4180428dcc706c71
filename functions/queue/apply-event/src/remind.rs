//! What an event plans, moves or takes back by the timed rules.

use domain::automation::Event;
use domain::directory::Tenant;
use domain::ids::AutomationId;
use domain::reminder::{Planned, Reminder, TimedRule, plan, rules_of};
use store::events::RuleRow;
use store::{Refused, StoreError};

use crate::Applier;

/// Attempts at a reminder that others change at the same time.
const ATTEMPTS: usize = 5;

impl Applier {
    /// Plans by every timed rule about the event's type. What cannot be planned
    /// is told with the event, and its other rules go on.
    pub(crate) async fn remind(
        &self,
        tenant: &Tenant,
        event: &Event,
        test: bool,
    ) -> Result<(), StoreError> {
        for rule in rules_of(&event.r#type) {
            let mut row = RuleRow::new(&named(rule), &rule.name, self.store.now());
            match self.plan(rule, tenant, event, test).await? {
                Ok(planned) => row.planned = planned,
                Err(reason) => row.reason = Some(reason),
            }
            let (id, event) = (&tenant.id, &event.event_id);
            self.store.apply_rule(id, event, test, &row, &[]).await?;
        }
        Ok(())
    }

    /// Keeps what a rule plans; how many thresholds wait then, or why it plans
    /// nothing.
    async fn plan(
        &self,
        rule: &TimedRule,
        tenant: &Tenant,
        event: &Event,
        test: bool,
    ) -> Result<Result<Option<u32>, String>, StoreError> {
        let id = match Reminder::named_by(rule, &tenant.id, event, test) {
            Ok(id) => id,
            Err(reason) => return Ok(Err(reason)),
        };
        for _ in 0..ATTEMPTS {
            let before = self.store.reminder(&tenant.id, &id).await?;
            let whose = (&tenant.id, tenant.time_zone.as_str());
            let now = self.store.now();
            let after = match plan(rule, whose, event, test, before.as_ref(), now) {
                Err(reason) => return Ok(Err(reason)),
                Ok(Planned::Same) => return Ok(Ok(Some(before.as_ref().map_or(0, waiting)))),
                Ok(Planned::Changed(after)) => after,
            };
            let put = self.store.put_reminder(&tenant.id, before.as_ref(), &after);
            match put.await {
                Ok(()) => return Ok(Ok(Some(waiting(&after)))),
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
        }
        let message = "a reminder kept changing".to_owned();
        Err(StoreError::Unavailable(message))
    }
}

fn waiting(reminder: &Reminder) -> u32 {
    let waiting = reminder.steps.iter().filter(|step| step.is_waiting());
    u32::try_from(waiting.count()).unwrap_or(u32::MAX)
}

/// A timed rule among the rules of an event.
fn named(rule: &TimedRule) -> AutomationId {
    let id = format!("timed.{}", rule.id);
    id.parse()
        .unwrap_or_else(|_| AutomationId::new(domain::Timestamp::UNIX_EPOCH))
}
