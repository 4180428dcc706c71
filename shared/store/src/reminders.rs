//! What timed rules have planned. While something of it waits, a reminder stands
//! in an index in the order of time, where the sweeper finds it.

use domain::Timestamp;
use domain::audit::AuditEntry;
use domain::automation::Event;
use domain::ids::{ReminderId, TenantId};
use domain::reminder::Reminder;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::events::EventRow;
use crate::outbox::OutboxRow;
use crate::table::{Item, Keys, Range, Rows, item, n, s};
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

/// Reminders in one page of those that are due.
const AT_ONCE: u32 = 200;

/// A place in the order of what waits.
#[derive(Debug, Clone)]
pub struct Place {
    at: String,
    row: Keys,
}

/// A reminder and whose it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReminderRow {
    pub tenant: TenantId,
    #[serde(flatten)]
    pub reminder: Reminder,
}

impl Store {
    /// What is planned under an id, also what is past.
    pub async fn reminder(
        &self,
        tenant: &TenantId,
        id: &ReminderId,
    ) -> Result<Option<Reminder>, StoreError> {
        let found: Option<ReminderRow> = self.read(&keys::reminder(tenant, id)).await?;
        let now = self.now().as_second();
        let kept = found.filter(|row| row.reminder.kept_until() > now);
        Ok(kept.map(|row| row.reminder))
    }

    /// A page of a tenant's reminders in the order of their ids.
    pub async fn list_reminders(
        &self,
        tenant: &TenantId,
        after: Option<&str>,
        size: u32,
    ) -> Result<Rows<Reminder>, StoreError> {
        let range = Range {
            after: after.map(str::to_owned),
            limit: Some(size),
            ..Range::of(keys::reminders(tenant))
        };
        let rows: Rows<ReminderRow> = self.rows(&range).await?;
        let now = self.now().as_second();
        let kept = rows.items.into_iter().map(|row| row.reminder);
        Ok(Rows {
            items: kept.filter(|one| one.kept_until() > now).collect(),
            more: rows.more,
        })
    }

    /// Keeps what is planned in the place of what was seen. Refused if that has
    /// changed meanwhile.
    pub async fn put_reminder(
        &self,
        tenant: &TenantId,
        seen: Option<&Reminder>,
        after: &Reminder,
    ) -> Result<(), Refused> {
        let (row, condition) = written(tenant, seen, after)?;
        self.transaction().put(row, Some(condition)).commit().await
    }

    /// Keeps what somebody has cancelled, with who did.
    pub async fn cancel_reminder(
        &self,
        tenant: &TenantId,
        seen: &Reminder,
        after: &Reminder,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let (row, condition) = written(tenant, Some(seen), after)?;
        let transaction = self.transaction().put(row, Some(condition));
        transaction.audit(tenant, audit).commit().await
    }

    /// A page of the reminders whose time has come, oldest first, and where the
    /// next page begins.
    pub async fn due_reminders(
        &self,
        now: Timestamp,
        after: Option<Place>,
    ) -> Result<(Vec<ReminderRow>, Option<Place>), StoreError> {
        let (after, after_keys) = after.map(|place| (place.at, place.row)).unzip();
        let rows: Rows<ReminderRow> = self
            .rows(&Range {
                index: true,
                after,
                after_keys,
                to: Some(keys::reminder_place(now, None)),
                limit: Some(AT_ONCE),
                ..Range::of(keys::WAITING_REMINDERS)
            })
            .await?;
        let last = rows.items.last();
        let next = rows.more.zip(last).map(|(at, last)| Place {
            at,
            row: keys::reminder(&last.tenant, &last.reminder.id),
        });
        Ok((rows.items, next))
    }

    /// Takes a reminder further together with the event that tells of it, which
    /// is taken in with its task like those of the API. Position 0 of the
    /// refusal is the reminder, 1 the event: it is known already.
    pub async fn fire_reminder(
        &self,
        tenant: &TenantId,
        seen: &Reminder,
        after: &Reminder,
        event: Option<(&Event, &OutboxRow)>,
    ) -> Result<(), Refused> {
        let (row, condition) = written(tenant, Some(seen), after)?;
        let mut transaction = self.transaction().put(row, Some(condition));
        if let Some((event, outbox)) = event {
            let now = self.now();
            let keys = keys::event(tenant, &event.event_id, seen.test);
            transaction = transaction
                .unless_kept(&keys, &EventRow::new(event, now), now)?
                .outbox(outbox);
        }
        transaction.commit().await
    }
}

/// The row of a reminder, and the condition that it is held to.
fn written(
    tenant: &TenantId,
    seen: Option<&Reminder>,
    after: &Reminder,
) -> Result<(Item, Expression), StoreError> {
    let row = ReminderRow {
        tenant: tenant.clone(),
        reminder: after.clone(),
    };
    let mut row = item(&keys::reminder(tenant, &after.id), &row)?;
    row.insert("ttl".to_owned(), n(after.kept_until()));
    if let Some(due) = after.next_due() {
        let place = keys::reminder_place(due, Some((tenant, &after.id)));
        row.insert("gsi1pk".to_owned(), s(keys::WAITING_REMINDERS));
        row.insert("gsi1sk".to_owned(), s(place));
    }
    let condition = match seen {
        Some(seen) => crate::tenants::version_is(seen.version),
        None => Expression::new("attribute_not_exists(#pk)"),
    };
    Ok((row, condition))
}
