//! One report, on the log row, the chunk's counts and the suppression list.

use std::time::Duration;

use domain::Channel;
use domain::feedback::{Feedback, Report};
use domain::log::{Address, LogRow};
use domain::send::{DeliveryStatus, LedgerState, send_of};
use lambda::batch::Outcome;
use store::log::Advanced;
use store::{Store, StoreError};

/// A report often overtakes the worker that is just writing its rows.
const PATIENCE: [u64; 4] = [50, 150, 400, 800];
/// Deliveries of the message after which an unknown delivery is let go: with
/// the visibility timeout of three minutes that is about five minutes.
const LAST: u32 = 3;

pub(crate) async fn record(store: &Store, feedback: &Feedback, receives: u32) -> Outcome {
    match apply(store, feedback).await {
        Ok(true) => Outcome::Done,
        Ok(false) if receives >= LAST => {
            tracing::warn!(delivery = %feedback.delivery, "a report about a delivery that nobody knows is dropped");
            Outcome::Done
        }
        Ok(false) => Outcome::Retry("the delivery is not recorded yet".to_owned()),
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// Whether the report has found its delivery.
async fn apply(store: &Store, feedback: &Feedback) -> Result<bool, StoreError> {
    if let (Some(reason), Some(recipient)) = (feedback.report.suppresses(), &feedback.recipient) {
        store
            .suppress(&feedback.tenant, Channel::Email, recipient.reveal(), reason)
            .await?;
    }
    if feedback.report == Report::Accepted {
        return accepted(store, feedback).await;
    }
    let (status, reason) = (feedback.report.status(), feedback.report.reason());
    for wait in PATIENCE {
        let moved = store
            .advance_log_row(
                &feedback.tenant,
                &feedback.delivery,
                status,
                reason,
                store.now(),
            )
            .await?;
        match moved {
            Advanced::Moved(_) | Advanced::Stands => return Ok(true),
            Advanced::NotYet => tokio::time::sleep(Duration::from_millis(wait)).await,
        }
    }
    Ok(false)
}

/// The provider says that it accepted a message. While the chunk's claim is
/// open this may be all that is ever known of it, so it becomes the log row;
/// otherwise the worker has written the row already.
async fn accepted(store: &Store, feedback: &Feedback) -> Result<bool, StoreError> {
    let (tenant, delivery) = (&feedback.tenant, &feedback.delivery);
    if let Some(row) = store.log_row(tenant, delivery).await? {
        // Given up already: the report is late, but it is the truth.
        let late = row.status.rank() < DeliveryStatus::Sent.rank();
        if late {
            let moved = store
                .advance_log_row(tenant, delivery, DeliveryStatus::Sent, None, store.now())
                .await?;
            return Ok(moved != Advanced::NotYet);
        }
        return Ok(true);
    }
    let Some(send_id) = send_of(delivery) else {
        return Ok(true);
    };
    let Some(send) = store.send(tenant, &send_id).await? else {
        return Ok(false);
    };
    let open = store
        .ledger_row(tenant, &send_id, &feedback.chunk)
        .await?
        .is_some_and(|row| row.state != LedgerState::Settled);
    if open {
        let planned = send.planned_at.unwrap_or(send.created_at);
        let mut row = LogRow::new(&send, Channel::Email, "", DeliveryStatus::Sent, planned);
        row.id = delivery.clone();
        row.chunk = Some(feedback.chunk.clone());
        row.user = feedback.user.clone();
        row.recipient = feedback.recipient.clone().map(Address::Email);
        row.provider_id = Some(feedback.provider_id.clone());
        row.attempts = 1;
        row.updated_at = store.now();
        store.put_log_row_if_absent(tenant, &row).await?;
    }
    Ok(true)
}
