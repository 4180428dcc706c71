//! Exporting what is known of a person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Problem;
use domain::audit::AuditEntry;
use domain::ids::UserId;
use domain::operation::{Kind, Operation};
use domain::problem::ProblemBody;
use lambda::rest::{Answer, Authenticated, Path};

use crate::body::OperationBody;
use crate::{Privacy, first_task, sees};

/// Export what is known of a person
///
/// For the person and for administrators. Watch the operation; its records can
/// be read for seven days.
#[utoipa::path(
    post,
    path = "/v1/users/{id}/export",
    operation_id = "exportUser",
    tag = "privacy",
    params(("id" = UserId, Path, description = "The person")),
    responses(
        (status = 202, description = "The export has been accepted", body = OperationBody),
        (status = 403, description = "Somebody else", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn export_user(
    State(app): State<Privacy>,
    Authenticated(caller): Authenticated,
    Path(id): Path<UserId>,
) -> Answer<(StatusCode, Json<OperationBody>)> {
    if !sees(&caller, Kind::Export, &id) {
        let detail = "You may export your own data only.";
        return Err(Problem::forbidden(detail).into());
    }
    let person = app.store.user(&caller.tenant, &id).await?;
    person.ok_or_else(Problem::not_found)?;
    let now = app.store.now();
    let operation = Operation::new(Kind::Export, id.clone(), caller.user.clone(), now);
    let row = first_task(&caller, &operation, now);
    let audit = AuditEntry::new(&caller, "user.export_requested", id.as_str(), now)
        .detail(operation.id.to_string());
    app.store
        .create_export(&caller.tenant, &operation, &row, &audit)
        .await
        .map_err(|refused| refused.or_conflict("There is such an operation."))?;
    app.store.hand_over(&app.queue, [&row]).await;
    Ok((StatusCode::ACCEPTED, Json(operation.into())))
}
