//! How many wait, how it went, and how long it took; from counters.

use axum::Json;
use axum::extract::State;
use domain::approval::{ApprovalType, Figures};
use domain::period::Period;
use domain::problem::ProblemBody;
use jiff::civil::Date;
use lambda::rest::{Answer, Authenticated, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Approvals;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DaysQuery {
    /// The first day (UTC) of the decisions; 30 days ago unless named.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; today unless named.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// What was counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiguresBody {
    /// Waiting now, whenever they were made.
    pending: u64,
    approved: u64,
    rejected: u64,
    withdrawn: u64,
    /// Approved of those that were decided, in per cent to two decimals; 0
    /// when none was.
    approval_rate: f64,
    /// From request to decision, to two decimals; 0 when none was decided.
    average_hours_to_decision: f64,
}

impl From<Figures> for FiguresBody {
    fn from(figures: Figures) -> Self {
        Self {
            pending: figures.pending,
            approved: figures.approved,
            rejected: figures.rejected,
            withdrawn: figures.withdrawn,
            approval_rate: figures.approval_rate(),
            average_hours_to_decision: figures.average_hours(),
        }
    }
}

/// The same of one type.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TypeFigures {
    r#type: ApprovalType,
    #[serde(flatten)]
    figures: FiguresBody,
}

/// Figures of the types that the caller decides about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalStatistics {
    #[serde(flatten)]
    overall: FiguresBody,
    by_type: Vec<TypeFigures>,
}

/// Get statistics of requests
///
/// Of the types that the caller decides about, over at most 366 days.
#[utoipa::path(
    get,
    path = "/v1/approvals/statistics",
    operation_id = "getApprovalStatistics",
    tag = "approvals",
    params(DaysQuery),
    responses(
        (status = 200, description = "The figures", body = ApprovalStatistics),
        (status = 400, description = "The period is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not somebody who decides", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_approval_statistics(
    State(app): State<Approvals>,
    Authenticated(caller): Authenticated,
    Query(query): Query<DaysQuery>,
) -> Answer<Json<ApprovalStatistics>> {
    let rights = app.rights(&caller).await?;
    rights.require_approver()?;
    let period = Period::asked(query.from, query.to, app.store.now())?;
    let summary = app.store.approval_figures(&caller.tenant, period).await?;
    let mut overall = Figures::default();
    let by_type = rights.decides.iter().map(|kind| {
        let figures = summary.of(*kind);
        overall.add(figures);
        TypeFigures {
            r#type: *kind,
            figures: figures.into(),
        }
    });
    let by_type = by_type.collect();
    Ok(Json(ApprovalStatistics {
        overall: overall.into(),
        by_type,
    }))
}
