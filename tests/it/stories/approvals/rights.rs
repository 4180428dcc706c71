//! Who decides is a setting of the organisation.

use it::Actor;
use serde_json::{Value, json};

use super::{School, account, approve, ask, custom, ids, module, reject, school};

async fn approvers(s: &School, approvers: Value) {
    s.head
        .patch("/v1/settings", json!({"approvers": approvers}))
        .await
        .ok();
}

/// Somebody for whom a request does not exist.
async fn sees_nothing(who: &Actor, path: &str) {
    who.get(path).await.problem(404, "not_found");
    approve(who, path).await.problem(404, "not_found");
    reject(who, path, "No.").await.problem(404, "not_found");
    who.post(&format!("{path}/withdraw"), json!({}))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn administrators_decide_and_for_others_a_request_does_not_exist() {
    let s = school().await;
    let path = ask(&s.mia, custom("x")).await;
    sees_nothing(&s.leo, &path).await;
    sees_nothing(&s.sue, &path).await;
    s.sue
        .get("/v1/approvals/statistics")
        .await
        .problem(403, "forbidden");
    let bulk = json!({"ids": [super::id(&path)]});
    s.sue
        .post("/v1/approvals/bulk-approve", bulk)
        .await
        .problem(403, "forbidden");
    for unknown in [
        "/v1/approvals/apr_0",
        "/v1/approvals/x",
        "/v1/approvals/ntf_1",
    ] {
        sees_nothing(&s.head, unknown).await;
    }
    s.world.settle().await;
}

#[tokio::test]
async fn the_setting_names_approvers_for_each_type_by_audience() {
    let s = school().await;
    let usual = s.sue.get("/v1/settings").await.ok()["approvers"].clone();
    assert_eq!(
        usual,
        json!({
            "tier_upgrade": ["role:admin"], "module_access": ["role:admin"],
            "staff_account": ["role:admin"], "custom": ["role:admin"],
        })
    );
    let tom = s.world.add(&s.head, "tom", &["teacher"]).await;
    s.world.class(&s.head, "board", &[("tom", "teacher")]).await;
    approvers(
        &s,
        json!({"module_access": ["group:board"], "custom": ["user:leo", "role:staff"]}),
    )
    .await;
    let (ecg, day) = (
        ask(&s.mia, module("ecg")).await,
        ask(&s.mia, custom("A day")).await,
    );
    sees_nothing(&s.leo, &ecg).await;
    sees_nothing(&tom, &day).await;
    // The administrator decides about the rest only; head is staff, too.
    sees_nothing(&s.head, &ecg).await;
    assert_eq!(
        ids(&tom.all("/v1/approvals?scope=to_decide").await),
        [super::id(&ecg)]
    );
    assert_eq!(
        ids(&tom.all("/v1/approvals?scope=all").await),
        [super::id(&ecg)]
    );
    assert_eq!(
        ids(&s.leo.all("/v1/approvals?scope=all").await),
        [super::id(&day)]
    );
    let figures = tom.get("/v1/approvals/statistics").await.ok();
    assert_eq!(figures["pending"], 1);
    assert_eq!(figures["by_type"].as_array().map(Vec::len), Some(1));
    s.world.settle().await;
    // Those who may decide are those who are told.
    assert_eq!(
        tom.feed().await,
        ["Name of mia asks for approval: Access to ecg"]
    );
    assert_eq!(s.leo.feed().await, ["Name of mia asks for approval: A day"]);
    approve(&tom, &ecg).await.ok();
    approve(&s.leo, &day).await.ok();
    // Whoever has left the group decides no more.
    let mri = ask(&s.mia, module("mri")).await;
    s.head.delete("/v1/groups/board/members/tom").await.gone();
    sees_nothing(&tom, &mri).await;
    approvers(&s, json!({"module_access": null})).await;
    approve(&s.head, &mri).await.ok();
    s.world.settle().await;
}

#[tokio::test]
async fn only_administrators_name_approvers_and_only_people_are_named() {
    let s = school().await;
    let body = json!({"approvers": {"custom": ["user:sue"]}});
    s.sue
        .patch("/v1/settings", body)
        .await
        .problem(403, "forbidden");
    for (given, field, code) in [
        (
            json!({"custom": ["nobody"]}),
            "approvers.custom[0]",
            "invalid",
        ),
        (
            json!({"custom": ["role:admin", "a@b.example"]}),
            "approvers.custom[1]",
            "invalid",
        ),
        (
            json!({"custom": vec!["role:admin"; 21]}),
            "approvers.custom",
            "too_many",
        ),
    ] {
        let refused = s
            .head
            .patch("/v1/settings", json!({"approvers": given}))
            .await;
        refused.refuses(field, code);
    }
    let unknown = json!({"approvers": {"holiday": ["role:admin"]}});
    assert_eq!(s.head.patch("/v1/settings", unknown).await.status, 422);
    let settings = s.head.get("/v1/settings").await.ok();
    assert_eq!(settings["approvers"]["custom"], json!(["role:admin"]));
}

#[tokio::test]
async fn an_approver_gives_no_role_that_only_administrators_give() {
    let s = school().await;
    approvers(&s, json!({"staff_account": ["role:staff"]})).await;
    let tom = s.world.add(&s.head, "tom", &["staff"]).await;
    for roles in [&["admin"][..], &["teacher", "staff"]] {
        let path = ask(&s.sue, account("ann", roles)).await;
        approve(&tom, &path).await.problem(403, "forbidden");
        assert_eq!(tom.get(&path).await.ok()["may_decide"], false);
        s.head.get("/v1/users/ann").await.problem(404, "not_found");
    }
    let path = ask(&s.sue, account("ann", &["teacher"])).await;
    approve(&tom, &path).await.ok();
    let admin = ask(&s.sue, account("bea", &["admin"])).await;
    approve(&s.head, &admin).await.ok();
    s.world
        .actor("school", "bea")
        .get("/v1/settings")
        .await
        .ok();
    s.world.settle().await;
}

#[tokio::test]
async fn nothing_crosses_between_organisations() {
    let s = school().await;
    let path = ask(&s.mia, custom("x")).await;
    let rival = s.world.tenant("rival").await;
    sees_nothing(&rival, &path).await;
    let bulk = json!({"ids": [super::id(&path)]});
    let answer = rival.post("/v1/approvals/bulk-approve", bulk).await.ok();
    assert_eq!(answer["items"][0]["status"], 404);
    assert!(rival.all("/v1/approvals?scope=all").await.is_empty());
    let figures = rival.get("/v1/approvals/statistics").await.ok();
    assert_eq!(figures["pending"], 0);
    // An approver of one is none of the other, also by the same id.
    let body = json!({"approvers": {"custom": ["user:mia"]}});
    rival.patch("/v1/settings", body).await.ok();
    assert_eq!(s.mia.get(&path).await.ok()["may_decide"], false);
    s.world.settle().await;
}
