//! One good request for each POST of approvals.

use it::{Actor, World};
use serde_json::json;

use super::samples::Sample;

/// Requests by the head of the school, and three that wait for the head.
pub(super) async fn posts(world: &World, head: &Actor) -> Vec<Sample> {
    let ria = world.add(head, "ria", &["staff"]).await;
    let ask = |who: Actor| async move {
        let body = json!({"type": "custom", "title": "Sample"});
        let made = who.post("/v1/approvals", body).await.created();
        made["id"].as_str().expect("an id").to_owned()
    };
    let (good, bad) = (ask(ria.clone()).await, ask(ria.clone()).await);
    let (many, own) = (ask(ria).await, ask(head.clone()).await);
    let sample = |route, path: String, body| Sample { route, path, body };
    let plain = |route: &'static str, body| sample(route, route.to_owned(), body);
    vec![
        plain(
            "/v1/approvals",
            json!({"type": "module_access", "details": {"module": "radiology"}}),
        ),
        sample(
            "/v1/approvals/{id}/approve",
            format!("/v1/approvals/{good}/approve"),
            json!({}),
        ),
        sample(
            "/v1/approvals/{id}/reject",
            format!("/v1/approvals/{bad}/reject"),
            json!({"reason": "Not now."}),
        ),
        sample(
            "/v1/approvals/{id}/withdraw",
            format!("/v1/approvals/{own}/withdraw"),
            json!({}),
        ),
        plain("/v1/approvals/bulk-approve", json!({"ids": [many]})),
    ]
}
