//! What is found out about the rows of an import: which ids they take, which
//! are broken, how each ended, and one report a chunk and stage.

use std::collections::BTreeMap;

use domain::FieldError;
use domain::ids::{ImportId, TenantId, UserId};
use domain::import::{BadRow, ChunkReport, Outcomes};
use domain::tasks::ImportStage;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::imports::{REPORT_DAYS, UPLOAD_DAYS};
use crate::table::{Range, item, parse};
use crate::{Rows, Store, keys};

/// A broken row as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenRow {
    pub line: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
    pub errors: Vec<FieldError>,
    /// When it was found to be broken.
    pub stage: ImportStage,
    #[serde(default)]
    ttl: i64,
}

/// The row that took an id first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub id: String,
    pub line: u64,
    /// A group's kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default)]
    ttl: i64,
}

impl Taken {
    pub fn person(id: &UserId, line: u64) -> Self {
        Self {
            id: id.to_string(),
            line,
            kind: None,
            ttl: 0,
        }
    }

    pub fn group(id: &domain::ids::GroupId, kind: &str, line: u64) -> Self {
        Self {
            id: id.to_string(),
            line,
            kind: Some(kind.to_owned()),
            ttl: 0,
        }
    }

    fn space(&self) -> &'static str {
        if self.kind.is_some() { GROUP } else { PERSON }
    }
}

const PERSON: &str = "U";
const GROUP: &str = "G";
/// How many reports a listing of stages distinguishes.
const STAGES: [(ImportStage, &str); 4] = [
    (ImportStage::Check, "1-check"),
    (ImportStage::Link, "2-link"),
    (ImportStage::Apply, "3-apply"),
    (ImportStage::Relate, "4-relate"),
];

fn word(stage: ImportStage) -> &'static str {
    let known = STAGES.iter().find(|(known, _)| *known == stage);
    known.map_or("", |(_, word)| word)
}

#[derive(Debug, Serialize, Deserialize)]
struct ReportRow {
    stage: ImportStage,
    #[serde(flatten)]
    report: ChunkReport,
    #[serde(default)]
    ttl: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct OutcomesRow {
    #[serde(flatten)]
    outcomes: Outcomes,
    ttl: i64,
}

impl Store {
    /// Which rows took these people's ids, by id.
    pub async fn taken_people(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        ids: impl Iterator<Item = &UserId>,
    ) -> Result<BTreeMap<String, Taken>, StoreError> {
        self.taken(tenant, import, PERSON, ids.map(UserId::as_str))
            .await
    }

    /// Which rows named these groups first, by id.
    pub async fn taken_groups(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        ids: impl Iterator<Item = &domain::ids::GroupId>,
    ) -> Result<BTreeMap<String, Taken>, StoreError> {
        self.taken(tenant, import, GROUP, ids.map(domain::ids::GroupId::as_str))
            .await
    }

    async fn taken(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        space: &str,
        ids: impl Iterator<Item = &str>,
    ) -> Result<BTreeMap<String, Taken>, StoreError> {
        let keys = ids.map(|id| keys::import_id(tenant, import, space, id));
        let found = self.batch_get(keys.collect()).await?;
        let taken = found
            .into_iter()
            .map(parse::<Taken>)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(taken
            .into_iter()
            .map(|taken| (taken.id.clone(), taken))
            .collect())
    }

    /// Records which rows take which ids.
    pub async fn take_ids(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        taken: Vec<Taken>,
    ) -> Result<(), StoreError> {
        let ttl = self.days_from_now(UPLOAD_DAYS);
        let items = taken.into_iter().map(|mut taken| {
            taken.ttl = ttl;
            let keys = keys::import_id(tenant, import, taken.space(), &taken.id);
            item(&keys, &taken)
        });
        self.batch_put(items.collect::<Result<_, _>>()?).await
    }

    pub async fn put_broken_rows(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        stage: ImportStage,
        rows: Vec<BadRow>,
    ) -> Result<(), StoreError> {
        let ttl = self.days_from_now(REPORT_DAYS);
        let items = rows.into_iter().map(|row| {
            let keys = keys::import_row(tenant, import, row.line);
            let row = BrokenRow {
                line: row.line,
                id: row.id,
                errors: row.errors,
                stage,
                ttl,
            };
            item(&keys, &row)
        });
        self.batch_put(items.collect::<Result<_, _>>()?).await
    }

    /// Broken rows from a line on.
    pub async fn broken_rows(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        from: u64,
        limit: u32,
    ) -> Result<Rows<BrokenRow>, StoreError> {
        let keys = keys::import_row(tenant, import, from);
        self.rows(&Range {
            from: Some(keys.sk),
            limit: Some(limit),
            ..Range::of(keys.pk)
        })
        .await
    }

    /// All broken rows between two lines, both included: those of one chunk.
    pub async fn broken_between(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        from: u64,
        to: u64,
    ) -> Result<Vec<BrokenRow>, StoreError> {
        let from = keys::import_row(tenant, import, from);
        self.all(Range {
            from: Some(from.sk),
            to: Some(keys::import_row(tenant, import, to).sk),
            consistent: true,
            ..Range::of(from.pk)
        })
        .await
    }

    pub async fn put_outcomes(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        chunk: u32,
        outcomes: Outcomes,
    ) -> Result<(), StoreError> {
        let row = OutcomesRow {
            outcomes,
            ttl: self.days_from_now(REPORT_DAYS),
        };
        let keys = keys::import_outcomes(tenant, import, chunk);
        self.batch_put(vec![item(&keys, &row)?]).await
    }

    pub async fn outcomes(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        chunk: u32,
    ) -> Result<Option<Outcomes>, StoreError> {
        let row: Option<OutcomesRow> = self
            .read(&keys::import_outcomes(tenant, import, chunk))
            .await?;
        Ok(row.map(|row| row.outcomes))
    }

    pub async fn put_chunk_report(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        stage: ImportStage,
        chunk: u32,
        report: &ChunkReport,
    ) -> Result<(), StoreError> {
        let row = ReportRow {
            stage,
            report: report.clone(),
            ttl: self.days_from_now(REPORT_DAYS),
        };
        let keys = keys::import_report(tenant, import, word(stage), chunk);
        self.batch_put(vec![item(&keys, &row)?]).await
    }

    pub async fn chunk_report(
        &self,
        tenant: &TenantId,
        import: &ImportId,
        stage: ImportStage,
        chunk: u32,
    ) -> Result<Option<ChunkReport>, StoreError> {
        let row: Option<ReportRow> = self
            .read(&keys::import_report(tenant, import, word(stage), chunk))
            .await?;
        Ok(row.map(|row| row.report))
    }

    /// All reports of an import, one a chunk and stage.
    pub async fn chunk_reports(
        &self,
        tenant: &TenantId,
        import: &ImportId,
    ) -> Result<Vec<(ImportStage, ChunkReport)>, StoreError> {
        let rows: Vec<ReportRow> = self
            .all(Range {
                prefix: Some("REPORT#".to_owned()),
                consistent: true,
                ..Range::of(keys::import_facts(tenant, import))
            })
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.stage, row.report))
            .collect())
    }
}
