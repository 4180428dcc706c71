//! APR-2: approving and rejecting, once, and never one's own.

use it::Actor;
use local::aws::wire::Service;
use local::aws::{Effect, FaultRule, When};
use serde_json::{Value, json};

use super::{acts, approve, ask, custom, id, module, reject, school};
use crate::pipeline::rule;

#[tokio::test]
async fn an_approval_carries_a_comment_and_who_decided() {
    let s = school().await;
    let path = ask(&s.mia, custom("A day off")).await;
    s.world.later(1800).await;
    let body = json!({"comment": " Enjoy it. "});
    let approved = s.head.post(&format!("{path}/approve"), body).await.ok();
    assert_eq!(
        (
            &approved["status"],
            &approved["comment"],
            &approved["version"]
        ),
        (&json!("approved"), &json!("Enjoy it."), &json!(2))
    );
    assert_eq!(approved["decided_by"]["id"], "head");
    assert!(approved["decided_at"].as_str() > approved["created_at"].as_str());
    assert_eq!(approved["may_decide"], false);
    assert_eq!(s.mia.get(&path).await.ok()["comment"], "Enjoy it.");
    assert_eq!(
        acts(&s, id(&path)).await,
        ["approval.submitted", "approval.approved"]
    );
    s.world.settle().await;
}

#[tokio::test]
async fn a_rejection_needs_a_reason_and_changes_nothing() {
    let s = school().await;
    let path = ask(&s.mia, module("ecg")).await;
    let target = format!("{path}/reject");
    s.head
        .post(&target, json!({}))
        .await
        .refuses("reason", "required");
    reject(&s.head, &path, "  ")
        .await
        .refuses("reason", "required");
    s.head
        .post(&target, json!({"reason": "No.", "notify": false}))
        .await
        .refuses("notify", "unknown_field");
    let rejected = reject(&s.head, &path, "Not this term.").await.ok();
    assert_eq!(
        (&rejected["status"], &rejected["comment"]),
        (&json!("rejected"), &json!("Not this term."))
    );
    s.world.settle().await;
    assert_eq!(super::person(&s, "mia").await["attributes"], json!({}));
    assert_eq!(
        acts(&s, id(&path)).await,
        ["approval.submitted", "approval.rejected"]
    );
}

#[tokio::test]
async fn what_is_decided_stays_decided() {
    let s = school().await;
    let (yes, no) = (
        ask(&s.mia, custom("One")).await,
        ask(&s.mia, custom("Two")).await,
    );
    approve(&s.head, &yes).await.ok();
    reject(&s.head, &no, "No.").await.ok();
    for path in [&yes, &no] {
        let before = s.head.get(path).await.ok();
        approve(&s.head, path).await.problem(409, "conflict");
        reject(&s.head, path, "Other words.")
            .await
            .problem(409, "conflict");
        s.mia
            .post(&format!("{path}/withdraw"), json!({}))
            .await
            .problem(409, "conflict");
        assert_eq!(s.head.get(path).await.ok(), before);
    }
    s.world.settle().await;
}

#[tokio::test]
async fn nobody_decides_about_their_own_request() {
    let s = school().await;
    let path = ask(&s.head, module("ecg")).await;
    approve(&s.head, &path).await.problem(403, "own_request");
    reject(&s.head, &path, "No.")
        .await
        .problem(403, "own_request");
    assert_eq!(s.head.get(&path).await.ok()["may_decide"], false);
    // Somebody without the right learns that it is theirs, too.
    let mias = ask(&s.mia, module("ecg")).await;
    approve(&s.mia, &mias).await.problem(403, "own_request");
    let ann = s.world.add(&s.head, "ann", &["admin"]).await;
    approve(&ann, &path).await.ok();
    s.world.settle().await;
}

#[tokio::test]
async fn nobody_decides_about_roles_for_themselves() {
    let s = school().await;
    let ann = s.world.add(&s.head, "ann", &["admin"]).await;
    let path = ask(&s.sue, super::account("ann", &["bursar"])).await;
    approve(&ann, &path).await.problem(403, "own_request");
    approve(&s.head, &path).await.ok();
    s.world.settle().await;
}

#[tokio::test]
async fn a_decision_under_a_key_is_answered_again() {
    let s = school().await;
    let path = ask(&s.mia, module("ecg")).await;
    let keyed = s.head.with("idempotency-key", "decision");
    let first = approve(&keyed, &path).await.ok();
    let again = approve(&keyed, &path).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.ok(), first);
    approve(&s.head, &path).await.problem(409, "conflict");
    s.world.settle().await;
}

/// The first attempt under a key happens and dies before it can answer; the
/// answer of the second, made once the lease of the first is over.
async fn second_attempt(s: &super::School, who: &Actor, path: &str, body: Value) -> it::Answer {
    let keyed = who.with("idempotency-key", path);
    let rule = s.world.faults().add(FaultRule {
        contains: Some("IDEM#".to_owned()),
        ..rule(
            Service::DynamoDb,
            "UpdateItem",
            Effect::Error500,
            When::Always,
        )
    });
    let first = tokio::spawn({
        let (keyed, path, body) = (keyed.clone(), path.to_owned(), body.clone());
        async move { keyed.post(&path, body).await.status }
    });
    // Actors take no failure of ours for an answer.
    assert!(first.await.is_err(), "{path} was answered");
    s.world.faults().remove(rule);
    s.world.later(61).await;
    keyed.post(path, body).await
}

#[tokio::test]
async fn what_happened_before_its_answer_was_lost_is_answered_to_the_next_attempt() {
    let s = school().await;
    let asked = second_attempt(&s, &s.mia, "/v1/approvals", module("ecg")).await;
    let yes = super::path(&asked.created());
    let no = ask(&s.mia, module("mri")).await;
    let back = ask(&s.mia, custom("x")).await;
    let approved = second_attempt(&s, &s.head, &format!("{yes}/approve"), json!({})).await;
    assert_eq!(approved.ok()["status"], "approved");
    let reason = json!({"reason": "No."});
    let rejected = second_attempt(&s, &s.head, &format!("{no}/reject"), reason).await;
    assert_eq!(rejected.ok()["status"], "rejected");
    let withdrawn = second_attempt(&s, &s.mia, &format!("{back}/withdraw"), json!({})).await;
    assert_eq!(withdrawn.ok()["status"], "withdrawn");
    s.world.sweep().await.expect("the sweep runs");
    s.world.settle().await;
    assert_eq!(s.mia.all("/v1/approvals").await.len(), 3);
    let mut feed = s.mia.feed().await;
    feed.retain(|title| !title.starts_with("Submitted"));
    feed.sort();
    assert_eq!(feed, ["Approved: Access to ecg", "Rejected: Access to mri"]);
    assert_eq!(
        super::person(&s, "mia").await["attributes"]["modules"],
        "ecg"
    );
}
