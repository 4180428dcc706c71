//! One message: one page of one section, then the task of the next.

use std::time::Duration;

use domain::audit::AuditEntry;
use domain::ids::{AuditId, PrivacyId};
use domain::operation::{Kind, Operation, Status};
use domain::tasks::{Envelope, Task};
use store::outbox::OutboxRow;
use store::{Refused, personal};

use crate::{Trouble, Worker};

/// An erasure begins this long after the person was marked. By then deliveries
/// that had read the profile before have written what they write, the gateway
/// has forgotten that the credential was good, and the sweeper has closed the
/// person's sockets.
const CALM_SECONDS: i64 = 120;

impl Worker {
    pub(crate) async fn step(
        &self,
        envelope: &Envelope,
        id: &PrivacyId,
        step: u64,
    ) -> Result<(), Trouble> {
        let tenant = &envelope.tenant;
        let found = self.store.operation(tenant, id).await?;
        let seen = found.ok_or(Trouble::Gone("the operation"))?;
        if seen.status.is_terminal() || seen.step != step {
            return Ok(());
        }
        if let Some(wait) = self.calm(&seen) {
            return Ok(self.queue.send_later(envelope, wait).await?);
        }
        let Some(after) = self.page(envelope, &seen).await? else {
            let gone = "the person is no longer there";
            return Ok(self.store.fail_operation(tenant, id, gone).await?);
        };
        let now = self.store.now();
        let next = (!after.status.is_terminal()).then(|| {
            let task = Task::CarryOutPrivacy {
                operation: id.clone(),
                step: after.step,
            };
            OutboxRow::new(Envelope::new(tenant.clone(), task), now)
        });
        let audit = (after.status == Status::Completed).then(|| done(&after));
        let moved = self
            .store
            .advance_operation(tenant, &seen, &after, next.as_ref(), audit.as_ref())
            .await;
        match moved {
            Ok(()) => {}
            // Another delivery of the same task was faster.
            Err(Refused::Conditions(_)) => return Ok(()),
            Err(Refused::Store(error)) => return Err(error.into()),
        }
        tracing::info!(%tenant, operation = %id, step, section = seen.section, "page");
        if let Some(row) = next {
            self.queue.send(&row.task).await?;
            self.store.forget_outbox(&row).await?;
        }
        Ok(())
    }

    /// How long an erasure that has not begun is still to wait.
    fn calm(&self, operation: &Operation) -> Option<Duration> {
        if operation.kind != Kind::Erasure || operation.step > 0 {
            return None;
        }
        let begun = operation.created_at.as_second() + CALM_SECONDS;
        let left = u64::try_from(begun - self.store.now().as_second()).ok()?;
        (left > 0).then(|| Duration::from_secs(left))
    }

    /// Works through the page that comes next; `None` if there is nobody.
    async fn page(
        &self,
        envelope: &Envelope,
        seen: &Operation,
    ) -> Result<Option<Operation>, Trouble> {
        let tenant = &envelope.tenant;
        let Some(subject) = self.store.subject(tenant, seen).await? else {
            return Ok(None);
        };
        let sections = personal::sections(seen.kind);
        let place = seen.place(&sections);
        let section = sections.get(place).copied().unwrap_or_default();
        let page = self
            .store
            .work_through(&subject, seen.kind, section, seen.cursor.clone())
            .await?;
        if seen.kind == Kind::Export {
            self.store.put_records(tenant, seen, section, &page).await?;
        }
        Ok(Some(seen.after(&page, &sections, self.store.now())))
    }
}

fn done(operation: &Operation) -> AuditEntry {
    let act = match operation.kind {
        Kind::Export => "user.exported",
        Kind::Erasure => "user.erased",
    };
    let at = operation.finished_at.unwrap_or(operation.created_at);
    AuditEntry {
        id: AuditId::new(at),
        act: act.to_owned(),
        actor: operation.created_by.clone(),
        subject: operation.user.to_string(),
        detail: Some(operation.id.to_string()),
        at,
    }
}
