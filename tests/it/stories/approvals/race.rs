//! However many decide at once, one has decided, and it happens once.

use futures::future::join_all;
use it::Actor;
use serde_json::json;

use super::{School, account, approve, ask, custom, module, person, reject, school, tier};

/// Twenty administrators, the head among them.
async fn twenty(s: &School) -> Vec<Actor> {
    let mut all = vec![s.head.clone()];
    for n in 0..19 {
        all.push(s.world.add(&s.head, &format!("a{n:02}"), &["admin"]).await);
    }
    all
}

/// How many entries of the trail tell of a decision.
async fn decisions(s: &School) -> usize {
    let trail = s.head.all("/v1/audit").await;
    let decided = trail.iter().filter(|entry| {
        let act = entry["act"].as_str().unwrap_or_default();
        matches!(
            act,
            "approval.approved" | "approval.rejected" | "approval.withdrawn"
        )
    });
    decided.count()
}

#[tokio::test]
async fn of_twenty_who_approve_at_once_one_has_and_the_account_is_made_once() {
    let s = school().await;
    let all = twenty(&s).await;
    let path = ask(&s.sue, account("ann", &["teacher"])).await;
    let answers = join_all(all.iter().map(|who| approve(who, &path))).await;
    let won: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        lost.clone().problem(409, "conflict");
        assert_eq!(lost.body["detail"], "It is approved already.");
    }
    assert_eq!(s.head.get(&path).await.ok()["version"], 2);
    assert_eq!(decisions(&s).await, 1);
    let people = s.head.all("/v1/users").await;
    let named = people
        .iter()
        .filter(|user| user["email"] == "ann@school.example");
    assert_eq!(named.count(), 1);
    s.world.settle().await;
    assert_eq!(s.world.emails_to("ann@school.example").len(), 1);
    assert_eq!(
        s.world.emails_to("sue@school.example").len(),
        2,
        "submitted and approved"
    );
    let figures = s.head.get("/v1/approvals/statistics").await.ok();
    assert_eq!(
        (&figures["pending"], &figures["approved"]),
        (&json!(0), &json!(1))
    );
}

#[tokio::test]
async fn approving_rejecting_and_withdrawing_at_once_has_one_outcome() {
    let s = school().await;
    let all = twenty(&s).await;
    let path = ask(&s.mia, module("ecg")).await;
    let withdraw = format!("{path}/withdraw");
    let decisions_made = join_all(all.iter().enumerate().map(|(n, who)| {
        let path = path.clone();
        async move {
            if n % 2 == 0 {
                approve(who, &path).await.status
            } else {
                reject(who, &path, "No.").await.status
            }
        }
    }));
    let (mut statuses, withdrawn) =
        futures::join!(decisions_made, s.mia.post(&withdraw, json!({})));
    statuses.push(withdrawn.status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
    assert!(
        statuses.iter().all(|status| [200, 409].contains(status)),
        "{statuses:?}"
    );
    let outcome = s.mia.get(&path).await.ok()["status"].clone();
    let modules = person(&s, "mia").await["attributes"]["modules"].clone();
    assert_eq!(
        modules == "ecg",
        outcome == "approved",
        "{outcome}: {modules}"
    );
    assert_eq!(decisions(&s).await, 1);
    let figures = s.head.get("/v1/approvals/statistics").await.ok();
    assert_eq!(
        (
            &figures["pending"],
            &figures[outcome.as_str().expect("a status")]
        ),
        (&json!(0), &json!(1))
    );
    s.world.settle().await;
}

#[tokio::test]
async fn requests_of_one_person_approved_at_once_all_take_effect() {
    let s = school().await;
    let mut paths = vec![ask(&s.mia, tier("gold")).await];
    for n in 0..7 {
        paths.push(ask(&s.mia, module(&format!("m{n}"))).await);
    }
    for answer in join_all(paths.iter().map(|path| approve(&s.head, path))).await {
        answer.ok();
    }
    let attributes = person(&s, "mia").await["attributes"].clone();
    assert_eq!(attributes["tier"], "gold");
    let modules = attributes["modules"].as_str().expect("modules");
    let mut modules: Vec<&str> = modules.split(", ").collect();
    modules.sort_unstable();
    assert_eq!(modules, ["m0", "m1", "m2", "m3", "m4", "m5", "m6"]);
    s.world.settle().await;
}

#[tokio::test]
async fn two_accounts_for_one_address_approved_at_once_make_one_person() {
    let s = school().await;
    let mut other = account("bea", &["teacher"]);
    other["details"]["email"] = json!("ann@school.example");
    let (one, two) = (
        ask(&s.sue, account("ann", &["teacher"])).await,
        ask(&s.sue, other).await,
    );
    let (one, two) = futures::join!(approve(&s.head, &one), approve(&s.head, &two));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let people = s.head.all("/v1/users").await;
    let named = people
        .iter()
        .filter(|user| user["email"] == "ann@school.example");
    assert_eq!(named.count(), 1);
    s.world.settle().await;
}

#[tokio::test]
async fn a_decision_and_a_change_of_the_person_at_once_lose_nothing() {
    let s = school().await;
    for n in 0..4 {
        let path = ask(&s.mia, module(&format!("m{n}"))).await;
        let key = format!("k{n}");
        let change = json!({"attributes": {key.as_str(): "v"}});
        let (approved, patched) = futures::join!(
            approve(&s.head, &path),
            s.sue.patch("/v1/users/mia", change)
        );
        approved.ok();
        patched.ok();
    }
    let attributes = person(&s, "mia").await["attributes"].clone();
    assert_eq!(attributes["modules"], "m0, m1, m2, m3");
    assert_eq!(attributes.as_object().expect("attributes").len(), 5);
    // An unrelated request is not held up.
    let path = ask(&s.leo, custom("x")).await;
    approve(&s.head, &path).await.ok();
    s.world.settle().await;
}
