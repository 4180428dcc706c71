//! Woken by the HTTP API: requests for approval, their decisions and their
//! figures. A decision and all that follows from it happen together and once;
//! repeated under the same `Idempotency-Key`, a request is made once.

mod body;
mod bulk;
mod create;
mod decide;
mod list;
mod rights;
mod statistics;

use domain::Caller;
use domain::approval::Approval;
use domain::cursor::CursorKey;
use lambda::rest::Answer;
use lambda::{Env, EnvError, Function, rest};
use queue::{Queue, Routes};
use store::Store;

use crate::body::ApprovalBody;
use crate::rights::Rights;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Approvals {
    store: Store,
    queue: Queue,
    cursors: CursorKey,
}

/// Reads `TABLE_NAME`, `SECRET`, which signs cursors, `QUEUE_APPLY_EVENT` and
/// `QUEUE_PUBLISH_EVENT`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let secrets = settings.secrets();
    let queues = Routes {
        apply_event: Some(settings.required("QUEUE_APPLY_EVENT")),
        publish_event: Some(settings.required("QUEUE_PUBLISH_EVENT")),
        ..Routes::default()
    };
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let approvals = Approvals {
        store: store.clone(),
        queue: Queue::new(env.aws(), queues),
        cursors: CursorKey::new(secrets),
    };
    let router = router().with_state(approvals);
    Ok(rest::function(router, store))
}

lambda::routes! {
    Approvals:
    list::list_approvals,
    create::create_approval,
    statistics::get_approval_statistics,
    bulk::bulk_approve,
    list::get_approval,
    decide::approve,
    decide::reject,
    decide::withdraw,
}

impl Approvals {
    /// Requests as the caller sees them, with the names of their people.
    async fn shown(
        &self,
        caller: &Caller,
        rights: &Rights,
        approvals: Vec<Approval>,
    ) -> Answer<Vec<ApprovalBody>> {
        let people = approvals.iter().flat_map(|approval| {
            let decided_by = approval.decided_by.clone();
            [approval.requester.clone()].into_iter().chain(decided_by)
        });
        let people: Vec<_> = people.collect();
        let names = self.store.names(&caller.tenant, &people).await?;
        let shown = approvals.into_iter().map(|approval| {
            let may_decide = rights.may_decide_now(caller, &approval);
            ApprovalBody::of(approval, &names, may_decide)
        });
        Ok(shown.collect())
    }

    async fn shown_one(
        &self,
        caller: &Caller,
        rights: &Rights,
        approval: Approval,
    ) -> Answer<axum::Json<ApprovalBody>> {
        let shown = self.shown(caller, rights, vec![approval]).await?;
        let one = shown.into_iter().next();
        Ok(axum::Json(one.ok_or_else(domain::Problem::not_found)?))
    }
}
