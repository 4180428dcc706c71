//! Erasing a person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::directory::User;
use domain::ids::UserId;
use domain::operation::{Kind, MAX_REASON, Operation, Status};
use domain::people;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Problem};
use garde::Validate;
use lambda::rest::{Answer, Authenticated, Body, Path};
use serde::Deserialize;
use store::Refused;
use utoipa::ToSchema;

use crate::body::OperationBody;
use crate::{Privacy, first_task};

/// Attempts at a person whom others change.
const ATTEMPTS: usize = 6;

/// What an erasure needs to be told.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[schema(as = Erasure)]
pub(crate) struct ErasureInput {
    /// The id of the person once more: this cannot be undone.
    confirm: String,
    /// Why, for those who look later. It is kept, so name nobody in it.
    #[serde(default)]
    reason: Option<String>,
}

/// Erase a person
///
/// For administrators, of anybody but themselves. From the answer on nothing
/// reaches the person and their sessions have ended; what is linked to them is
/// then erased section by section, beginning two minutes later. Their id is never
/// given to anybody else. While an erasure runs, asking again answers with it.
#[utoipa::path(
    post,
    path = "/v1/users/{id}/erase",
    operation_id = "eraseUser",
    tag = "privacy",
    params(("id" = UserId, Path, description = "The person")),
    request_body = ErasureInput,
    responses(
        (status = 202, description = "The erasure has begun", body = OperationBody),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Oneself", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`confirm` is not the person's id", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn erase_user(
    State(app): State<Privacy>,
    Authenticated(caller): Authenticated,
    Path(id): Path<UserId>,
    Body(input): Body<ErasureInput>,
) -> Answer<(StatusCode, Json<OperationBody>)> {
    caller.require_admin()?;
    let known = app.store.stored_user(&caller.tenant, &id).await?;
    known.ok_or_else(Problem::not_found)?;
    let because = input.checked(&id)?;
    if caller.user == id {
        let detail = "You cannot erase yourself; another administrator can.";
        return Err(Problem::conflict(detail).into());
    }
    for _ in 0..ATTEMPTS {
        let person = app.store.stored_user(&caller.tenant, &id).await?;
        let person = person.ok_or_else(Problem::not_found)?;
        let begun = match person.erased_at {
            None => app.begin(&caller, &person, because.clone()).await?,
            Some(_) => app.go_on(&caller, &id, because.clone()).await?,
        };
        if let Some(operation) = begun {
            return Ok((StatusCode::ACCEPTED, Json(operation.into())));
        }
    }
    Err(Problem::conflict("The person keeps changing; try again.").into())
}

impl ErasureInput {
    /// The reason, if `confirm` is the person's id.
    fn checked(self, id: &UserId) -> Result<Option<String>, Problem> {
        if self.confirm != id.as_str() {
            let message = "Repeat the id of the person who is to be erased.";
            return Err(Problem::invalid("confirm", "mismatch", message));
        }
        let Some(reason) = self.reason else {
            return Ok(None);
        };
        let reason = people::line(&reason, MAX_REASON).map_err(|complaint| {
            Problem::new(Code::Invalid).errors(vec![complaint.at("reason")])
        })?;
        Ok((!reason.is_empty()).then_some(reason))
    }
}

impl Privacy {
    /// Marks the person and begins; `None` after a lost race.
    async fn begin(
        &self,
        caller: &Caller,
        person: &User,
        because: Option<String>,
    ) -> Result<Option<Operation>, Problem> {
        let (operation, audit) = self.new_erasure(caller, &person.id, because);
        let row = first_task(caller, &operation, operation.created_at);
        let begun = self
            .store
            .create_erasure(&caller.tenant, &operation, person, &row, &audit)
            .await;
        self.started(begun, operation, &row).await
    }

    /// The erasure that runs, or a new one in place of one that failed.
    async fn go_on(
        &self,
        caller: &Caller,
        id: &UserId,
        because: Option<String>,
    ) -> Result<Option<Operation>, Problem> {
        let tenant = &caller.tenant;
        let seen = self.store.erasing(tenant, id).await?;
        // Nothing is left of whoever was erased to the end.
        let seen = seen.ok_or_else(Problem::not_found)?;
        let running = self.store.operation(tenant, &seen.operation).await?;
        if let Some(running) = running.filter(|one| one.status != Status::Failed) {
            return Ok(Some(running));
        }
        let (operation, audit) = self.new_erasure(caller, id, because);
        let row = first_task(caller, &operation, operation.created_at);
        let begun = self
            .store
            .resume_erasure(tenant, &operation, &seen, &row, &audit)
            .await;
        self.started(begun, operation, &row).await
    }

    fn new_erasure(
        &self,
        caller: &Caller,
        id: &UserId,
        because: Option<String>,
    ) -> (Operation, AuditEntry) {
        let now = self.store.now();
        let mut operation = Operation::new(Kind::Erasure, id.clone(), caller.user.clone(), now);
        operation.because = because;
        let audit = AuditEntry::new(caller, "user.erasure_requested", id.as_str(), now)
            .detail(operation.id.to_string());
        (operation, audit)
    }

    async fn started(
        &self,
        begun: Result<(), Refused>,
        operation: Operation,
        row: &store::outbox::OutboxRow,
    ) -> Result<Option<Operation>, Problem> {
        match begun {
            Ok(()) => {
                self.store.hand_over(&self.queue, [row]).await;
                Ok(Some(operation))
            }
            Err(Refused::Conditions(_)) => Ok(None),
            Err(Refused::Store(error)) => Err(error.into()),
        }
    }
}
