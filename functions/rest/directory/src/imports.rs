//! Watching and cancelling imports.

use axum::Json;
use axum::extract::State;
use domain::audit::AuditEntry;
use domain::ids::{ImportId, UserId};
use domain::import::{Import, ImportStatus, OnInvalid, Progress};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use store::{Refused, Store};
use utoipa::{IntoParams, ToSchema};

use crate::Directory;
use crate::users::opened;
use crate::version::{ATTEMPTS, changed};

/// An import as callers see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportBody {
    id: ImportId,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    status: ImportStatus,
    on_invalid: OnInvalid,
    /// Whether it only tells what it would do.
    dry_run: bool,
    rows_total: u64,
    /// Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ImportProgress>,
    /// Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<ImportCounts>,
    created_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// How far an import is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportProgress {
    rows_total: u64,
    checked: u64,
    applied: u64,
    invalid: u64,
    percent_checked: f64,
    /// Of the rows that are not broken.
    percent_applied: f64,
}

/// How the rows of an import ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportCounts {
    created: u64,
    updated: u64,
    unchanged: u64,
    invalid: u64,
}

impl ImportBody {
    pub(crate) fn of(import: Import, sum: Option<Progress>) -> Self {
        let total = import.rows_total;
        Self {
            progress: sum.map(|sum| ImportProgress {
                rows_total: total,
                checked: sum.checked,
                applied: sum.applied,
                invalid: sum.invalid,
                percent_checked: percent(sum.checked, total),
                percent_applied: percent(sum.applied, total.saturating_sub(sum.invalid)),
            }),
            counts: sum.map(|sum| ImportCounts {
                created: sum.created,
                updated: sum.updated,
                unchanged: sum.unchanged,
                invalid: sum.invalid,
            }),
            id: import.id,
            name: import.name,
            status: import.status,
            on_invalid: import.on_invalid,
            dry_run: import.dry_run,
            rows_total: total,
            created_by: import.created_by,
            created_at: import.created_at,
            started_at: import.started_at,
            finished_at: import.finished_at,
            reason: import.reason,
        }
    }
}

/// To one decimal.
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let tenths = (part.min(whole) * 1000) / whole;
    f64::from(u32::try_from(tenths).unwrap_or(1000)) / 10.0
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List imports, newest first
#[utoipa::path(
    get,
    path = "/v1/directory/imports",
    operation_id = "listImports",
    tag = "directory",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of imports", body = Page<ImportBody>),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_imports(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<ImportBody>>> {
    caller.require_staff()?;
    let size = page_size(query.page_size)?;
    let after = opened(
        &directory.cursors,
        &caller,
        "imports",
        query.after.as_deref(),
    )?;
    let after: Option<ImportId> = after.map(|after| after.parse()).transpose()?;
    let rows = directory
        .store
        .list_imports(&caller.tenant, after.as_ref(), size)
        .await?;
    let more = rows.more;
    let more = more.map(|more| directory.cursors.seal(&caller, "imports", &more));
    let imports = rows.items.into_iter();
    let imports = imports.map(|import| ImportBody::of(import, None)).collect();
    Ok(Json(Page::new(imports, more, size)))
}

/// Get an import and how far it is
#[utoipa::path(
    get,
    path = "/v1/directory/imports/{id}",
    operation_id = "getImport",
    tag = "directory",
    params(("id" = ImportId, Path, description = "The import")),
    responses(
        (status = 200, description = "The import", body = ImportBody),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such import", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_import(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ImportId>,
) -> Answer<Json<ImportBody>> {
    caller.require_staff()?;
    let import = import(&directory.store, &caller, &id).await?;
    Ok(Json(watched(&directory.store, &caller, import).await?))
}

pub(crate) async fn import(
    store: &Store,
    caller: &Caller,
    id: &ImportId,
) -> Result<Import, Problem> {
    let found = store.import(&caller.tenant, id).await?;
    found.ok_or_else(Problem::not_found)
}

/// An import with the sum of its reports.
pub(crate) async fn watched(
    store: &Store,
    caller: &Caller,
    import: Import,
) -> Result<ImportBody, Problem> {
    let reports = store.chunk_reports(&caller.tenant, &import.id).await?;
    Ok(ImportBody::of(import, Some(Progress::of(reports.iter()))))
}

/// Cancel an import; what it has applied so far stays
#[utoipa::path(
    post,
    path = "/v1/directory/imports/{id}/cancel",
    operation_id = "cancelImport",
    tag = "directory",
    params(("id" = ImportId, Path, description = "The import")),
    responses(
        (status = 200, description = "The import", body = ImportBody),
        (status = 404, description = "No such import", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has ended", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cancel_import(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ImportId>,
) -> Answer<Json<ImportBody>> {
    caller.require_staff()?;
    let store = &directory.store;
    for _ in 0..ATTEMPTS {
        let found = import(store, &caller, &id).await?;
        if found.status == ImportStatus::Cancelled {
            return Ok(Json(watched(store, &caller, found).await?));
        }
        if found.status.is_terminal() {
            return Err(Problem::conflict("The import has ended.").into());
        }
        let now = store.now();
        let cancelled = found.moved(ImportStatus::Cancelled, now);
        let audit = AuditEntry::new(&caller, "directory.import_cancelled", id.as_str(), now);
        let moving = store.move_import(&caller.tenant, &cancelled, found.version, Some(&audit));
        match moving.await {
            Ok(()) => return Ok(Json(watched(store, &caller, cancelled).await?)),
            Err(Refused::Conditions(_)) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
        }
    }
    Err(changed().into())
}
