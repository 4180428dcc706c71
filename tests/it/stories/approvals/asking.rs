//! APR-1: what one can ask for, and what is refused.

use local::demo::api_key;
use serde_json::json;

use super::{acts, ask, custom, id, module, school, tier};

#[tokio::test]
async fn a_request_is_kept_with_what_was_asked_and_waits() {
    let s = school().await;
    let body = json!({
        "type": "tier_upgrade", "reason": "The exam is in May.",
        "details": {"to": "gold", "price": {"amount": "49.00", "currency": "GBP"}},
    });
    let made = s.mia.post("/v1/approvals", body).await.created();
    assert!(made["id"].as_str().is_some_and(|id| id.starts_with("apr_")));
    assert_eq!(made["title"], "Upgrade to gold");
    assert_eq!(made["reason"], "The exam is in May.");
    assert_eq!(
        made["details"]["price"],
        json!({"amount": "49.00", "currency": "GBP"})
    );
    assert_eq!(
        made["requester"],
        json!({"id": "mia", "name": "Name of mia"})
    );
    assert_eq!(
        (&made["status"], &made["may_decide"]),
        (&json!("pending"), &json!(false))
    );
    let path = super::path(&made);
    assert_eq!(s.mia.get(&path).await.ok(), made);
    let seen = s.head.get(&path).await.ok();
    assert_eq!(
        (&seen["title"], &seen["may_decide"]),
        (&made["title"], &json!(true))
    );
    assert_eq!(acts(&s, id(&path)).await, ["approval.submitted"]);
    // Nothing happens before somebody decides.
    s.world.settle().await;
    assert_eq!(super::person(&s, "mia").await["attributes"], json!({}));
}

