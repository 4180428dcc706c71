//! What went out, from counters.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use domain::Channel;
use domain::log::{LOGGED, Tallies, Tally};
use domain::period::Period;
use domain::problem::ProblemBody;
use jiff::civil::Date;
use lambda::rest::{Answer, Authenticated, Query};
use serde::{Deserialize, Serialize};
use store::Store;

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodQuery {
    /// The first day (UTC); 30 days ago unless named.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; today unless named.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// How many went out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Count {
    /// Accepted by the provider and not come back.
    total_sent: u64,
    total_failed: u64,
    /// Per cent that was sent, to two decimals.
    success_rate: f64,
}

impl From<Tally> for Count {
    fn from(tally: Tally) -> Self {
        Self {
            total_sent: tally.sent,
            total_failed: tally.failed,
            success_rate: tally.success_rate(),
        }
    }
}

/// One day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Daily {
    #[schema(value_type = String, format = Date)]
    date: Date,
    #[serde(flatten)]
    count: Count,
}

/// What went out in a period.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Statistics {
    overall: Count,
    by_channel: BTreeMap<Channel, Count>,
    /// Every day of the period, oldest first.
    daily: Vec<Daily>,
}

impl Statistics {
    fn of(period: Period, tallies: &Tallies) -> Self {
        let by_channel = LOGGED.map(|channel| (channel, tallies.of_channel(channel).into()));
        let daily = period.days().map(|date| Daily {
            date,
            count: tallies.of_day(&date.to_string()).into(),
        });
        Self {
            overall: tallies.overall().into(),
            by_channel: by_channel.into(),
            daily: daily.collect(),
        }
    }
}

/// Get statistics of the communication log
///
/// Over at most 366 days.
#[utoipa::path(
    get,
    path = "/v1/communication-logs/statistics",
    operation_id = "getCommunicationStatistics",
    tag = "communication log",
    params(PeriodQuery),
    responses(
        (status = 200, description = "What went out", body = Statistics),
        (status = 400, description = "The period is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_communication_statistics(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Query(query): Query<PeriodQuery>,
) -> Answer<Json<Statistics>> {
    caller.require_staff()?;
    let period = Period::asked(query.from, query.to, store.now())?;
    let tallies = store
        .tallies(&caller.tenant, period.from, period.to)
        .await?;
    Ok(Json(Statistics::of(period, &tallies)))
}
