//! How long things are kept is the tenant's to say, within limits.

use it::World;
use serde_json::json;

use super::school;

#[tokio::test]
async fn a_school_begins_with_the_usual_times() {
    let (_world, head) = World::school().await;
    let settings = head.get("/v1/settings").await.ok();
    assert_eq!(
        settings["retention"],
        json!({
            "notification_days": 30, "chat_days": 90, "message_days": 90, "post_days": null,
            "log_days": 396, "audit_days": 731,
        })
    );
}

#[tokio::test]
async fn times_outside_their_limits_are_refused_and_change_nothing() {
    let (_world, head, tom, ..) = school().await;
    for (field, days) in [
        ("notification_days", 0),
        ("notification_days", 366),
        ("chat_days", 0),
        ("chat_days", 3_651),
        ("message_days", 0),
        ("post_days", 0),
        ("log_days", 29),
        ("audit_days", 365),
        ("audit_days", 3_651),
    ] {
        head.patch(
            "/v1/settings",
            json!({"retention": {field: days, "chat_days": days}}),
        )
        .await
        .refuses(&format!("retention.{field}"), "out_of_range");
    }
    head.patch("/v1/settings", json!({"retention": {"letter_days": 3}}))
        .await
        .problem(422, "invalid");
    tom.patch("/v1/settings", json!({"retention": {"chat_days": 3}}))
        .await
        .problem(403, "forbidden");
    let settings = head.get("/v1/settings").await.ok();
    assert_eq!(settings["retention"]["chat_days"], 90);
    assert_eq!(settings["version"], 1);
}

#[tokio::test]
async fn what_is_absent_stays_and_posts_can_be_kept_for_good_again() {
    let (_world, head) = World::school().await;
    let changes = json!({"retention": {"post_days": 400, "notification_days": 7}});
    let settings = head.patch("/v1/settings", changes).await.ok();
    assert_eq!(settings["retention"]["post_days"], 400);
    assert_eq!(settings["notification_days"], 7);
    let changes = json!({"notification_days": 8, "retention": {"post_days": null}});
    let settings = head.patch("/v1/settings", changes).await.ok();
    assert_eq!(settings["retention"]["post_days"], json!(null));
    assert_eq!(settings["retention"]["notification_days"], 8);
    assert_eq!(settings["retention"]["log_days"], 396);
}
