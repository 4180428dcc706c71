//! How far operations are, and what exports have found.

use axum::Json;
use axum::extract::State;
use domain::ids::{PrivacyId, UserId};
use domain::operation::Operation;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Page, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::body::OperationBody;
use crate::{Privacy, sees};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// One thing that an export has found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PrivacyRecord {
    /// Such as `profile`, `messages` or `communication_log`.
    section: String,
    /// What it says; its fields depend on the section.
    #[schema(value_type = Object)]
    record: Value,
}

/// List exports and erasures, newest first
///
/// Administrators see all of them, everybody else the exports of their own data.
#[utoipa::path(
    get,
    path = "/v1/privacy/operations",
    operation_id = "listPrivacyOperations",
    tag = "privacy",
    params(ListQuery),
    responses((status = 200, description = "A page of operations", body = Page<OperationBody>)),
)]
pub(crate) async fn list_privacy_operations(
    State(app): State<Privacy>,
    Authenticated(caller): Authenticated,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<OperationBody>>> {
    let size = page_size(query.page_size)?;
    let about: Option<&UserId> = (!caller.is_admin()).then_some(&caller.user);
    let after = query.after.as_deref();
    let after = after.map(|after| app.cursors.open(&caller, "privacy", after));
    let after: Option<PrivacyId> = after.transpose()?.map(|id| id.parse()).transpose()?;
    let rows = app
        .store
        .list_operations(&caller.tenant, about, after.as_ref(), size)
        .await?;
    let more = rows.more.as_deref();
    let more = more.map(|more| app.cursors.seal(&caller, "privacy", more));
    let seen = rows
        .items
        .into_iter()
        .filter(|one| sees(&caller, one.kind, &one.user));
    Ok(Json(Page::new(
        seen.map(OperationBody::from).collect(),
        more,
        size,
    )))
}

/// Get an export or an erasure and how far it is
#[utoipa::path(
    get,
    path = "/v1/privacy/operations/{id}",
    operation_id = "getPrivacyOperation",
    tag = "privacy",
    params(("id" = PrivacyId, Path, description = "`pvc_…`")),
    responses(
        (status = 200, description = "The operation", body = OperationBody),
        (status = 404, description = "None that the caller sees", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_privacy_operation(
    State(app): State<Privacy>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PrivacyId>,
) -> Answer<Json<OperationBody>> {
    Ok(Json(app.seen(&caller, &id).await?.into()))
}

/// List what an export has found
///
/// In the order of the sections' names. Complete once the operation is.
#[utoipa::path(
    get,
    path = "/v1/privacy/operations/{id}/records",
    operation_id = "listPrivacyRecords",
    tag = "privacy",
    params(("id" = PrivacyId, Path, description = "`pvc_…`"), ListQuery),
    responses(
        (status = 200, description = "A page of records", body = Page<PrivacyRecord>),
        (status = 404, description = "None that the caller sees", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "The records have expired", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_privacy_records(
    State(app): State<Privacy>,
    Authenticated(caller): Authenticated,
    Path(id): Path<PrivacyId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<PrivacyRecord>>> {
    let size = page_size(query.page_size)?;
    let operation = app.seen(&caller, &id).await?;
    let now = app.store.now();
    if operation.expires_at().is_some_and(|end| end <= now) {
        let detail = "The records of this export have expired; make another one.";
        return Err(Problem::new(Code::Gone).detail(detail).into());
    }
    let list = format!("privacy/{id}");
    let after = query.after.as_deref();
    let after = after.map(|after| app.cursors.open(&caller, &list, after));
    let rows = app
        .store
        .export_page(&caller.tenant, &id, after.transpose()?, size)
        .await?;
    let more = rows.more.as_deref();
    let more = more.map(|more| app.cursors.seal(&caller, &list, more));
    let records = rows.items.into_iter().map(|found| PrivacyRecord {
        section: found.section,
        record: found.record,
    });
    Ok(Json(Page::new(records.collect(), more, size)))
}

impl Privacy {
    /// An operation that the caller is shown; 404 for any other.
    async fn seen(&self, caller: &Caller, id: &PrivacyId) -> Result<Operation, Problem> {
        let found = self.store.operation(&caller.tenant, id).await?;
        let found = found.filter(|one| sees(caller, one.kind, &one.user));
        found.ok_or_else(Problem::not_found)
    }
}
