//! The audit trail.

use axum::Json;
use axum::extract::State;
use domain::audit::AuditEntry;
use domain::cursor::CursorKey;
use domain::ids::UserId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Code, Page, Problem};
use jiff::civil::Date;
use lambda::rest::{Answer, Authenticated, Query};
use serde::Deserialize;
use store::Store;
use store::audit_search::AuditFilter;

/// Which entries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Such as `announcement.published`, or `announcement.` for all about
    /// announcements.
    act: Option<String>,
    /// Who did it.
    #[param(value_type = Option<String>)]
    actor: Option<UserId>,
    /// The first day (UTC).
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// 20 unless named, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List the audit trail
///
/// Privileged acts, newest first. A page may be short while `after` says that
/// there is more.
#[utoipa::path(
    get,
    path = "/v1/audit",
    operation_id = "listAuditEntries",
    tag = "audit",
    params(AuditQuery),
    responses(
        (status = 200, description = "A page", body = Page<AuditEntry>),
        (status = 400, description = "A parameter is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_audit_entries(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<AuditQuery>,
) -> Answer<Json<Page<AuditEntry>>> {
    caller.require_admin()?;
    let size = page_size(query.page_size)?;
    if query.from.zip(query.to).is_some_and(|(from, to)| from > to) {
        let message = "from must not be after to.";
        return Err(Problem::new(Code::BadQuery)
            .field("from", "out_of_order", message)
            .into());
    }
    let filter = AuditFilter {
        act: query.act,
        actor: query.actor,
        from: query.from,
        to: query.to,
    };
    let name = format!("audit|{filter:?}");
    let position = query.after.as_deref();
    let position = position
        .map(|after| cursors.open(&caller, &name, after))
        .transpose()?;
    let after = position.map(|id| id.parse()).transpose();
    let after = after.map_err(|_| Problem::new(Code::BadCursor))?;
    let mut page = store
        .search_audit(&caller.tenant, &filter, after.as_ref(), size)
        .await?;
    let position = page.page.after.take();
    page.page.after = position.map(|position| cursors.seal(&caller, &name, &position));
    Ok(Json(page))
}
