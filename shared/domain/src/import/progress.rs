//! How far an import is: one report a chunk and stage, summed on reading, so
//! that a repeated task cannot make the figures drift.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::tasks::ImportStage;

/// What became of the rows of one chunk in one stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkReport {
    pub rows: u32,
    /// Rows found broken in this stage.
    #[serde(default)]
    pub invalid: u32,
    #[serde(default)]
    pub created: u32,
    #[serde(default)]
    pub updated: u32,
    #[serde(default)]
    pub unchanged: u32,
    /// Rows that name somebody they are guardian of, and that are not done yet.
    #[serde(default)]
    pub links: u32,
    /// Whether the next task has been put on its queue.
    #[serde(default)]
    pub handed_on: bool,
}

/// How one row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    Created,
    Updated,
    Unchanged,
    Invalid,
}

/// One row of a chunk's outcomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    #[serde(rename = "l")]
    pub line: u64,
    #[serde(rename = "s")]
    pub status: RowStatus,
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
}

/// How the rows of one chunk ended, kept as one small item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    pub rows: Vec<Outcome>,
}

impl Outcomes {
    /// The figures of these rows.
    pub fn report(&self, links: u32) -> ChunkReport {
        let count = |status: RowStatus| {
            let rows = self.rows.iter().filter(|row| row.status == status);
            u32::try_from(rows.count()).unwrap_or(u32::MAX)
        };
        let rows = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        ChunkReport {
            rows: rows - count(RowStatus::Invalid),
            created: count(RowStatus::Created),
            updated: count(RowStatus::Updated),
            unchanged: count(RowStatus::Unchanged),
            links,
            ..ChunkReport::default()
        }
    }
}

/// The sum of an import's reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Progress {
    pub checked: u64,
    pub applied: u64,
    pub invalid: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
}

impl Progress {
    pub fn of<'a>(reports: impl Iterator<Item = &'a (ImportStage, ChunkReport)>) -> Self {
        let mut sum = Self::default();
        for (stage, report) in reports {
            let [rows, invalid, created, updated, unchanged] = [
                report.rows,
                report.invalid,
                report.created,
                report.updated,
                report.unchanged,
            ]
            .map(u64::from);
            sum.invalid += invalid;
            match stage {
                ImportStage::Check => sum.checked += rows,
                ImportStage::Link => {}
                ImportStage::Apply => {
                    sum.applied += rows;
                    sum.created += created;
                    sum.updated += updated;
                    sum.unchanged += unchanged;
                }
                // Rows that turned out broken this late no longer count as
                // what they were taken for.
                ImportStage::Relate => {
                    sum.created = sum.created.saturating_sub(created);
                    sum.updated = sum.updated.saturating_sub(updated);
                    sum.unchanged = sum.unchanged.saturating_sub(unchanged);
                }
            }
        }
        sum
    }
}
