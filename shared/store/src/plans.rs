//! The course of a send: planning begins, fails, goes on, ends; then all
//! deliveries have ended.

use domain::Timestamp;
use domain::ids::{NotificationId, SendId, TenantId};
use domain::send::{PlanTotals, Progress, Send, SendStatus};

use crate::error::StoreError;
use crate::ledger::progress;
use crate::table::{n, s};
use crate::transaction::{Expression, Refused};
use crate::{Store, keys};

/// Attempts at a send that others change at the same time.
const ATTEMPTS: usize = 5;

impl Store {
    /// Begins planning: fixes the snapshot instant and the feed id, once. The
    /// send as it stands afterwards is the answer, whoever began.
    pub async fn begin_plan(
        &self,
        tenant: &TenantId,
        send: &Send,
        now: Timestamp,
    ) -> Result<Option<Send>, StoreError> {
        let notification = NotificationId::new(now);
        // While it runs it stands in an index of its own, for the sweeper.
        let begin = Expression::new(
            "SET #status = :sending, #planned_at = :now, #notification = :ntf, \
             #gsi1pk = :running, #gsi1sk = :id ADD #version :one",
        )
        .value(":running", s(keys::running_sends(tenant)))
        .value(":id", s(send.id.as_str()))
        .value(":sending", s("sending"))
        .value(":now", s(now.to_string()))
        .value(":ntf", s(notification.as_str()))
        .value(":one", n(1));
        let waiting = Expression::new("#status = :queued AND attribute_not_exists(#planned_at)")
            .value(":queued", s("queued"));
        let begun = self
            .transaction()
            .update(&keys::send(tenant, &send.id), begin, Some(waiting))
            .commit()
            .await;
        match begun {
            Ok(()) | Err(Refused::Conditions(_)) => self.send(tenant, &send.id).await,
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// Ends a send whose audience cannot be resolved, unless it is planned.
    pub async fn fail_plan(
        &self,
        tenant: &TenantId,
        send: &SendId,
        reason: &str,
    ) -> Result<(), StoreError> {
        let fail = Expression::new(
            "SET #status = :failed, #reason = :reason REMOVE #gsi1pk, #gsi1sk ADD #version :one",
        )
        .value(":failed", s(SendStatus::Failed.as_str()))
        .value(":reason", s(reason))
        .value(":one", n(1));
        let unplanned =
            Expression::new("#status IN (:queued, :sending) AND attribute_not_exists(#plan)")
                .value(":queued", s("queued"))
                .value(":sending", s("sending"));
        settled(
            self.transaction()
                .update(&keys::send(tenant, send), fail, Some(unplanned))
                .commit()
                .await,
        )
    }

    /// Takes a failed send up again: a task was given back. The send as it
    /// stands afterwards is the answer.
    pub async fn resume_plan(
        &self,
        tenant: &TenantId,
        send: &Send,
    ) -> Result<Option<Send>, StoreError> {
        let status = match send.planned_at {
            Some(_) => SendStatus::Sending,
            None => SendStatus::Queued,
        };
        let mut text = "SET #status = :status".to_owned();
        if status == SendStatus::Sending {
            text.push_str(", #gsi1pk = :running, #gsi1sk = :id");
        }
        text.push_str(" REMOVE #reason ADD #version :one");
        let mut resume = Expression::new(text)
            .value(":status", s(status.as_str()))
            .value(":one", n(1));
        if status == SendStatus::Sending {
            resume = resume
                .value(":running", s(keys::running_sends(tenant)))
                .value(":id", s(send.id.as_str()));
        }
        let failed =
            Expression::new("#status = :failed").value(":failed", s(SendStatus::Failed.as_str()));
        settled(
            self.transaction()
                .update(&keys::send(tenant, &send.id), resume, Some(failed))
                .commit()
                .await,
        )?;
        self.send(tenant, &send.id).await
    }

    /// Records what the planner cut in all, once.
    pub async fn finish_plan(
        &self,
        tenant: &TenantId,
        send: &SendId,
        plan: &PlanTotals,
    ) -> Result<(), StoreError> {
        let plan: aws_sdk_dynamodb::types::AttributeValue = serde_dynamo::to_attribute_value(plan)?;
        let finish = Expression::new("SET #plan = :plan ADD #version :one")
            .value(":plan", plan)
            .value(":one", n(1));
        let first = Expression::new("attribute_exists(#pk) AND attribute_not_exists(#plan)");
        settled(
            self.transaction()
                .update(&keys::send(tenant, send), finish, Some(first))
                .commit()
                .await,
        )
    }

    /// Keeps the final figures of a send whose deliveries have all ended.
    pub async fn complete_send(
        &self,
        tenant: &TenantId,
        send: &SendId,
        totals: &Progress,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let totals: aws_sdk_dynamodb::types::AttributeValue =
            serde_dynamo::to_attribute_value(totals)?;
        let complete = Expression::new(
            "SET #status = :completed, #totals = :totals, #completed_at = :now \
             REMOVE #gsi1pk, #gsi1sk ADD #version :one",
        )
        .value(":completed", s("completed"))
        .value(":totals", totals)
        .value(":now", s(now.to_string()))
        .value(":one", n(1));
        let sending = Expression::new("#status = :sending").value(":sending", s("sending"));
        settled(
            self.transaction()
                .update(&keys::send(tenant, send), complete, Some(sending))
                .commit()
                .await,
        )
    }

    /// Makes the final figures of a completed send those of its ledger, which a
    /// task that was given back has changed.
    pub async fn correct_totals(&self, tenant: &TenantId, send: &SendId) -> Result<(), StoreError> {
        for _ in 0..ATTEMPTS {
            let Some(found) = self.send(tenant, send).await? else {
                return Ok(());
            };
            let totals = progress(&self.ledger(tenant, send).await?);
            if found.status != SendStatus::Completed || found.totals.as_ref() == Some(&totals) {
                return Ok(());
            }
            let change = Expression::new("SET #totals = :totals ADD #version :one")
                .value(":totals", serde_dynamo::to_attribute_value(&totals)?)
                .value(":one", n(1));
            let stands = Expression::new("#version = :seen AND #status = :completed")
                .value(":seen", n(found.version))
                .value(":completed", s(SendStatus::Completed.as_str()));
            let corrected = self
                .transaction()
                .update(&keys::send(tenant, send), change, Some(stands))
                .commit()
                .await;
            match corrected {
                Ok(()) => return Ok(()),
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Unavailable("a send kept changing".to_owned()))
    }
}

/// A condition that fails here means that somebody else has done it.
fn settled(result: Result<(), Refused>) -> Result<(), StoreError> {
    match result {
        Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
        Err(Refused::Store(error)) => Err(error),
    }
}