#[tokio::test]
async fn the_tier_at_the_time_is_noted() {
    let s = school().await;
    let silver = json!({"attributes": {"tier": "silver"}});
    s.head.patch("/v1/users/mia", silver).await.ok();
    let made = s.mia.post("/v1/approvals", tier("gold")).await.created();
    assert_eq!(made["details"]["from"], "silver");
    assert_eq!(made["title"], "Upgrade from silver to gold");
    let wrong = json!({"type": "tier_upgrade", "details": {"from": "bronze", "to": "silver"}});
    let refused = s.mia.post("/v1/approvals", wrong).await;
    refused.clone().refuses("details.from", "not_current");
    refused.refuses("details.to", "held");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named_and_changes_nothing() {
    let s = school().await;
    for (body, field, code) in [
        (json!({}), "type", "required"),
        (json!({"type": "promotion"}), "type", "unknown_value"),
        (json!({"type": "custom"}), "title", "required"),
        (
            json!({"type": "custom", "title": "a\nb"}),
            "title",
            "forbidden_character",
        ),
        (
            json!({"type": "custom", "title": "x", "status": "approved"}),
            "status",
            "unknown_field",
        ),
        (
            json!({"type": "custom", "title": "x", "reason": "r".repeat(2001)}),
            "reason",
            "too_long",
        ),
        (
            json!({"type": "custom", "title": "x", "details": {"n": 5}}),
            "details.n",
            "wrong_type",
        ),
        (
            json!({"type": "custom", "title": "x", "details": []}),
            "details",
            "wrong_type",
        ),
        (
            json!({"type": "module_access"}),
            "details.module",
            "required",
        ),
        (
            json!({"type": "module_access", "title": "x", "details": {"module": "a"}}),
            "title",
            "not_allowed",
        ),
        (
            json!({"type": "module_access", "details": {"module": "a, b"}}),
            "details.module",
            "invalid",
        ),
        (
            json!({"type": "module_access", "details": {"module": "a", "user": "leo"}}),
            "details.user",
            "unknown_field",
        ),
        (
            json!({"type": "tier_upgrade", "details": {"to": "gold", "price": {"amount": 49, "currency": "GBP"}}}),
            "details.price.amount",
            "wrong_type",
        ),
        (
            json!({"type": "tier_upgrade", "details": {"to": "gold", "price": {"amount": "49.00", "currency": "pounds"}}}),
            "details.price.currency",
            "invalid",
        ),
    ] {
        s.mia.post("/v1/approvals", body).await.refuses(field, code);
    }
    for (details, field, code) in [
        (json!({}), "details.email", "required"),
        (
            json!({"name": "Ann", "email": "nowhere", "roles": ["teacher"]}),
            "details.email",
            "invalid",
        ),
        (
            json!({"name": "Ann", "email": "a@b.example", "roles": []}),
            "details.roles",
            "required",
        ),
        (
            json!({"name": "Ann", "email": "a@b.example", "roles": ["Teacher"]}),
            "details.roles",
            "unknown_role",
        ),
        (
            json!({"name": "Ann", "email": "a@b.example", "phone": "5", "roles": ["teacher"]}),
            "details.phone",
            "invalid",
        ),
        (
            json!({"id": "leo", "name": "Ann", "email": "a@b.example", "roles": ["teacher"]}),
            "details.id",
            "taken",
        ),
    ] {
        let body = json!({"type": "staff_account", "details": details});
        s.sue.post("/v1/approvals", body).await.refuses(field, code);
    }
    s.world.settle().await;
    assert!(s.head.all("/v1/approvals?scope=all").await.is_empty());
    assert!(s.head.all("/v1/notifications").await.is_empty());
}

#[tokio::test]
async fn only_people_of_the_directory_ask_and_only_staff_for_accounts() {
    let s = school().await;
    let account = super::account("ann", &["teacher"]);
    s.mia
        .post("/v1/approvals", account.clone())
        .await
        .problem(403, "forbidden");
    s.sue.post("/v1/approvals", account).await.created();
    let roles = [domain::Role::parse("admin").expect("a role")];
    let (tenant, service) = (
        "school".parse().expect("a tenant"),
        "svc".parse().expect("an id"),
    );
    let key = api_key(s.world.parts(), &tenant, &service, &roles, true).await;
    let service = s.world.bearer(key.expect("a key"));
    service
        .post("/v1/approvals", custom("x"))
        .await
        .problem(403, "forbidden");
    s.world
        .anonymous()
        .post("/v1/approvals", custom("x"))
        .await
        .problem(401, "unauthorized");
}

#[tokio::test]
async fn a_request_under_a_key_is_made_once() {
    let s = school().await;
    let keyed = s.mia.with("idempotency-key", "upgrade");
    let first = keyed.post("/v1/approvals", module("ecg")).await;
    let again = keyed.post("/v1/approvals", module("ecg")).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.created(), again.created());
    keyed
        .post("/v1/approvals", module("mri"))
        .await
        .problem(422, "idempotency_mismatch");
    s.world.settle().await;
    assert_eq!(s.mia.all("/v1/approvals").await.len(), 1);
    assert_eq!(s.head.feed().await.len(), 1);
}

#[tokio::test]
async fn whoever_asked_takes_it_back_while_it_waits() {
    let s = school().await;
    let path = ask(&s.mia, module("ecg")).await;
    let withdraw = format!("{path}/withdraw");
    s.leo
        .post(&withdraw, json!({}))
        .await
        .problem(404, "not_found");
    s.head
        .post(&withdraw, json!({}))
        .await
        .problem(403, "forbidden");
    s.mia
        .post(&withdraw, json!({"reason": "x"}))
        .await
        .refuses("reason", "unknown_field");
    let gone = s.mia.post(&withdraw, json!({})).await.ok();
    assert_eq!(gone["status"], "withdrawn");
    s.mia
        .post(&withdraw, json!({}))
        .await
        .problem(409, "conflict");
    super::approve(&s.head, &path)
        .await
        .problem(409, "conflict");
    super::reject(&s.head, &path, "No.")
        .await
        .problem(409, "conflict");
    s.world.settle().await;
    assert_eq!(super::person(&s, "mia").await["attributes"], json!({}));
    assert_eq!(
        acts(&s, id(&path)).await,
        ["approval.submitted", "approval.withdrawn"]
    );
}
