//! What a request was about is there no longer: it is said, nothing is half
//! done, and the request waits.

use serde_json::json;

use super::{School, account, acts, approve, ask, custom, id, module, reject, school, tier};

/// Approving is refused, changes nothing, and rejecting still ends it.
async fn stuck(s: &School, path: &str) {
    let refused = approve(&s.head, path).await.problem(409, "conflict");
    assert!(
        refused["detail"]
            .as_str()
            .is_some_and(|detail| detail.len() > 20),
        "{refused}"
    );
    let after = s.head.get(path).await.ok();
    assert_eq!(
        (&after["status"], &after["version"]),
        (&json!("pending"), &json!(1))
    );
    assert_eq!(acts(s, id(path)).await, ["approval.submitted"]);
    s.world.settle().await;
    let told = s.head.feed().await;
    assert!(
        !told.iter().any(|title| title.contains("is ready")),
        "{told:?}"
    );
    reject(&s.head, path, "It is no longer possible.")
        .await
        .ok();
    s.world.settle().await;
}

#[tokio::test]
async fn whoever_asked_has_left() {
    let s = school().await;
    let all = [
        ask(&s.mia, tier("gold")).await,
        ask(&s.mia, module("ecg")).await,
        ask(&s.mia, custom("x")).await,
    ];
    s.head.delete("/v1/users/mia").await.gone();
    for path in &all {
        stuck(&s, path).await;
    }
    let seen = s.head.get(&all[0]).await.ok();
    assert_eq!(seen["requester"], json!({"id": "mia"}));
}

#[tokio::test]
async fn whoever_asked_is_suspended() {
    let s = school().await;
    let path = ask(&s.mia, tier("gold")).await;
    let body = json!({"status": "suspended"});
    s.head.patch("/v1/users/mia", body).await.ok();
    stuck(&s, &path).await;
    assert_eq!(super::person(&s, "mia").await["attributes"], json!({}));
}

#[tokio::test]
async fn the_tier_has_changed_meanwhile() {
    let s = school().await;
    let path = ask(&s.mia, tier("silver")).await;
    let gold = json!({"attributes": {"tier": "gold"}});
    s.head.patch("/v1/users/mia", gold).await.ok();
    stuck(&s, &path).await;
    assert_eq!(super::person(&s, "mia").await["attributes"]["tier"], "gold");
}

#[tokio::test]
async fn the_id_or_the_address_of_the_account_is_taken_meanwhile() {
    let s = school().await;
    let (ann, bea) = (
        ask(&s.sue, account("ann", &["teacher"])).await,
        ask(&s.sue, account("bea", &["teacher"])).await,
    );
    let other = json!({"id": "ann", "name": "Another Ann"});
    s.head.post("/v1/users", other).await.created();
    let other = json!({"id": "b2", "name": "Bea", "email": "BEA@school.example"});
    s.head.post("/v1/users", other).await.created();
    stuck(&s, &ann).await;
    stuck(&s, &bea).await;
    s.head.get("/v1/users/bea").await.problem(404, "not_found");
    assert_eq!(super::person(&s, "ann").await["roles"], json!([]));
    assert!(s.world.emails_to("bea@school.example").is_empty());
}

#[tokio::test]
async fn whoever_was_to_be_given_roles_has_left() {
    let s = school().await;
    let path = ask(&s.sue, account("leo", &["librarian"])).await;
    s.head.delete("/v1/users/leo").await.gone();
    stuck(&s, &path).await;
    s.head.get("/v1/users/leo").await.problem(404, "not_found");
}
