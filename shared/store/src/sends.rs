//! Sends: created with their outbox row or their place in the schedule.

use domain::announcement::Announcement;
use domain::ids::{SendId, TenantId, UserId};
use domain::lane::Lane;
use domain::retention::{self, Kept};
use domain::send::{Send, SendStatus};
use domain::tasks::{Envelope, PlanCursor, Task};
use domain::{Timestamp, audit::AuditEntry};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::outbox::OutboxRow;
use crate::table::{Filter, Range, n, s};
use crate::tenants::version_is;
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// A scheduled send's place in the schedule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DueRow {
    pub tenant: TenantId,
    pub send: SendId,
    pub at: Timestamp,
}

/// Pages of the table that one listing reads at most.
const PAGES: usize = 10;

/// Which sends.
#[derive(Debug, Clone, Default)]
pub struct SendFilter {
    pub status: Option<SendStatus>,
    pub actor: Option<UserId>,
}

impl SendFilter {
    pub fn of_status(status: SendStatus) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    fn expression(&self) -> Option<Filter> {
        let mut filter = Filter::default();
        let mut terms = Vec::new();
        let status = self.status.map(SendStatus::as_str);
        for (name, value) in [
            ("status", status),
            ("actor", self.actor.as_ref().map(UserId::as_str)),
        ] {
            let Some(value) = value else { continue };
            terms.push(format!("#{name} = :{name}"));
            filter.names.insert(format!("#{name}"), name.to_owned());
            filter.values.insert(format!(":{name}"), s(value));
        }
        filter.expression = terms.join(" AND ");
        (!terms.is_empty()).then_some(filter)
    }
}

/// How a send begins.
#[derive(Debug, Clone)]
pub enum Start {
    Now(OutboxRow),
    At(Timestamp),
}

impl Start {
    /// The task of a send that begins at once.
    pub fn task(&self) -> Option<&OutboxRow> {
        match self {
            Self::Now(row) => Some(row),
            Self::At(_) => None,
        }
    }

    /// At its time, or at once by way of the outbox.
    pub fn of(tenant: &TenantId, send: &Send, now: Timestamp) -> Self {
        match send.send_at {
            Some(at) => Self::At(at),
            None => {
                let task = Task::PlanSend {
                    send: send.id.clone(),
                    cursor: PlanCursor::default(),
                };
                let lane = Lane::of(send.priority, 0);
                let task = Envelope::new(tenant.clone(), task).in_lane(lane);
                Self::Now(OutboxRow::new(task, now))
            }
        }
    }
}

/// Whether a send is there, whether or not the table has deleted it.
fn is_kept(send: &Send, kept: &Kept, now: Timestamp) -> bool {
    let at = send.send_at.unwrap_or(send.created_at);
    !retention::has_expired(at, retention::send_days(kept, &send.kind), now)
}

impl Transaction {
    /// Adds a new send: two writes.
    pub fn send(self, tenant: &TenantId, send: &Send, start: &Start) -> Self {
        let with = self
            .create(&keys::send(tenant, &send.id), send)
            .kept_as_send(tenant, send);
        match start {
            Start::Now(row) => with.outbox(row),
            Start::At(at) => {
                let due = DueRow {
                    tenant: tenant.clone(),
                    send: send.id.clone(),
                    at: *at,
                };
                with.set(&keys::due(*at, tenant, &send.id), &due)
            }
        }
    }
}

impl Store {
    /// Makes a send, once: if a first attempt at the same request has made it
    /// already, that one is the answer.
    pub async fn create_send(
        &self,
        tenant: &TenantId,
        send: Send,
        start: &Start,
        audit: &AuditEntry,
    ) -> Result<Send, Refused> {
        let created = self.transaction().send(tenant, &send, start);
        match created.audit(tenant, audit).commit().await {
            Err(refused) if refused.at(0) => Ok(self.send(tenant, &send.id).await?.unwrap_or(send)),
            Err(refused) => Err(refused),
            Ok(()) => Ok(send),
        }
    }

    pub async fn send(&self, tenant: &TenantId, send: &SendId) -> Result<Option<Send>, StoreError> {
        let found: Option<Send> = self.read(&keys::send(tenant, send)).await?;
        let kept = self.kept_as_known(tenant).await?;
        Ok(found.filter(|send| is_kept(send, &kept, self.now())))
    }

