//! NTF-3, NTF-4: what people do to their feed.

use it::{Actor, World};
use serde_json::json;

use super::{ids, notify_all, school};

async fn unread(who: &Actor) -> i64 {
    who.get("/v1/notifications/unread-count").await.ok()["unread_count"]
        .as_i64()
        .expect("a count")
}

/// Writes to the table since the meter was reset.
fn writes(world: &World) -> u64 {
    let usages = world.meter().snapshot();
    usages
        .values()
        .filter(|usage| usage.write_units > 0.0)
        .map(|usage| usage.calls)
        .sum()
}

#[tokio::test]
async fn one_is_marked_read_and_stays_so() {
    let (world, head, mia) = school().await;
    notify_all(&world, &head, "all", &["one", "two"]).await;
    let items = mia.get("/v1/notifications").await.ok()["items"].clone();
    let id = ids(&items)[1].clone();
    for _ in 0..2 {
        let answer = mia
            .post(&format!("/v1/notifications/{id}/read"), json!({}))
            .await
            .ok();
        assert_eq!(answer, json!({"unread_count": 1}));
    }
    assert_eq!(
        mia.get(&format!("/v1/notifications/{id}")).await.ok()["read"],
        true
    );
    let after = mia.get("/v1/notifications").await.ok();
    assert_eq!(
        (&after["items"][0]["read"], &after["items"][1]["read"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test]
async fn marking_all_as_read_costs_the_same_however_many_there_are() {
    let (world, head, mia) = school().await;
    let names: Vec<String> = (0..15).map(|n| format!("n{n}")).collect();
    notify_all(
        &world,
        &head,
        "all",
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await;
    assert_eq!(unread(&mia).await, 15);
    world.meter().reset();
    assert_eq!(
        mia.post("/v1/notifications/read-all", json!({})).await.ok(),
        json!({"unread_count": 0})
    );
    // The read state, and the count of changes that a person may make.
    assert_eq!(writes(&world), 2, "{:?}", world.meter().snapshot());
    let items = mia.all("/v1/notifications").await;
    assert!(items.len() == 15 && items.iter().all(|item| item["read"] == true));

    head.notify("all", "news").await;
    world.settle().await;
    assert_eq!(unread(&mia).await, 1, "what comes later is unread");
}

#[tokio::test]
async fn clearing_costs_the_same_however_many_there_are_and_is_for_oneself_only() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    notify_all(&world, &head, "role:student", &["one", "two", "three"]).await;
    world.meter().reset();
    mia.delete("/v1/notifications").await.gone();
    // The read state, and the count of changes that a person may make.
    assert_eq!(writes(&world), 2, "{:?}", world.meter().snapshot());
    assert!(mia.feed().await.is_empty());
    assert_eq!(unread(&mia).await, 0);
    assert_eq!(ben.feed().await.len(), 3);
    assert_eq!(unread(&ben).await, 3);

    notify_all(&world, &head, "role:student", &["four"]).await;
    assert_eq!(mia.feed().await, ["four"]);
    assert_eq!(unread(&mia).await, 1);
}

#[tokio::test]
async fn one_is_deleted_and_gone_for_good() {
    let (world, head, mia) = school().await;
    notify_all(&world, &head, "all", &["one", "two"]).await;
    let id = ids(&mia.get("/v1/notifications").await.ok()["items"])[0].clone();
    mia.delete(&format!("/v1/notifications/{id}")).await.gone();
    assert_eq!(mia.feed().await, ["one"]);
    assert_eq!(unread(&mia).await, 1);
    mia.get(&format!("/v1/notifications/{id}"))
        .await
        .problem(404, "not_found");
    mia.delete(&format!("/v1/notifications/{id}"))
        .await
        .problem(404, "not_found");
    mia.post(&format!("/v1/notifications/{id}/read"), json!({}))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn another_persons_notification_is_not_found() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let other = world.tenant("college").await;
    head.notify("user:mia", "For Mia").await;
    world.settle().await;
    let id = ids(&mia.get("/v1/notifications").await.ok()["items"])[0].clone();
    for stranger in [&ben, &head, &other] {
        stranger
            .get(&format!("/v1/notifications/{id}"))
            .await
            .problem(404, "not_found");
        stranger
            .post(&format!("/v1/notifications/{id}/read"), json!({}))
            .await
            .problem(404, "not_found");
        stranger
            .delete(&format!("/v1/notifications/{id}"))
            .await
            .problem(404, "not_found");
    }
    let foreign = ben.get(&format!("/v1/notifications/{id}")).await;
    let random = ben
        .get("/v1/notifications/ntf_01J00000000000000000000000")
        .await;
    let told = |mut body: serde_json::Value| {
        body["request_id"] = json!(null);
        body["instance"] = json!(null);
        body
    };
    assert_eq!(told(foreign.body), told(random.body));
    assert_eq!(unread(&mia).await, 1);
}
