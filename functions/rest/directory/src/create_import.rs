//! Making an import: with its rows at once, or to be uploaded in parts.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use domain::audit::AuditEntry;
use domain::ids::ImportId;
use domain::import::{Import, ImportStatus, MAX_ROWS, OnInvalid, Plan};
use domain::people::{self, MAX_NAME};
use domain::problem::ProblemBody;
use domain::tasks::{Envelope, ImportStage, Task};
use domain::{Caller, Problem, Timestamp};
use garde::Validate;
use lambda::rest::{Answer, Authenticated, Body, Csv, Query};
use serde::Deserialize;
use store::outbox::OutboxRow;
use utoipa::{IntoParams, ToSchema};

use crate::Directory;
use crate::fields::Fields;
use crate::import_parts::store_part;
use crate::imports::ImportBody;

/// How an import treats its rows.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub(crate) struct NewImport {
    /// Any name, to find it again.
    #[serde(default)]
    name: Option<String>,
    /// What happens when some rows are broken: nothing is imported (`reject`),
    /// or the sound ones are (`skip`).
    #[serde(default)]
    on_invalid: OnInvalid,
    /// Check and compare only, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Import a directory
///
/// With a `text/csv` body the import starts at once and the query says how it
/// treats its rows; with a JSON body it waits for its parts and for `…/start`.
/// Columns: `id,name,email,phone,roles,groups,guardian_of,locale,time_zone` and
/// `attr.…`; only `id` and `name` are required. What a file has no column for
/// stays as it is. An empty cell takes an address, a number or an attribute
/// away; empty roles, locale and time zone stay as they are. Groups
/// (`class:5:student;course:7`) and guardianships are added, never taken away.
#[utoipa::path(
    post,
    path = "/v1/directory/imports",
    operation_id = "createImport",
    tag = "directory",
    params(NewImport),
    request_body(content(
        (String = "text/csv"),
        (NewImport = "application/json"),
    )),
    responses(
        (status = 201, description = "An import that waits for its parts", body = ImportBody),
        (status = 202, description = "An import that has started", body = ImportBody),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "More than 4 MiB", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The header or the text is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_import(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Query(query): Query<NewImport>,
    request: Request,
) -> Answer<(StatusCode, Json<ImportBody>)> {
    caller.require_staff()?;
    let now = directory.store.now();
    if is_csv(&request) {
        let Csv(text) = Csv::from_request(request, &()).await?;
        let import = query.into_import(&caller, now)?;
        let body = begin(&directory, &caller, import, &text).await?;
        return Ok((StatusCode::ACCEPTED, Json(body)));
    }
    let Body(input) = Body::<NewImport>::from_request(request, &()).await?;
    let import = input.into_import(&caller, now)?;
    let audit = AuditEntry::new(&caller, "directory.import_created", import.id.as_str(), now);
    directory
        .store
        .create_import(&caller.tenant, &import, &audit)
        .await
        .map_err(|refused| refused.or_conflict("The import exists."))?;
    Ok((StatusCode::CREATED, Json(ImportBody::of(import, None))))
}

fn is_csv(request: &Request) -> bool {
    let given = request.headers().get(CONTENT_TYPE);
    given
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/csv"))
}

impl NewImport {
    fn into_import(self, caller: &Caller, now: Timestamp) -> Result<Import, Problem> {
        let mut fields = Fields::default();
        let name = self.name.map(|name| people::line(&name, MAX_NAME));
        let name = name.and_then(|name| fields.check("name", name));
        fields.finish()?;
        Ok(Import {
            id: ImportId::new(now),
            name: name.filter(|name| !name.is_empty()),
            on_invalid: self.on_invalid,
            dry_run: self.dry_run,
            status: ImportStatus::Uploading,
            created_by: caller.user.clone(),
            by_admin: caller.is_admin(),
            rows_total: 0,
            chunks: 0,
            has_guardians: false,
            created_at: now,
            started_at: None,
            finished_at: None,
            reason: None,
            version: 1,
        })
    }
}

async fn begin(
    directory: &Directory,
    caller: &Caller,
    import: Import,
    text: &str,
) -> Result<ImportBody, Problem> {
    let store = &directory.store;
    let part = store_part(store, caller, &import.id, 1, text).await?;
    let plan = planned(vec![part])?;
    let now = store.now();
    let import = import.begun(&plan, now);
    let row = first_task(caller, &import, now);
    let audit = AuditEntry::new(caller, "directory.import_started", import.id.as_str(), now);
    store
        .create_started_import(&caller.tenant, &import, &plan, &row, &audit)
        .await
        .map_err(|refused| refused.or_conflict("The import exists."))?;
    store.hand_over(&directory.queue, [&row]).await;
    Ok(ImportBody::of(import, Some(Default::default())))
}

/// The plan of all parts, if there is anything to import.
pub(crate) fn planned(parts: Vec<domain::import::Part>) -> Result<Plan, Problem> {
    let missing = (1u32..)
        .zip(&parts)
        .find(|(number, part)| part.part != *number)
        .map_or(parts.len() + 1, |(number, _)| number as usize);
    if missing <= parts.len() || parts.is_empty() {
        return Err(Problem::conflict(format!("Part {missing} is missing.")));
    }
    let plan = Plan::of(parts).ok_or_else(|| Problem::conflict("Part 1 is missing."))?;
    match plan.rows() {
        0 => Err(Problem::invalid(
            "",
            "empty",
            "There is no row behind the header.",
        )),
        rows if rows > MAX_ROWS => {
            let message = format!("An import has at most {MAX_ROWS} rows.");
            Err(Problem::invalid("", "too_many", message))
        }
        _ => Ok(plan),
    }
}

/// The first task of an import, on its way to the queue.
pub(crate) fn first_task(caller: &Caller, import: &Import, now: Timestamp) -> OutboxRow {
    let task = Task::ImportDirectory {
        import: import.id.clone(),
        stage: ImportStage::Check,
        part: 0,
    };
    OutboxRow::new(Envelope::new(caller.tenant.clone(), task), now)
}
