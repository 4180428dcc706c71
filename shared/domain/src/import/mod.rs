//! Importing a directory from CSV: what an import is, how its text is cut into
//! chunks, how a row is read, and what it changes in a person.
//!
//! Everything works on one chunk of rows at a time, so that an import of any
//! size needs the memory of one chunk.

mod apply;
mod columns;
mod cut;
mod progress;
mod row;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::ids::{ImportId, UserId};
use crate::time::Timestamp;

pub use apply::{Defaults, merge};
pub use columns::Columns;
pub use cut::{Cut, Piece, PieceFacts, cut, first_record};
pub use progress::{ChunkReport, Outcome, Outcomes, Progress, RowStatus};
pub use row::{BadRow, GroupPlace, ImportRow, read_links, read_piece};

/// Rows that one task works on.
pub const CHUNK_ROWS: usize = 500;
/// Bytes of CSV that one stored piece may have: an item holds 400 KB.
pub const CHUNK_BYTES: usize = 300 * 1024;
/// Bytes that one row may have; a longer one is a quote that was never closed.
pub const ROW_BYTES: usize = 64 * 1024;
/// Rows that one import may have.
pub const MAX_ROWS: u64 = 500_000;
/// Parts that one import may be uploaded in.
pub const MAX_PARTS: u32 = 200;

/// What happens when some rows are broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnInvalid {
    /// Nothing is imported.
    #[default]
    Reject,
    /// The sound rows are imported.
    Skip,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// Waits for its parts and for being started.
    Uploading,
    /// Every row is read and compared with the others; nothing changes yet.
    Checking,
    Applying,
    Completed,
    /// Rows were broken and nothing was imported.
    Rejected,
    Cancelled,
    /// A fault of the system ended it; `reason` says which. Repeating the
    /// import is safe, because people who already agree with it are unchanged.
    Failed,
}

impl ImportStatus {
    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Rejected | Self::Cancelled | Self::Failed
        )
    }
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub id: ImportId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default)]
    pub on_invalid: OnInvalid,
    /// Checks and compares, and changes nothing.
    #[serde(default)]
    pub dry_run: bool,
    pub status: ImportStatus,
    pub created_by: UserId,
    /// Whether who made it may give and take every role.
    pub by_admin: bool,
    #[serde(default)]
    pub rows_total: u64,
    #[serde(default)]
    pub chunks: u32,
    /// Whether any column speaks of guardians.
    #[serde(default)]
    pub has_guardians: bool,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub version: u64,
}

impl Import {
    /// The same import in another state.
    pub fn moved(&self, status: ImportStatus, now: Timestamp) -> Self {
        let mut moved = self.clone();
        moved.status = status;
        moved.version += 1;
        if status.is_terminal() {
            moved.finished_at = Some(now);
        }
        moved
    }

    /// The same import, begun on a plan.
    pub fn begun(&self, plan: &Plan, now: Timestamp) -> Self {
        let mut begun = self.moved(ImportStatus::Checking, now);
        begun.started_at = Some(now);
        begun.rows_total = plan.rows();
        begun.chunks = plan.chunks();
        begun.has_guardians = plan.columns.has_guardians();
        begun
    }
}

/// An uploaded part: which pieces it was stored as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub part: u32,
    /// Tells this upload of the part from an earlier one.
    pub upload: String,
    /// The columns, in part 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Columns>,
    /// Mark of the first record, to recognise a repeated header.
    #[serde(default)]
    pub first: String,
    pub pieces: Vec<PieceFacts>,
    /// Lines of the whole part.
    pub lines: u64,
}

/// All pieces of an import in order, fixed when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub columns: Columns,
    /// Mark of the header.
    pub header: String,
    pub parts: Vec<Part>,
}

/// Where one chunk lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub part: u32,
    pub upload: String,
    pub piece: u32,
    /// Line of the chunk's first record, counted over all parts.
    pub first_line: u64,
    pub rows: u32,
    /// Records to leave out at its beginning: a header that the part repeats.
    pub skip: usize,
}

impl Plan {
    /// Orders parts; `None` while part 1, which has the header, is missing.
    pub fn of(mut parts: Vec<Part>) -> Option<Self> {
        parts.sort_by_key(|part| part.part);
        let first = parts.first().filter(|part| part.part == 1)?;
        Some(Self {
            columns: first.columns.clone()?,
            header: first.first.clone(),
            parts,
        })
    }

    fn repeats_header(&self, part: &Part) -> bool {
        part.columns.is_none() && part.first == self.header
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        let mut before = 0;
        self.parts.iter().flat_map(move |part| {
            let repeated = usize::from(self.repeats_header(part));
            let offset = before;
            before += part.lines;
            part.pieces.iter().zip(0u32..).map(move |(facts, piece)| {
                let skip = if piece == 0 { repeated } else { 0 };
                Place {
                    part: part.part,
                    upload: part.upload.clone(),
                    piece,
                    first_line: offset + facts.first_line,
                    rows: facts.rows - u32::try_from(skip).unwrap_or(0),
                    skip,
                }
            })
        })
    }

    pub fn place(&self, chunk: u32) -> Option<Place> {
        self.places().nth(chunk as usize)
    }

    pub fn chunks(&self) -> u32 {
        u32::try_from(
            self.parts
                .iter()
                .map(|part| part.pieces.len())
                .sum::<usize>(),
        )
        .unwrap_or(u32::MAX)
    }

    pub fn rows(&self) -> u64 {
        self.places().map(|place| u64::from(place.rows)).sum()
    }

    /// The chunk that has a line, or the first one behind it.
    pub fn chunk_of(&self, line: u64) -> u32 {
        let behind = self.places().take_while(|place| place.first_line <= line);
        u32::try_from(behind.count().saturating_sub(1)).unwrap_or(0)
    }
}
