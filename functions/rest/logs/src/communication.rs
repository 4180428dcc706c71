//! The communication log: list and get.

use axum::Json;
use axum::extract::State;
use domain::communication::CommunicationLog;
use domain::cursor::CursorKey;
use domain::ids::{DeliveryId, SendId};
use domain::log::Address;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::send::DeliveryStatus;
use domain::{Channel, Page, Problem};
use jiff::civil::Date;
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::Store;
use store::log_search::{LogFilter, Recipient};

/// Which rows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// `email` or `sms`.
    channel: Option<Channel>,
    status: Option<DeliveryStatus>,
    /// The first day (UTC) on which sends were made.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// A whole address or number, or the beginning of one. A whole number that
    /// is meant as a beginning ends in `*`.
    recipient: Option<String>,
    /// The send that it belongs to.
    #[param(value_type = Option<String>)]
    send: Option<String>,
    /// 20 unless named, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

impl LogQuery {
    fn name(&self) -> String {
        format!(
            "communication-logs|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
            self.channel, self.status, self.from, self.to, self.recipient, self.send
        )
    }

    /// `None` when nothing can match: a text that is no id names no send.
    fn filter(&self) -> Option<LogFilter> {
        let send = match &self.send {
            Some(text) => Some(text.parse::<SendId>().ok()?),
            None => None,
        };
        Some(LogFilter {
            channel: self.channel,
            status: self.status,
            from: self.from,
            to: self.to,
            recipient: self.recipient.as_deref().map(recipient),
            send,
        })
    }
}

/// Reads a recipient: exact where it is whole, else a beginning.
fn recipient(text: &str) -> Recipient {
    // A `+` that was not encoded arrives as a space.
    let text = match text.strip_prefix(' ') {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => format!("+{digits}"),
        _ => text.trim().to_lowercase(),
    };
    match (text.strip_suffix('*'), Address::parse(&text)) {
        (Some(prefix), _) => Recipient::Prefix(prefix.to_owned()),
        (None, Ok(address)) => Recipient::Exact(address),
        (None, Err(_)) => Recipient::Prefix(text),
    }
}

/// List the communication log
///
/// Every e-mail and text to every recipient, newest first. A page may be short
/// while `after` says that there is more.
#[utoipa::path(
    get,
    path = "/v1/communication-logs",
    operation_id = "listCommunicationLogs",
    tag = "communication log",
    params(LogQuery),
    responses(
        (status = 200, description = "A page", body = Page<CommunicationLog>),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_communication_logs(
    State(store): State<Store>,
    State(cursors): State<CursorKey>,
    Authenticated(caller): Authenticated,
    Query(query): Query<LogQuery>,
) -> Answer<Json<Page<CommunicationLog>>> {
    caller.require_staff()?;
    let name = query.name();
    let size = page_size(query.page_size)?;
    let after = query.after.as_deref();
    let after = after
        .map(|after| cursors.open(&caller, &name, after))
        .transpose()?;
    let Some(filter) = query.filter() else {
        return Ok(Json(Page::new(Vec::new(), None, size)));
    };
    let mut page = store
        .list_log(&caller.tenant, &filter, after.as_deref(), size)
        .await?;
    let position = page.page.after.take();
    page.page.after = position.map(|position| cursors.seal(&caller, &name, &position));
    Ok(Json(page.map(CommunicationLog::from)))
}

/// Get a row of the communication log
#[utoipa::path(
    get,
    path = "/v1/communication-logs/{id}",
    operation_id = "getCommunicationLog",
    tag = "communication log",
    params(("id" = DeliveryId, Path)),
    responses(
        (status = 200, description = "The delivery", body = CommunicationLog),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_communication_log(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<DeliveryId>,
) -> Answer<Json<CommunicationLog>> {
    caller.require_staff()?;
    let row = store.log_row(&caller.tenant, &id).await?;
    // The table deletes late what is past its time.
    let days = store.kept(&caller.tenant).await?.rest.log_days;
    let now = store.now().as_second();
    let row = row.filter(|row| row.kept_until(days) > now);
    let row = row.ok_or_else(Problem::not_found)?;
    Ok(Json(row.into()))
}
