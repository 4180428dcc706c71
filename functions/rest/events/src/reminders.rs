//! What timed rules have planned.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::cursor::CursorKey;
use domain::ids::{EventId, ReminderId};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::reminder::{Reminder, Step, timed_rules};
use domain::{Page, Problem, Timestamp};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use store::Store;

/// Something that people are going to be reminded of, or were.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ReminderBody {
    id: ReminderId,
    /// The timed rule, such as `event`.
    rule: String,
    name: String,
    /// What it is about, as the other system calls it.
    subject: String,
    /// Its date or instant, as the other system gave it.
    at: String,
    time_zone: String,
    /// The type of event that is made at each threshold.
    makes: String,
    /// The event that planned it last.
    event_id: EventId,
    thresholds: Vec<Step>,
    /// Absent when nothing waits any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Reminder> for ReminderBody {
    fn from(reminder: Reminder) -> Self {
        let rule = timed_rules().iter().find(|rule| rule.id == reminder.rule);
        Self {
            name: rule.map(|rule| rule.name.clone()).unwrap_or_default(),
            makes: rule.map(|rule| rule.emits.clone()).unwrap_or_default(),
            next_at: reminder.next_due(),
            id: reminder.id,
            rule: reminder.rule,
            subject: reminder.subject,
            at: reminder.at,
            time_zone: reminder.zone,
            event_id: reminder.event,
            thresholds: reminder.steps,
            updated_at: reminder.updated_at,
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RemindersQuery {
    /// Only of this timed rule, such as `event`.
    rule: Option<String>,
    /// Only those of which something waits, or of which nothing does.
    waiting: Option<bool>,
    /// 20 unless told, at most 100. A page of a filtered list may be shorter.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

impl RemindersQuery {
    fn takes(&self, reminder: &Reminder) -> bool {
        let waits = reminder.next_due().is_some();
        self.rule.as_ref().is_none_or(|rule| *rule == reminder.rule)
            && self.waiting.is_none_or(|wanted| wanted == waits)
    }
}

/// List reminders
///
/// What events have planned by the timed rules, in no order that means
/// anything. For staff.
#[utoipa::path(
    get,
    path = "/v1/reminders",
    operation_id = "listReminders",
    tag = "events",
    params(RemindersQuery),
    responses(
        (status = 200, description = "A page of reminders", body = Page<ReminderBody>),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_reminders(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<RemindersQuery>,
) -> Answer<Json<Page<ReminderBody>>> {
    caller.require_staff()?;
    let size = page_size(query.page_size)?;
    let list = format!("reminders|{:?}|{:?}", query.rule, query.waiting);
    let after = query.after.as_deref();
    let after = after
        .map(|after| cursors.open(&caller, &list, after))
        .transpose()?;
    let rows = store
        .list_reminders(&caller.tenant, after.as_deref(), size)
        .await?;
    let more = rows.more.map(|more| cursors.seal(&caller, &list, &more));
    let items = rows.items.into_iter().filter(|one| query.takes(one));
    Ok(Json(Page::new(
        items.map(ReminderBody::from).collect(),
        more,
        size,
    )))
}

/// Get a reminder
#[utoipa::path(
    get,
    path = "/v1/reminders/{id}",
    operation_id = "getReminder",
    tag = "events",
    params(("id" = ReminderId, Path, description = "`rmd_…`")),
    responses(
        (status = 200, description = "The reminder", body = ReminderBody),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_reminder(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ReminderId>,
) -> Answer<Json<ReminderBody>> {
    caller.require_staff()?;
    let found = store.reminder(&caller.tenant, &id).await?;
    Ok(Json(found.ok_or_else(Problem::not_found)?.into()))
}

/// Cancel a reminder
///
/// What waits of it is not told of; a later event of the other system may plan
/// it anew.
#[utoipa::path(
    delete,
    path = "/v1/reminders/{id}",
    operation_id = "cancelReminder",
    tag = "events",
    params(("id" = ReminderId, Path, description = "`rmd_…`")),
    responses(
        (status = 204, description = "Cancelled"),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Nothing of it waits, or it is being changed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cancel_reminder(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ReminderId>,
) -> Answer<StatusCode> {
    caller.require_staff()?;
    let found = store.reminder(&caller.tenant, &id).await?;
    let seen = found.ok_or_else(Problem::not_found)?;
    if seen.next_due().is_none() {
        return Err(Problem::conflict("Nothing of it waits any more.").into());
    }
    let now = store.now();
    let audit = AuditEntry::new(&caller, "reminder.cancelled", id.as_str(), now);
    let cancelled = store.cancel_reminder(&caller.tenant, &seen, &seen.cancelled(now), &audit);
    cancelled
        .await
        .map_err(|refused| refused.or_conflict("It is being changed; try again."))?;
    Ok(StatusCode::NO_CONTENT)
}
