//! Announcements for later.

use serde_json::json;

use super::{draft, school, titles, written};

#[tokio::test]
async fn a_scheduled_announcement_is_seen_and_told_when_its_time_has_come() {
    let (world, head) = school().await;
    let mia = world.actor("school", "mia");
    let path = draft(&head, json!({"channels": ["email"]})).await;
    let at = domain::time::plus_seconds(world.now(), 1_800).to_string();
    let out = head
        .post(&format!("{path}/publish"), json!({"send_at": at}))
        .await
        .accepted();
    assert_eq!(out["status"], "scheduled");
    world.settle().await;
    mia.get(&path).await.problem(404, "not_found");
    assert!(mia.all("/v1/announcements/mine").await.is_empty());
    assert!(mia.all("/v1/notifications").await.is_empty());
    head.put(
        &path,
        written(json!({"title": "Ice", "channels": ["email"]})),
    )
    .await
    .problem(409, "conflict");
    assert_eq!(
        titles(&head.all("/v1/announcements?status=scheduled").await),
        ["Snow"]
    );
    // Who joins before its time is told.
    let nia = world.add(&head, "nia", &["student"]).await;

    world.later(1_861).await;
    world.settle().await;
    mia.get(&path).await.ok();
    assert_eq!(mia.all("/v1/notifications").await.len(), 1);
    assert_eq!(nia.all("/v1/notifications").await.len(), 1);
    assert_eq!(world.emails_to("mia@school.example").len(), 1);
    world.later(120).await;
    world.settle().await;
    assert_eq!(world.emails_to("mia@school.example").len(), 1, "once");
}

#[tokio::test]
async fn a_scheduled_announcement_that_is_taken_back_never_goes_out() {
    let (world, head) = school().await;
    let at = domain::time::plus_seconds(world.now(), 600).to_string();
    let path = draft(&head, json!({"channels": ["email"], "publish_at": at})).await;
    assert_eq!(
        head.post(&format!("{path}/publish"), json!({}))
            .await
            .accepted()["status"],
        "scheduled"
    );
    head.post(&format!("{path}/unpublish"), json!({}))
        .await
        .ok();
    world.later(3_000).await;
    world.settle().await;
    assert_eq!(world.mailbox().list(&Default::default()).len(), 0);
    assert!(
        world
            .actor("school", "mia")
            .all("/v1/announcements/mine")
            .await
            .is_empty()
    );
    let far = domain::time::plus_seconds(world.now(), 400 * 86_400).to_string();
    head.post(&format!("{path}/publish"), json!({"send_at": far}))
        .await
        .refuses("send_at", "too_far");
}

#[tokio::test]
async fn an_announcement_whose_send_is_moved_appears_at_the_new_time() {
    let (world, head) = school().await;
    let mia = world.actor("school", "mia");
    let path = draft(&head, json!({})).await;
    let now = world.now();
    let in_minutes = |minutes: i64| domain::time::plus_seconds(now, minutes * 60).to_string();
    let out = head
        .post(
            &format!("{path}/publish"),
            json!({"send_at": in_minutes(30)}),
        )
        .await
        .accepted();
    let send = format!("/v1/sends/{}", out["send_id"].as_str().expect("a send"));
    let later = json!({"send_at": in_minutes(50)});
    head.patch(&send, later).await.ok();
    let moved = head.get(&path).await.ok();
    assert_eq!(
        (&moved["status"], &moved["published_at"]),
        (&json!("scheduled"), &json!(in_minutes(50)))
    );
    world.later(35 * 60).await;
    world.settle().await;
    mia.get(&path).await.problem(404, "not_found");
    world.later(16 * 60).await;
    world.settle().await;
    mia.get(&path).await.ok();
    assert_eq!(titles(&mia.all("/v1/announcements/mine").await), ["Snow"]);
    assert_eq!(mia.feed().await, ["Snow"]);
}

#[tokio::test]
async fn an_announcement_that_is_out_stays_out_although_its_send_still_waits() {
    let (world, head) = school().await;
    let mia = world.actor("school", "mia");
    let path = draft(&head, json!({})).await;
    let now = world.now();
    let in_minutes = |minutes: i64| domain::time::plus_seconds(now, minutes * 60).to_string();
    let at = json!({"send_at": in_minutes(30)});
    let out = head.post(&format!("{path}/publish"), at).await.accepted();
    let send = format!("/v1/sends/{}", out["send_id"].as_str().expect("a send"));
    // The sweeper has not come by yet.
    world.later(30 * 60 + 5).await;
    mia.get(&path).await.ok();
    let later = json!({"send_at": in_minutes(90)});
    head.patch(&send, later).await.problem(409, "conflict");
    mia.get(&path).await.ok();
    world.settle().await;
    assert_eq!(mia.feed().await, ["Snow"]);
}
