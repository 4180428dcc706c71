//! Chunks that come twice or late change nothing that people did.

use jiff::SignedDuration;
use local::runner::{FunctionFaults, SourceFaults};
use serde_json::json;

use super::{ids, school};

#[tokio::test]
async fn a_repeated_chunk_brings_nothing_back() {
    let (world, head, mia) = school().await;
    let source = world
        .source("DeliverInApp")
        .expect("a queue of the function");
    source.set_faults(SourceFaults {
        keep: 1.0,
        ..SourceFaults::default()
    });
    head.notify("user:mia", "read").await;
    world.later(1).await;
    head.notify("user:mia", "deleted").await;
    world.settle().await;
    let items = ids(&mia.get("/v1/notifications").await.ok()["items"]);
    mia.delete(&format!("/v1/notifications/{}", items[0]))
        .await
        .gone();
    mia.post(&format!("/v1/notifications/{}/read", items[1]), json!({}))
        .await
        .ok();

    source.set_faults(SourceFaults::default());
    let repeated = world.settle_for(600).await;
    assert!(repeated.batches > 0, "the chunks came again");
    assert_eq!(mia.feed().await, ["read"]);
    assert_eq!(
        mia.get("/v1/notifications/unread-count").await.ok()["unread_count"],
        0
    );
}

#[tokio::test]
async fn an_item_that_appears_late_is_unread_and_not_missed() {
    let (world, head, mia) = school().await;
    world.runner().set_faults(
        "DeliverInApp",
        FunctionFaults {
            crash_before: 1,
            ..FunctionFaults::default()
        },
    );
    head.notify("user:mia", "late").await;
    world.settle().await;
    assert!(mia.feed().await.is_empty(), "the chunk has failed once");

    world.advance(SignedDuration::from_secs(120)).await;
    let cursor = mia.get("/v1/notifications").await.ok()["cursor"]
        .as_str()
        .expect("a cursor")
        .to_owned();
    mia.post("/v1/notifications/read-all", json!({})).await.ok();
    world.settle_for(600).await;

    let since = mia
        .get(&format!("/v1/notifications?since={cursor}"))
        .await
        .ok();
    assert_eq!(since["items"][0]["title"], "late", "{since}");
    assert_eq!(since["items"][0]["read"], false);
    assert_eq!(since["unread_count"], 1);
}
