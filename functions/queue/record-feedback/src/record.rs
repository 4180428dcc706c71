//! Reports, on the log rows, the chunks' counts and the suppression list.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::Channel;
use domain::feedback::{Feedback, Report};
use domain::ids::{DeliveryId, TenantId};
use domain::log::{Address, LogRow};
use domain::send::{DeliveryStatus, send_of};
use store::log::Moved;
use store::{Store, StoreError};

use crate::moves::Moves;

/// A report often overtakes the worker that is just writing its rows.
const PATIENCE: [u64; 4] = [50, 150, 400, 800];

/// How a report ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// Nobody has recorded the delivery, or its chunk is still at work.
    NotYet,
    /// Somebody else moved its row at the same time.
    Changing,
    Failed(String),
}

impl End {
    /// Whether to look again.
    fn is_open(&self) -> bool {
        matches!(self, Self::NotYet | Self::Changing)
    }
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Rows that reports are about.
type Rows = BTreeMap<(TenantId, DeliveryId), LogRow>;

/// Records reports, one end for each. A fresh one waits a moment for its row.
pub(crate) async fn record(store: &Store, reports: &[&Feedback], fresh: bool) -> Vec<End> {
    let mut ends = suppress(store, reports).await;
    let waits = if fresh { &PATIENCE[..] } else { &PATIENCE[..1] };
    for wait in std::iter::once(&0).chain(waits) {
        tokio::time::sleep(Duration::from_millis(*wait)).await;
        round(store, reports, &mut ends).await;
        if !ends.iter().any(End::is_open) {
            return ends;
        }
    }
    for (end, feedback) in ends.iter_mut().zip(reports) {
        if *end == End::NotYet && feedback.report == Report::Accepted {
            *end = match accepted(store, feedback).await {
                Ok(true) => End::Done,
                Ok(false) => End::NotYet,
                Err(error) => error.into(),
            };
        }
    }
    ends
}

/// First of all whoever must not be written to again is put on the list.
async fn suppress(store: &Store, reports: &[&Feedback]) -> Vec<End> {
    let mut ends = Vec::with_capacity(reports.len());
    for feedback in reports {
        let asked = feedback
            .report
            .suppresses()
            .zip(feedback.recipient.as_ref());
        let Some((reason, recipient)) = asked else {
            ends.push(End::NotYet);
            continue;
        };
        let listed = store
            .suppress(&feedback.tenant, Channel::Email, recipient.reveal(), reason)
            .await;
        ends.push(listed.map_or_else(End::from, |()| End::NotYet));
    }
    ends
}

/// Moves the rows of all reports that have not ended, as they stand now.
async fn round(store: &Store, reports: &[&Feedback], ends: &mut [End]) {
    let waiting: Vec<usize> = (0..reports.len())
        .filter(|at| ends[*at].is_open())
        .collect();
    let rows = match rows(store, waiting.iter().map(|at| reports[*at])).await {
        Ok(rows) => rows,
        Err(error) => {
            let failed = End::from(error);
            for at in waiting {
                ends[at] = failed.clone();
            }
            return;
        }
    };
    let mut moves = Moves::default();
    for at in waiting {
        let feedback = reports[at];
        let key = (feedback.tenant.clone(), feedback.delivery.clone());
        if let Some(row) = rows.get(&key)
            && !moves.add(at, feedback, row, store.now())
        {
            ends[at] = End::Done;
        }
    }
    for group in moves.groups() {
        let end = match store.move_log_rows(&group.tenant, &group.moves).await {
            Ok(Moved::Moved) => End::Done,
            Ok(Moved::Changed) => End::Changing,
            Ok(Moved::NotYet) => End::NotYet,
            Err(error) => error.into(),
        };
        for at in group.reports {
            ends[at] = end.clone();
        }
    }
}

async fn rows(store: &Store, reports: impl Iterator<Item = &Feedback>) -> Result<Rows, StoreError> {
    let mut wanted: BTreeMap<&TenantId, BTreeSet<DeliveryId>> = BTreeMap::new();
    for feedback in reports {
        let deliveries = wanted.entry(&feedback.tenant).or_default();
        deliveries.insert(feedback.delivery.clone());
    }
    let mut rows = Rows::new();
    for (tenant, deliveries) in wanted {
        let found = store.log_rows(tenant, &deliveries).await?;
        rows.extend(
            found
                .into_iter()
                .map(|(id, row)| ((tenant.clone(), id), row)),
        );
    }
    Ok(rows)
}

/// The provider says that it accepted a message that has no row. While the
/// chunk's claim is open this may be all that is ever known of it, so it
/// becomes the row.
async fn accepted(store: &Store, feedback: &Feedback) -> Result<bool, StoreError> {
    let (tenant, delivery) = (&feedback.tenant, &feedback.delivery);
    let Some(send_id) = send_of(delivery) else {
        return Ok(true);
    };
    let Some(send) = store.send(tenant, &send_id).await? else {
        return Ok(false);
    };
    let open = store
        .ledger_row(tenant, &send_id, &feedback.chunk)
        .await?
        .is_some_and(|row| !row.state.has_ended());
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
