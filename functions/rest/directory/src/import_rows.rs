//! The row-by-row report on an import.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use domain::ids::{ImportId, UserId};
use domain::import::{Import, Plan, RowStatus};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Code, FieldError, Page, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use store::Store;
use store::import_rows::BrokenRow;
use utoipa::{IntoParams, ToSchema};

use crate::Directory;
use crate::imports::import;
use crate::users::opened;

/// Chunks that one request looks through for rows of a rare status.
const CHUNKS: u32 = 40;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only rows that ended so.
    status: Option<RowStatus>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// How one row ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportRowReport {
    /// In the file, or over all of its parts; the header is line 1.
    line: u64,
    status: RowStatus,
    /// Absent where it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<UserId>,
    errors: Vec<FieldError>,
}

impl From<BrokenRow> for ImportRowReport {
    fn from(row: BrokenRow) -> Self {
        Self {
            line: row.line,
            status: RowStatus::Invalid,
            id: row.id,
            errors: row.errors,
        }
    }
}

/// Report on the rows of an import, in the order of their lines
///
/// Broken rows are there as soon as they are found; the others once they are
/// applied. The report is kept for 30 days.
#[utoipa::path(
    get,
    path = "/v1/directory/imports/{id}/rows",
    operation_id = "listImportRows",
    tag = "directory",
    params(("id" = ImportId, Path, description = "The import"), ListQuery),
    responses(
        (status = 200, description = "A page of rows", body = Page<ImportRowReport>),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such import", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_import_rows(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ImportId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<ImportRowReport>>> {
    caller.require_staff()?;
    let store = &directory.store;
    let import = import(store, &caller, &id).await?;
    let size = page_size(query.page_size)?;
    let list = format!("import-rows?import={id}&status={:?}", query.status);
    let after = opened(&directory.cursors, &caller, &list, query.after.as_deref())?;
    let bad = |_| Problem::new(Code::BadCursor);
    let from = after.map_or(Ok(1), |after| after.parse::<u64>().map_err(bad))?;
    let applied = store.outcomes(&caller.tenant, &id, 0).await?.is_some();
    let (rows, more) = match query.status {
        Some(RowStatus::Invalid) => broken(store, &caller, &id, from, size).await?,
        None if !applied => broken(store, &caller, &id, from, size).await?,
        status => ended(store, &caller, &import, status, from, size).await?,
    };
    let more = more.map(|line| directory.cursors.seal(&caller, &list, &line.to_string()));
    Ok(Json(Page::new(rows, more, size)))
}

type Rows = (Vec<ImportRowReport>, Option<u64>);

async fn broken(
    store: &Store,
    caller: &Caller,
    id: &ImportId,
    from: u64,
    size: u32,
) -> Result<Rows, Problem> {
    let rows = store.broken_rows(&caller.tenant, id, from, size).await?;
    let more = rows
        .more
        .and_then(|_| rows.items.last().map(|row| row.line + 1));
    Ok((
        rows.items.into_iter().map(ImportRowReport::from).collect(),
        more,
    ))
}

/// Rows from a line on as the applied chunks tell them. Those that were found
/// broken late are told as broken.
async fn ended(
    store: &Store,
    caller: &Caller,
    import: &Import,
    status: Option<RowStatus>,
    from: u64,
    size: u32,
) -> Result<Rows, Problem> {
    let plan = store.import_plan(&caller.tenant, &import.id).await?;
    let Some(plan) = plan else {
        return Ok((Vec::new(), None));
    };
    let mut rows: Vec<ImportRowReport> = Vec::new();
    let first = plan.chunk_of(from);
    for chunk in first..import.chunks {
        if chunk >= first + CHUNKS {
            return Ok((rows, line_of(&plan, chunk)));
        }
        let found = chunk_rows(store, caller, import, chunk, from).await?;
        // A chunk that is not applied yet: the report reaches as far as the work.
        let Some(found) = found else { break };
        for row in found {
            if status.is_some_and(|status| row.status != status) {
                continue;
            }
            if rows.len() == size as usize {
                return Ok((rows, Some(row.line)));
            }
            rows.push(row);
        }
    }
    Ok((rows, None))
}

fn line_of(plan: &Plan, chunk: u32) -> Option<u64> {
    plan.place(chunk).map(|place| place.first_line)
}

async fn chunk_rows(
    store: &Store,
    caller: &Caller,
    import: &Import,
    chunk: u32,
    from: u64,
) -> Result<Option<Vec<ImportRowReport>>, Problem> {
    let outcomes = store.outcomes(&caller.tenant, &import.id, chunk).await?;
    let Some(outcomes) = outcomes else {
        return Ok(None);
    };
    let rows = outcomes.rows.into_iter().filter(|row| row.line >= from);
    let rows: Vec<_> = rows.collect();
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(Some(Vec::new()));
    };
    let broken = store
        .broken_between(&caller.tenant, &import.id, first.line, last.line)
        .await?;
    let mut broken: BTreeMap<u64, BrokenRow> =
        broken.into_iter().map(|row| (row.line, row)).collect();
    let rows = rows.into_iter().map(|row| match broken.remove(&row.line) {
        Some(broken) => broken.into(),
        None => ImportRowReport {
            line: row.line,
            status: row.status,
            id: row.id,
            errors: Vec::new(),
        },
    });
    Ok(Some(rows.collect()))
}
