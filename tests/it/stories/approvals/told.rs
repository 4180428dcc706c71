//! Who hears of a request and of its decision, and how.

use it::Actor;
use serde_json::{Value, json};

use super::{approve, ask, custom, id, reject, school};

async fn told(who: &Actor, kind: &str) -> Vec<Value> {
    let mut items = who.all("/v1/notifications").await;
    items.retain(|item| item["type"] == kind);
    items
}

fn subjects(world: &it::World, address: &str) -> Vec<String> {
    let letters = world.emails_to(address);
    let letters = letters.iter().filter_map(|letter| letter.email());
    letters.map(|email| email.subject.clone()).collect()
}

#[tokio::test]
async fn a_request_is_confirmed_and_shown_to_whoever_decides() {
    let s = school().await;
    let body = json!({"type": "custom", "title": "A day off", "reason": "My sister marries."});
    let path = ask(&s.mia, body).await;
    s.world.settle().await;
    let own = told(&s.mia, "approval.submitted").await;
    assert_eq!(own[0]["title"], "Submitted: A day off");
    assert_eq!(
        own[0]["reference"],
        json!({"kind": "approval", "id": id(&path)})
    );
    assert_ne!(own[0]["popup"], true);
    let asked = told(&s.head, "approval.submitted").await;
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0]["title"],
        "Name of mia asks for approval: A day off"
    );
    assert_eq!(asked[0]["body"], "My sister marries.");
    assert_eq!(asked[0]["popup"], true);
    assert_eq!(
        subjects(&s.world, "mia@school.example"),
        ["Your request: A day off"]
    );
    assert!(s.sue.feed().await.is_empty() && s.leo.feed().await.is_empty());
}

#[tokio::test]
async fn whoever_asked_hears_by_email_and_sees_a_popup_only_when_approved() {
    let s = school().await;
    let (yes, no) = (
        ask(&s.mia, custom("Yes")).await,
        ask(&s.leo, custom("No")).await,
    );
    approve(&s.head, &yes).await.ok();
    reject(&s.head, &no, "Not this week.").await.ok();
    s.world.settle().await;
    let good = told(&s.mia, "approval.approved").await;
    assert_eq!(
        (&good[0]["title"], &good[0]["popup"]),
        (&json!("Approved: Yes"), &json!(true))
    );
    let bad = told(&s.leo, "approval.rejected").await;
    assert_eq!(
        (&bad[0]["title"], &bad[0]["body"]),
        (&json!("Rejected: No"), &json!("Not this week."))
    );
    assert_ne!(bad[0]["popup"], true);
    assert_eq!(good.len() + bad.len(), 2);
    let mut letters = subjects(&s.world, "mia@school.example");
    letters.sort();
    assert_eq!(letters, ["Approved: Yes", "Your request: Yes"]);
    let mut letters = subjects(&s.world, "leo@school.example");
    letters.sort();
    assert_eq!(letters, ["Rejected: No", "Your request: No"]);
}

#[tokio::test]
async fn a_tenant_that_has_switched_the_rule_off_hears_nothing() {
    let s = school().await;
    for rule in ["approval.submitted", "approval.approved"] {
        let path = format!("/v1/automations/{rule}");
        s.head.patch(&path, json!({"enabled": false})).await.ok();
    }
    let path = ask(&s.mia, custom("Quiet")).await;
    approve(&s.head, &path).await.ok();
    s.world.settle().await;
    assert!(s.mia.feed().await.is_empty() && s.head.feed().await.is_empty());
    assert_eq!(s.mia.get(&path).await.ok()["status"], "approved");
}
