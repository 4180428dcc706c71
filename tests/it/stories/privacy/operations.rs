//! Who may ask for what, who sees it, and how an operation ends that cannot go
//! on.

use local::aws::wire::Service;
use local::aws::{Effect, FaultRule, When};
use serde_json::json;

use super::{FUNCTION, erase, export, path, school, watch};

#[tokio::test]
async fn people_export_themselves_and_nobody_else() {
    let (world, head, tom, mia, _) = school().await;
    for other in ["tom", "nobody"] {
        mia.post(&format!("/v1/users/{other}/export"), json!({}))
            .await
            .problem(403, "forbidden");
    }
    tom.post("/v1/users/mia/export", json!({}))
        .await
        .problem(403, "forbidden");
    head.post("/v1/users/nobody/export", json!({}))
        .await
        .problem(404, "not_found");
    let own = export(&world, &mia, "mia").await;
    let others = export(&world, &head, "tom").await;
    for one in [&own, &others] {
        head.get(&path(one)).await.ok();
    }
    for unseen in ["", "/records"] {
        mia.get(&format!("{}{unseen}", path(&others)))
            .await
            .problem(404, "not_found");
    }
    assert_eq!(mia.all("/v1/privacy/operations").await, [own]);
    assert_eq!(head.all("/v1/privacy/operations").await.len(), 2);
}

#[tokio::test]
async fn only_administrators_erase_and_never_themselves() {
    let (_world, head, tom, mia, _) = school().await;
    for one in [&tom, &mia] {
        one.post("/v1/users/mia/erase", json!({"confirm": "mia"}))
            .await
            .problem(403, "forbidden");
    }
    head.post("/v1/users/head/erase", json!({"confirm": "head"}))
        .await
        .problem(409, "conflict");
    head.post("/v1/users/nobody/erase", json!({"confirm": "nobody"}))
        .await
        .problem(404, "not_found");
    for wrong in [json!({"confirm": "tom"}), json!({"confirm": "Mia"})] {
        head.post("/v1/users/mia/erase", wrong)
            .await
            .refuses("confirm", "mismatch");
    }
    head.post("/v1/users/mia/erase", json!({}))
        .await
        .refuses("confirm", "required");
    let long = json!({"confirm": "mia", "reason": "x".repeat(501)});
    head.post("/v1/users/mia/erase", long)
        .await
        .refuses("reason", "too_long");
    mia.get("/v1/users/me").await.ok();
    assert!(head.all("/v1/privacy/operations").await.is_empty());
}

#[tokio::test]
async fn another_organisation_finds_nobody() {
    let (world, head, ..) = school().await;
    let rival = world.tenant("rival").await;
    let own = export(&world, &head, "mia").await;
    rival
        .post("/v1/users/mia/export", json!({}))
        .await
        .problem(404, "not_found");
    rival
        .post("/v1/users/mia/erase", json!({"confirm": "mia"}))
        .await
        .problem(404, "not_found");
    rival.get(&path(&own)).await.problem(404, "not_found");
    assert!(rival.all("/v1/privacy/operations").await.is_empty());
}

#[tokio::test]
async fn the_same_request_twice_is_one_erasure() {
    let (world, head, ..) = school().await;
    let once = head.with("idempotency-key", "erase-mia");
    let body = json!({"confirm": "mia", "reason": "She has left."});
    let first = once.post("/v1/users/mia/erase", body.clone()).await;
    let again = once.post("/v1/users/mia/erase", body).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    let first = first.accepted();
    assert_eq!(first, again.accepted());
    assert_eq!(first["because"], "She has left.");
    // Without a key, too, as long as it runs.
    let other = head
        .post("/v1/users/mia/erase", json!({"confirm": "mia"}))
        .await
        .accepted();
    assert_eq!(other["id"], first["id"]);
    let done = super::ended(&world, &head, &first).await;
    assert_eq!(done["status"], "completed", "{done}");
    head.post("/v1/users/mia/erase", json!({"confirm": "mia"}))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn a_fault_that_nothing_mends_ends_it_and_another_attempt_goes_on() {
    let (world, head, ..) = school().await;
    let broken = Effect::Fail {
        code: "AccessDeniedException".to_owned(),
        status: 400,
    };
    world.faults().add(FaultRule {
        service: Some(Service::DynamoDb),
        action: None,
        effect: broken,
        when: When::Always,
        contains: Some("#INBOX#mia".to_owned()),
    });
    world.expects_dead_letters();
    let begun = head
        .post("/v1/users/mia/erase", json!({"confirm": "mia"}))
        .await
        .accepted();
    world.settle_for(3_600).await;
    let head = world.actor("school", "head");
    let failed = watch(&head, &begun).await;
    assert_eq!(failed["status"], "failed", "{failed}");
    assert!(
        failed["reason"]
            .as_str()
            .is_some_and(|reason| reason.starts_with("step ")),
        "{failed}"
    );
    assert_eq!(world.dead_letters(FUNCTION).expect("the queue").len(), 1);
    world.clear_faults();
    let done = erase(&world, &head, "mia").await;
    assert_eq!(done["status"], "completed", "{done}");
    assert_ne!(done["id"], begun["id"]);
}