    /// Sends newest first, optionally of one status or one author. Work is
    /// bounded: a page may be short, or empty, and still have a next one.
    pub async fn list_sends(
        &self,
        tenant: &TenantId,
        filter: &SendFilter,
        after: Option<&SendId>,
        limit: u32,
    ) -> Result<Rows<Send>, StoreError> {
        let mut range = Range {
            newest_first: true,
            after: after.map(ToString::to_string),
            limit: Some(limit),
            filter: filter.expression(),
            ..Range::of(keys::sends(tenant))
        };
        let mut found: Vec<Send> = Vec::new();
        for _ in 0..PAGES {
            let rows = self.rows(&range).await?;
            let kept = self.kept(tenant).await?;
            let now = self.now();
            let rest = rows.items.into_iter();
            found.extend(rest.filter(|send| is_kept(send, &kept, now)));
            range.after = rows.more;
            if found.len() >= limit as usize || range.after.is_none() {
                break;
            }
        }
        if found.len() > limit as usize {
            found.truncate(limit as usize);
            range.after = found.last().map(|send| send.id.to_string());
        }
        Ok(Rows {
            items: found,
            more: range.after,
        })
    }

    /// Sends that are being delivered, oldest first.
    pub async fn running_sends(&self, tenant: &TenantId) -> Result<Vec<Send>, StoreError> {
        let mut range = Range {
            index: true,
            ..Range::of(keys::running_sends(tenant))
        };
        let mut running: Vec<Send> = Vec::new();
        loop {
            let rows = self.rows::<Send>(&range).await?;
            running.extend(rows.items);
            let Some(more) = rows.more else {
                return Ok(running);
            };
            range.after_keys = running.last().map(|send| keys::send(tenant, &send.id));
            range.after = Some(more);
        }
    }

    /// Puts a changed send in place of the version that was read.
    pub async fn update_send(
        &self,
        tenant: &TenantId,
        send: &Send,
        seen: u64,
    ) -> Result<(), Refused> {
        self.transaction()
            .replace(&keys::send(tenant, &send.id), send, seen)
            .kept_as_send(tenant, send)
            .commit()
            .await
    }

    /// Moves a send that is still scheduled to its new `send_at`, and with it the
    /// announcement that it carries out. Position 0 is the send's version.
    pub async fn reschedule(
        &self,
        tenant: &TenantId,
        send: &Send,
        seen: u64,
        from: Timestamp,
        announcement: Option<&Announcement>,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let to = send.send_at.unwrap_or(from);
        let due = DueRow {
            tenant: tenant.clone(),
            send: send.id.clone(),
            at: to,
        };
        let (old, new) = (
            keys::due(from, tenant, &send.id),
            keys::due(to, tenant, &send.id),
        );
        let mut transaction = self
            .transaction()
            .replace(&keys::send(tenant, &send.id), send, seen)
            .kept_as_send(tenant, send)
            .set(&new, &due);
        if old != new {
            transaction = transaction.delete(&old, None);
        }
        if let Some(announcement) = announcement {
            let seen = version_is(announcement.version - 1);
            transaction = transaction.announcement(tenant, announcement, seen)?;
        }
        transaction.audit(tenant, audit).commit().await
    }

    /// Ends a send, taking it off the schedule where it waits there. Position 0
    /// is the send's version.
    pub async fn cancel_send(
        &self,
        tenant: &TenantId,
        send: &Send,
        seen: u64,
        scheduled: Option<Timestamp>,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let mut transaction = self
            .transaction()
            .replace(&keys::send(tenant, &send.id), send, seen)
            .kept_as_send(tenant, send);
        if let Some(at) = scheduled {
            transaction = transaction.delete(&keys::due(at, tenant, &send.id), None);
        }
        transaction.audit(tenant, audit).commit().await
    }

    /// Scheduled sends whose time has come, oldest first.
    pub async fn due_sends(&self, now: Timestamp) -> Result<Vec<DueRow>, StoreError> {
        let to = format!("{}~", now.strftime("%Y-%m-%dT%H:%M:%SZ"));
        self.all(Range {
            to: Some(to),
            ..Range::of("SYS#DUE")
        })
        .await
    }

    /// Takes a scheduled send off the schedule and onto the outbox, once.
    pub async fn mark_due(&self, due: &DueRow, outbox: &OutboxRow) -> Result<(), Refused> {
        let scheduled = Expression::new("#status = :scheduled").value(":scheduled", s("scheduled"));
        let queue = Expression::new("SET #status = :queued ADD #version :one")
            .value(":queued", s("queued"))
            .value(":one", n(1));
        self.transaction()
            .update(&keys::send(&due.tenant, &due.send), queue, Some(scheduled))
            .delete(
                &keys::due(due.at, &due.tenant, &due.send),
                // A send that was moved meanwhile has another place.
                Some(Expression::new("attribute_exists(#pk)")),
            )
            .outbox(outbox)
            .commit()
            .await
    }

    /// Forgets a place in the schedule whose send is no longer scheduled.
    pub async fn forget_due(&self, due: &DueRow) -> Result<(), StoreError> {
        self.delete(&keys::due(due.at, &due.tenant, &due.send))
            .await
    }
}
