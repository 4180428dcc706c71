//! One event through the rules of its tenant.

use domain::automation::{Automation, Event, Occasion};
use domain::ids::TenantId;
use domain::send::Send;
use domain::template::Catalogue;
use store::StoreError;
use store::automations::Addressed;
use store::events::{EventRow, NoticeRow, RuleRow};
use store::sends::Start;

use crate::Applier;

impl Applier {
    /// Applies every rule in force for the event's type. A rule that cannot be
    /// applied is skipped with its reason, and the others go on.
    pub(crate) async fn apply(
        &self,
        tenant: &TenantId,
        row: &EventRow,
        event: &Event,
        test: bool,
    ) -> Result<(), StoreError> {
        let Some(settings) = self.store.tenant(tenant).await? else {
            return Err(StoreError::Corrupt("the tenant is gone".to_owned()));
        };
        let occasion = Occasion {
            tenant,
            event,
            received_at: row.received_at,
            test,
        };
        let mut rules = self.store.automations(tenant).await?;
        rules.retain(|automation| {
            let rule = &automation.rule;
            rule.enabled && rule.event == event.r#type && rule.when.matches(&event.data)
        });
        if !rules.is_empty() {
            let catalogue = self.store.automation_catalogue(&settings).await?;
            for automation in &rules {
                self.rule(&catalogue, automation, &occasion).await?;
            }
        }
        self.remind(&settings, event, test).await?;
        tracing::info!(%tenant, event = %event.event_id, rules = rules.len(), "applied");
        self.store.mark_applied(tenant, &event.event_id, test).await
    }

    async fn rule(
        &self,
        catalogue: &Catalogue,
        automation: &Automation,
        occasion: &Occasion<'_>,
    ) -> Result<(), StoreError> {
        let mut row = RuleRow::new(&automation.id, &automation.rule.name, self.store.now());
        let mut sends = Vec::new();
        match self.store.decide(catalogue, automation, occasion).await? {
            Err(reason) => {
                tracing::warn!(tenant = %occasion.tenant, event = %occasion.event.event_id, rule = %automation.id, reason, "skipped");
                row.reason = Some(reason);
            }
            Ok(addressed) => {
                for one in addressed {
                    let (notice, send) = self.notice(automation, occasion, one).await?;
                    row.notices.push(notice);
                    sends.extend(send);
                }
            }
        }
        let (tenant, event) = (occasion.tenant, &occasion.event.event_id);
        let applied = self
            .store
            .apply_rule(tenant, event, occasion.test, &row, &sends);
        if applied.await? {
            let tasks: Vec<_> = sends.iter().filter_map(|(_, start)| start.task()).collect();
            self.store.hand_over(&self.queue, tasks).await;
        }
        Ok(())
    }

    /// The send to one target; none where the event names nobody who exists.
    async fn notice(
        &self,
        automation: &Automation,
        occasion: &Occasion<'_>,
        one: Addressed,
    ) -> Result<(NoticeRow, Option<(Send, Start)>), StoreError> {
        let mut row = NoticeRow {
            target: one.notice.target.clone(),
            send: None,
            unknown: one.unknown,
        };
        if one.audience.include.is_empty() {
            return Ok((row, None));
        }
        for text in one.notice.templates.values() {
            self.store.keep_text(occasion.tenant, text).await?;
        }
        let send = one.notice.send(automation, occasion, one.audience);
        let start = Start::of(occasion.tenant, &send, self.store.now());
        row.send = Some(send.id.clone());
        Ok((row, Some((send, start))))
    }
}
