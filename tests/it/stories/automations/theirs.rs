//! Who may publish, look and change; and that nothing crosses between tenants.

use it::{Actor, World};
use local::demo::api_key;
use serde_json::json;

use super::{by_api, by_queue, example, hillside, late_rule, outcome, text, told};

async fn key(world: &World, tenant: &str, role: &str, live: bool) -> Actor {
    let roles = [domain::Role::parse(role).expect("a role")];
    let (tenant, service) = (
        tenant.parse().expect("a tenant"),
        "svc_erp".parse().expect("a service"),
    );
    let key = api_key(world.parts(), &tenant, &service, &roles, live).await;
    world.bearer(key.expect("a key"))
}

#[tokio::test]
async fn administrators_and_keys_of_staff_publish_and_nobody_else() {
    let (world, head) = hillside().await;
    let body = json!({"events": [super::of_api(&example("grade.posted"))]});
    for who in [
        world.actor("hillside", "10"),
        world.actor("hillside", "3"),
        world.actor("hillside", "office"),
        key(&world, "hillside", "student", true).await,
    ] {
        who.post("/v1/events", body.clone())
            .await
            .problem(403, "forbidden");
    }
    let office = world.actor("hillside", "office");
    for path in ["/v1/automations", "/v1/automations/grade.posted"] {
        office.get(path).await.problem(403, "forbidden");
    }
    office
        .post("/v1/automations", late_rule())
        .await
        .problem(403, "forbidden");
    office
        .post(
            "/v1/automations/try",
            json!({"event": {"type": "x", "data": {}}}),
        )
        .await
        .problem(403, "forbidden");
    by_api(&head, &example("grade.posted")).await;
    world.settle().await;
    outcome(&office, &example("grade.posted")).await;
    let path = format!("/v1/events/{}", text(&example("grade.posted"), "event_id"));
    world
        .actor("hillside", "3")
        .get(&path)
        .await
        .problem(403, "forbidden");
}

#[tokio::test]
async fn with_a_test_key_everything_happens_but_leaving() {
    let (world, head) = hillside().await;
    let test = key(&world, "hillside", "staff", false).await;
    let grade = example("grade.posted");
    assert_eq!(by_api(&test, &grade).await, "accepted");
    world.settle().await;
    let pupil = world.actor("hillside", "10");
    assert!(told(&pupil, "grade.posted").await.is_empty());
    assert_eq!(outcome(&test, &grade).await["rules"][0]["result"], "sent");
    let path = format!("/v1/events/{}", text(&grade, "event_id"));
    head.get(&path).await.problem(404, "not_found");
    head.get(&format!("{path}?test=true")).await.ok();
    // The trial does not use the id up.
    let live = key(&world, "hillside", "staff", true).await;
    assert_eq!(by_api(&live, &grade).await, "accepted");
    world.settle().await;
    assert_eq!(told(&pupil, "grade.posted").await.len(), 1);
}

#[tokio::test]
async fn events_and_rules_of_one_tenant_are_nothing_to_another() {
    let (world, head) = hillside().await;
    let rule = head.post("/v1/automations", late_rule()).await.created();
    let rule = format!("/v1/automations/{}", text(&rule, "id"));
    head.patch("/v1/automations/grade.posted", json!({"enabled": false}))
        .await
        .ok();
    let grade = example("grade.posted");
    by_queue(&world, &grade);
    world.settle().await;
    let rival = world.tenant("lumen").await;
    let path = format!("/v1/events/{}", text(&grade, "event_id"));
    rival.get(&path).await.problem(404, "not_found");
    for answer in [
        rival.get(&rule).await,
        rival.delete(&rule).await,
        rival.put(&rule, late_rule()).await,
        rival.patch(&rule, json!({"enabled": false})).await,
        rival
            .post(&format!("{rule}/try"), json!({"event": {"data": {}}}))
            .await,
    ] {
        answer.problem(404, "not_found");
    }
    let theirs = rival.get("/v1/automations/grade.posted").await.ok();
    assert_eq!(theirs["enabled"], true);
    assert!(rival.all("/v1/automations?event=bus.late").await.is_empty());
    // The same id in another tenant is another event, to other people.
    assert_eq!(by_api(&rival, &grade).await, "accepted");
    world.settle().await;
    let outcome = outcome(&rival, &grade).await;
    assert_eq!(
        outcome["rules"][0]["result"], "skipped",
        "nobody there is called 10: {outcome}"
    );
    assert!(
        told(&world.actor("hillside", "10"), "grade.posted")
            .await
            .is_empty()
    );
}
