//! Uploading an import in parts, and starting it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::ids::{ImportId, ulid};
use domain::import::{Columns, ImportStatus, MAX_PARTS, Part, cut};
use domain::problem::ProblemBody;
use domain::{Caller, Code, Problem};
use lambda::rest::{Answer, Authenticated, Csv, Path};
use serde::Serialize;
use store::{Refused, Store};
use utoipa::ToSchema;

use crate::Directory;
use crate::create_import::{first_task, planned};
use crate::imports::{ImportBody, import, watched};
use crate::version::{ATTEMPTS, changed};

/// A part that has been stored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartBody {
    part: u32,
    /// Records in it, without the header of part 1.
    rows: u64,
}

/// Upload a part of an import, or upload it again
///
/// Each part holds whole rows. Part 1 begins with the header; the others may
/// repeat it.
#[utoipa::path(
    put,
    path = "/v1/directory/imports/{id}/parts/{number}",
    operation_id = "putImportPart",
    tag = "directory",
    params(
        ("id" = ImportId, Path, description = "The import"),
        ("number" = u32, Path, description = "From 1, without gaps"),
    ),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, description = "The part is stored", body = PartBody),
        (status = 404, description = "No such import", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The import takes no parts any more", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "More than 4 MiB", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The header or the text is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn put_import_part(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path((id, number)): Path<(ImportId, u32)>,
    Csv(text): Csv,
) -> Answer<Json<PartBody>> {
    caller.require_staff()?;
    let store = &directory.store;
    let import = import(store, &caller, &id).await?;
    if import.status != ImportStatus::Uploading {
        return Err(closed().into());
    }
    if !(1..=MAX_PARTS).contains(&number) {
        let message = format!("Parts are numbered from 1 to {MAX_PARTS}.");
        return Err(Problem::invalid("number", "out_of_range", message).into());
    }
    let part = store_part(store, &caller, &id, number, &text).await?;
    let rows = part.pieces.iter().map(|piece| u64::from(piece.rows)).sum();
    match store.record_part(&caller.tenant, &id, &part).await {
        Ok(()) => Ok(Json(PartBody { part: number, rows })),
        Err(Refused::Conditions(_)) => Err(closed().into()),
        Err(Refused::Store(error)) => Err(error.into()),
    }
}

fn closed() -> Problem {
    Problem::conflict("The import takes no parts any more.")
}

/// Cuts a part and stores its pieces under a new upload.
pub(crate) async fn store_part(
    store: &Store,
    caller: &Caller,
    import: &ImportId,
    number: u32,
    text: &str,
) -> Result<Part, Problem> {
    let invalid = |errors| Problem::new(Code::Invalid).errors(errors);
    let cut = cut(text, number == 1).map_err(|error| invalid(vec![error]))?;
    let columns = match (number, &cut.header) {
        (1, Some(header)) => {
            let header = header.iter().map(String::as_str);
            Some(Columns::parse(header).map_err(invalid)?)
        }
        (1, None) => {
            let message = "The first line of the file names the columns.";
            return Err(Problem::invalid("", "empty", message));
        }
        _ => None,
    };
    let upload = ulid(store.now()).to_string();
    let texts = cut.pieces.iter().map(|piece| piece.text);
    store
        .put_pieces(&caller.tenant, import, number, &upload, texts)
        .await?;
    Ok(Part {
        part: number,
        upload,
        columns,
        first: cut.first,
        pieces: cut.pieces.iter().map(|piece| piece.facts).collect(),
        lines: cut.lines,
    })
}

/// Start an import whose parts are all uploaded
#[utoipa::path(
    post,
    path = "/v1/directory/imports/{id}/start",
    operation_id = "startImport",
    tag = "directory",
    params(("id" = ImportId, Path, description = "The import")),
    responses(
        (status = 202, description = "The import has started", body = ImportBody),
        (status = 404, description = "No such import", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A part is missing, or it has started", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "There is nothing to import", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start_import(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ImportId>,
) -> Answer<(StatusCode, Json<ImportBody>)> {
    caller.require_staff()?;
    let store = &directory.store;
    for _ in 0..ATTEMPTS {
        let found = import(store, &caller, &id).await?;
        if found.status != ImportStatus::Uploading {
            return Err(Problem::conflict("The import has started.").into());
        }
        let plan = planned(store.parts(&caller.tenant, &id).await?)?;
        let now = store.now();
        let begun = found.begun(&plan, now);
        let row = first_task(&caller, &begun, now);
        let audit = AuditEntry::new(&caller, "directory.import_started", id.as_str(), now);
        let starting =
            store.start_import(&caller.tenant, &begun, found.version, &plan, &row, &audit);
        match starting.await {
            Ok(()) => {
                store.hand_over(&directory.queue, [&row]).await;
                let body = watched(store, &caller, begun).await?;
                return Ok((StatusCode::ACCEPTED, Json(body)));
            }
            Err(Refused::Conditions(_)) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
        }
    }
    Err(changed().into())
}
