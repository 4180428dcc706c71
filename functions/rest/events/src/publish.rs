//! Events in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::automation::Event;
use domain::caller::Credential;
use domain::ids::EventId;
use domain::problem::ProblemBody;
use domain::tasks::{Envelope, Task};
use domain::{Caller, Problem};
use lambda::rest::{Answer, Authenticated, Body};
use serde::{Deserialize, Serialize};
use store::StoreError;
use store::events::Taken;
use store::outbox::OutboxRow;

use crate::Events;

/// One to ten events.
#[derive(Debug, Deserialize, utoipa::ToSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsInput {
    #[garde(length(min = 1, max = 10), dive)]
    #[schema(min_items = 1, max_items = 10)]
    events: Vec<Event>,
}

/// What was taken in, in the order of the events.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EventsTaken {
    results: Vec<EventTaken>,
}

/// Whether one event was taken in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EventTaken {
    /// What becomes of it is at `/v1/events/{event_id}`.
    event_id: EventId,
    result: EventResult,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EventResult {
    /// Its rules are applied now.
    Accepted,
    /// The same event came before; nothing more happens.
    Known,
    /// Another event came under this id before; this one is ignored.
    Conflict,
}

/// Publish events
///
/// Each event notifies once: what comes again under its `event_id` is known
/// already, and other data under it are a conflict. All events are valid or
/// none is taken in. For administrators and API keys of staff.
#[utoipa::path(
    post,
    path = "/v1/events",
    operation_id = "publishEvents",
    tag = "events",
    request_body = EventsInput,
    responses(
        (status = 202, description = "Taken in", body = EventsTaken),
        (status = 403, description = "Neither an administrator nor an API key of staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Other events came under these ids before", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "More than 256 KiB", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "An event is not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn publish_events(
    State(events): State<Events>,
    Authenticated(caller): Authenticated,
    Body(input): Body<EventsInput>,
) -> Answer<(StatusCode, Json<EventsTaken>)> {
    require_publisher(&caller)?;
    let mut results = Vec::with_capacity(input.events.len());
    for event in input.events {
        let result = events.take(&caller, &event).await?;
        results.push(EventTaken {
            event_id: event.event_id,
            result,
        });
    }
    if results
        .iter()
        .all(|one| one.result == EventResult::Conflict)
    {
        return Err(Problem::conflict("Other events came under these ids before.").into());
    }
    Ok((StatusCode::ACCEPTED, Json(EventsTaken { results })))
}

/// An event reaches whomever its rules say, so whoever publishes may reach
/// everybody.
fn require_publisher(caller: &Caller) -> Result<(), Problem> {
    let key = caller.credential != Credential::Token;
    if caller.is_admin() || (key && caller.is_staff()) {
        Ok(())
    } else {
        Err(Problem::forbidden(
            "Only administrators and API keys of staff publish events.",
        ))
    }
}

impl Events {
    /// Keeps the event together with its task, then puts the task on its queue.
    async fn take(&self, caller: &Caller, event: &Event) -> Result<EventResult, StoreError> {
        let test = caller.is_test();
        let task = Task::ApplyEvent {
            event: event.event_id.clone(),
            test,
        };
        let row = OutboxRow::new(Envelope::new(caller.tenant.clone(), task), self.store.now());
        let taken = self
            .store
            .take_event(&caller.tenant, test, event, Some(&row));
        match taken.await? {
            Taken::New(_) => {
                self.store.hand_over(&self.queue, [&row]).await;
                Ok(EventResult::Accepted)
            }
            Taken::Known(_) => Ok(EventResult::Known),
            Taken::Conflict => Ok(EventResult::Conflict),
        }
    }
}
