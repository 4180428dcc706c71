//! OPS-1, SEC-2: health, and limits at the gateway.

use local::aws::wire::Service;
use local::aws::{Effect, FaultRule, When};
use local::template::Throttle;
use serde_json::json;

use super::school;

#[tokio::test]
async fn health_needs_no_credential_and_says_what_answers() {
    let (world, _head, _mia) = school().await;
    world.sweep().await.expect("the sweeper runs");
    let health = world.anonymous().get("/v1/health").await.ok();
    assert_eq!(
        (&health["status"], &health["table"]),
        (&json!("ok"), &json!("ok"))
    );
    assert!(health["version"].is_string());
}

#[tokio::test]
async fn without_its_table_the_system_says_so_and_recovers() {
    let (world, head, mia) = school().await;
    world.faults().add(FaultRule {
        service: Some(Service::DynamoDb),
        action: None,
        effect: Effect::Error500,
        when: When::Always,
        contains: None,
    });
    let client = reqwest::Client::new();
    let health = client
        .get(format!("{}/v1/health", world.url()))
        .send()
        .await
        .expect("an answer");
    assert_eq!(health.status(), 503);
    assert_eq!(
        health.json::<serde_json::Value>().await.expect("JSON")["table"],
        "unavailable"
    );
    let request = client
        .post(format!("{}/v1/notifications", world.url()))
        .bearer_auth(head.token());
    let refused = request
        .json(&json!({"audience": "all", "title": "Lost?"}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(
        refused
            .json::<serde_json::Value>()
            .await
            .expect("a problem")["code"],
        "unavailable"
    );

    world.clear_faults();
    world.anonymous().get("/v1/health").await.ok();
    head.notify("all", "Back").await;
    world.settle().await;
    assert_eq!(mia.feed().await, ["Back"]);
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let (world, _head, mia) = school().await;
    world.gateway().set_throttle(Some(Throttle {
        rate: 0.01,
        burst: 3.0,
    }));
    for _ in 0..3 {
        mia.get("/v1/notifications").await.ok();
    }
    let answer = mia.get("/v1/notifications").await;
    assert!(
        answer
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|seconds| seconds > 0)
    );
    answer.problem(429, "rate_limited");
    world.later(200).await;
    mia.get("/v1/notifications").await.ok();
}
