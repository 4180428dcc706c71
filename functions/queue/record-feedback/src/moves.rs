//! Reports sorted by the chunks whose rows they move.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::feedback::Feedback;
use domain::ids::{DeliveryId, SendId, TenantId};
use domain::log::{LogRow, Move};
use store::log::MOVES;

/// What is counted in one ledger row.
type Place = (TenantId, SendId, Option<String>);

/// Moves of rows, and the reports (by position) that ask for each.
#[derive(Debug, Default)]
pub(crate) struct Moves(BTreeMap<Place, BTreeMap<DeliveryId, (Move, Vec<usize>)>>);

/// What one transaction moves.
#[derive(Debug)]
pub(crate) struct Group {
    pub tenant: TenantId,
    pub moves: Vec<Move>,
    pub reports: Vec<usize>,
}

impl Moves {
    /// Adds a report about a row; false if the row stands as far already. Of
    /// several reports about one delivery the furthest counts.
    pub(crate) fn add(
        &mut self,
        report: usize,
        feedback: &Feedback,
        row: &LogRow,
        at: Timestamp,
    ) -> bool {
        let Some(moved) = row.reported(&feedback.report, at) else {
            return false;
        };
        let place = (feedback.tenant.clone(), row.send.clone(), row.chunk.clone());
        let rows = self.0.entry(place).or_default();
        let ((_, furthest), reports) = rows
            .entry(row.id.clone())
            .or_insert_with(|| ((row.clone(), moved.clone()), Vec::new()));
        if furthest.status.rank() < moved.status.rank() {
            *furthest = moved;
        }
        reports.push(report);
        true
    }

    /// As many transactions as it takes: one for each chunk, as a rule.
    pub(crate) fn groups(self) -> Vec<Group> {
        let mut groups = Vec::new();
        for ((tenant, ..), rows) in self.0 {
            let rows: Vec<_> = rows.into_values().collect();
            for part in rows.chunks(MOVES) {
                groups.push(Group {
                    tenant: tenant.clone(),
                    moves: part.iter().map(|(one, _)| one.clone()).collect(),
                    reports: part
                        .iter()
                        .flat_map(|(_, reports)| reports.clone())
                        .collect(),
                });
            }
        }
        groups
    }
}
