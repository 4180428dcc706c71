//! NTF-9: kept for 30 days, or as the tenant likes.

use serde_json::json;

use super::school;

const DAY: i64 = 86_400;

#[tokio::test]
async fn a_notification_is_kept_for_thirty_days() {
    let (world, head, _mia) = school().await;
    head.notify("all", "Old").await;
    world.settle().await;
    world.later(30 * DAY - 60).await;
    let mia = world.actor("school", "mia");
    let id = mia.get("/v1/notifications").await.ok()["items"][0]["id"]
        .as_str()
        .expect("still there")
        .to_owned();
    assert_eq!(
        mia.get("/v1/notifications/unread-count").await.ok()["unread_count"],
        1
    );

    world.later(120).await;
    assert!(mia.feed().await.is_empty());
    assert_eq!(
        mia.get("/v1/notifications/unread-count").await.ok()["unread_count"],
        0
    );
    mia.get(&format!("/v1/notifications/{id}"))
        .await
        .problem(404, "not_found");
    mia.post(&format!("/v1/notifications/{id}/read"), json!({}))
        .await
        .problem(404, "not_found");
    let head = world.actor("school", "head");
    assert!(
        head.all("/v1/admin/notifications?user_id=mia")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_tenant_keeps_its_notifications_as_long_as_it_likes() {
    let (world, head, mia) = school().await;
    mia.patch("/v1/settings", json!({"notification_days": 2}))
        .await
        .problem(403, "forbidden");
    for days in [0, 366] {
        head.patch("/v1/settings", json!({"notification_days": days}))
            .await
            .refuses("notification_days", "out_of_range");
    }
    assert_eq!(
        head.patch("/v1/settings", json!({"notification_days": 2}))
            .await
            .ok()["notification_days"],
        2
    );
    head.notify("all", "Brief").await;
    world.settle().await;
    world.later(DAY).await;
    assert_eq!(world.actor("school", "mia").feed().await, ["Brief"]);
    world.later(DAY + 60).await;
    assert!(world.actor("school", "mia").feed().await.is_empty());
}
