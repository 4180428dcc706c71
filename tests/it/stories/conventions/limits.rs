//! How often one person may change something.

use it::World;
use serde_json::json;

#[tokio::test]
async fn changes_are_limited_for_each_person_and_answers_tell_what_is_left() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let change = || mia.post("/v1/notifications/read-all", json!({}));

    let first = change().await;
    assert_eq!(first.header("ratelimit-limit"), "300");
    let left: u32 = first
        .header("ratelimit-remaining")
        .parse()
        .expect("a number");
    for _ in 0..left {
        change().await.ok();
    }
    let refused = change().await;
    assert_eq!(refused.header("ratelimit-remaining"), "0");
    assert_eq!(
        refused.header("retry-after"),
        refused.header("ratelimit-reset")
    );
    refused.problem(429, "rate_limited");

    // Reading goes on, others are not concerned, and the next minute is new.
    mia.get("/v1/notifications").await.ok();
    head.post("/v1/notifications/read-all", json!({}))
        .await
        .ok();
    world.later(60).await;
    change().await.ok();
}
