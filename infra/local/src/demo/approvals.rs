//! Requests for approval: some wait, some were decided.

use domain::ids::UserId;
use serde_json::json;

use super::communities::id;
use super::data::Request;
use super::seed::Api;
use super::{DemoError, Organisation};
use crate::stack::Parts;

pub(super) async fn seed(parts: &Parts, organisation: &Organisation) -> Result<(), DemoError> {
    for request in &organisation.approvals {
        ask(parts, organisation, request).await?;
    }
    Ok(())
}

async fn ask(
    parts: &Parts,
    organisation: &Organisation,
    request: &Request,
) -> Result<(), DemoError> {
    let api = |user: &UserId| Api::of_user(parts, organisation, user);
    let mut body =
        json!({ "type": request.kind, "details": request.details, "reason": request.reason });
    if let Some(title) = &request.title {
        body["title"] = json!(title);
    }
    let made = api(&request.by)?.post("/v1/approvals", body).await?;
    let path = format!("/v1/approvals/{}", id(&made)?);
    if let Some((user, comment)) = request.approved.iter().flatten().next() {
        let body = json!({ "comment": comment });
        api(user)?.post(&format!("{path}/approve"), body).await?;
    }
    if let Some((user, reason)) = request.rejected.iter().flatten().next() {
        let body = json!({ "reason": reason });
        api(user)?.post(&format!("{path}/reject"), body).await?;
    }
    Ok(())
}
