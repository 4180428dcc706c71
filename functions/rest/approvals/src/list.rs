//! Finding requests.

use axum::Json;
use axum::extract::State;
use domain::approval::{Approval, ApprovalStatus, ApprovalType};
use domain::ids::ApprovalId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Problem};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::approvals::ApprovalList;
use utoipa::{IntoParams, ToSchema};

use crate::Approvals;
use crate::body::ApprovalBody;
use crate::rights::Rights;

/// Requests that one step of a filtered list looks at.
const STEP: u32 = 100;
/// Steps in one call: a list of something rare answers a short page, from which
/// it goes on.
const STEPS: usize = 10;

/// Whose requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// The caller's own.
    #[default]
    Mine,
    /// Those that wait for the caller, among others.
    ToDecide,
    /// All of the types that the caller decides about.
    All,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ApprovalsQuery {
    /// `mine` unless told.
    #[serde(default)]
    #[param(inline)]
    scope: Scope,
    /// Of any status without.
    status: Option<ApprovalStatus>,
    /// Of any type without.
    r#type: Option<ApprovalType>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

impl ApprovalsQuery {
    /// The list in which everything stands that can be meant.
    fn list<'a>(&self, caller: &'a Caller) -> ApprovalList<'a> {
        match (self.scope, self.status) {
            (Scope::Mine, _) => ApprovalList::Of(&caller.user),
            (Scope::ToDecide, _) => ApprovalList::Standing(ApprovalStatus::Pending),
            (Scope::All, Some(status)) => ApprovalList::Standing(status),
            (Scope::All, None) => ApprovalList::All,
        }
    }

    fn takes(&self, caller: &Caller, rights: &Rights, approval: &Approval) -> bool {
        let status = self.status.is_none_or(|status| approval.status == status);
        let kind = self.r#type.is_none_or(|kind| approval.kind() == kind);
        let within = match self.scope {
            Scope::Mine => true,
            Scope::ToDecide => rights.may_decide_now(caller, approval),
            Scope::All => rights.approves(approval),
        };
        status && kind && within
    }
}

/// List requests, newest first
///
/// A page may be short, or empty, and still have a next one.
#[utoipa::path(
    get,
    path = "/v1/approvals",
    operation_id = "listApprovals",
    tag = "approvals",
    params(ApprovalsQuery),
    responses(
        (status = 200, description = "A page of requests", body = Page<ApprovalBody>),
        (status = 400, description = "A parameter is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`all`, by somebody who decides about nothing", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_approvals(
    State(app): State<Approvals>,
    Authenticated(caller): Authenticated,
    Query(query): Query<ApprovalsQuery>,
) -> Answer<Json<Page<ApprovalBody>>> {
    let size = page_size(query.page_size)?;
    let name = format!(
        "approvals?{:?}&{:?}&{:?}",
        query.scope, query.status, query.r#type
    );
    let after = query.after.as_deref();
    let after = after.map(|after| app.cursors.open(&caller, &name, after));
    let after = after.transpose()?.map(|after| after.parse()).transpose()?;
    let rights = app.rights(&caller).await?;
    if query.scope == Scope::All {
        rights.require_approver()?;
    }
    let (found, more) = app.find(&caller, &rights, &query, after, size).await?;
    let more = more.map(|more| app.cursors.seal(&caller, &name, more.as_str()));
    let items = app.shown(&caller, &rights, found).await?;
    Ok(Json(Page::new(items, more, size)))
}

/// Get a request
#[utoipa::path(
    get,
    path = "/v1/approvals/{id}",
    operation_id = "getApproval",
    tag = "approvals",
    params(("id" = ApprovalId, Path)),
    responses(
        (status = 200, description = "The request", body = ApprovalBody),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_approval(
    State(app): State<Approvals>,
    Authenticated(caller): Authenticated,
    Path(id): Path<ApprovalId>,
) -> Answer<Json<ApprovalBody>> {
    let rights = app.rights(&caller).await?;
    let approval = app.found(&caller, &rights, &id).await?;
    app.shown_one(&caller, &rights, approval).await
}

impl Approvals {
    /// A page of what a query takes, and behind which request it goes on.
    async fn find(
        &self,
        caller: &Caller,
        rights: &Rights,
        query: &ApprovalsQuery,
        mut after: Option<ApprovalId>,
        size: u32,
    ) -> Result<(Vec<Approval>, Option<ApprovalId>), Problem> {
        let (tenant, list) = (&caller.tenant, query.list(caller));
        let mut found = Vec::new();
        for _ in 0..STEPS {
            let rows = self
                .store
                .list_approvals(tenant, list, after.as_ref(), STEP)
                .await?;
            let last = rows.items.last().map(|last| last.id.clone());
            for approval in rows.items {
                let id = approval.id.clone();
                if query.takes(caller, rights, &approval) {
                    found.push(approval);
                }
                if found.len() == size as usize {
                    let more = rows.more.is_some() || last.as_ref() != Some(&id);
                    return Ok((found, more.then_some(id)));
                }
            }
            after = rows.more.map(|more| more.parse()).transpose()?;
            if after.is_none() {
                break;
            }
        }
        Ok((found, after))
    }
}
