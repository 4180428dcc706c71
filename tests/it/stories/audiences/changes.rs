//! People who come and go around the moment of publication.

use it::World;
use serde_json::json;

use super::{families, mailed, publish, reaches, told};

#[tokio::test]
async fn whoever_joins_after_publication_reads_it_but_is_not_notified() {
    let (world, head) = families().await;
    let path = publish(&head, "Early", &json!(["class:6", "role:student"])).await;
    world.later(2).await;
    head.post(
        "/v1/groups/6/members",
        json!({"user": "tom", "role": "teacher"}),
    )
    .await
    .created();
    let nia = world.add(&head, "nia", &["student"]).await;
    world.settle().await;
    assert_eq!(mailed(&world, "Early"), ["ben", "leo", "mia"]);
    assert!(told(&world, &["tom", "nia"], "Early").await.is_empty());
    for late in [&world.actor("school", "tom"), &nia] {
        late.get(&path).await.ok();
        assert_eq!(
            late.all("/v1/announcements/mine").await.len(),
            1,
            "{}",
            late.id
        );
    }
}

#[tokio::test]
async fn whoever_has_left_by_then_is_not_reached() {
    let (world, head) = families().await;
    let soon = domain::time::plus_seconds(world.now(), 100).to_string();
    head.put(
        "/v1/groups/5/members/ben",
        json!({"role": "student", "expires_at": soon}),
    )
    .await
    .ok();
    head.put(
        "/v1/groups/rust/members/mia",
        json!({"role": "student", "status": "suspended"}),
    )
    .await
    .ok();
    world.later(101).await;
    reaches(&world, &head, "Expired", json!("class:5"), &["mia", "tom"]).await;
    reaches(
        &world,
        &head,
        "Parents of those left",
        json!("guardians-of:class:5"),
        &["pat"],
    )
    .await;
    reaches(&world, &head, "Resting", json!("course:rust"), &["uma"]).await;
    reaches(
        &world,
        &head,
        "Course homes",
        json!("guardians-of:course:rust"),
        &[],
    )
    .await;
    // An exception that has expired takes nobody away.
    let audience = json!({"include": ["students"], "except": ["class:5"]});
    reaches(
        &world,
        &head,
        "Students not of 5",
        audience,
        &["ben", "leo"],
    )
    .await;
    head.delete("/v1/groups/5/members/mia").await.gone();
    reaches(
        &world,
        &head,
        "Left",
        json!(["class:5", "guardians-of:class:5"]),
        &["tom"],
    )
    .await;
}

#[tokio::test]
async fn suspended_people_are_not_reached_and_removed_ones_are_not_missed() {
    let (world, head) = families().await;
    head.patch("/v1/users/ben", json!({"status": "suspended"}))
        .await
        .ok();
    head.patch("/v1/users/uma", json!({"status": "suspended"}))
        .await
        .ok();
    for (title, audience) in [
        ("All", json!("all")),
        ("Roles", json!(["students", "parents", "staff", "teachers"])),
    ] {
        publish(&head, title, &audience).await;
        world.settle().await;
        assert_eq!(
            mailed(&world, title),
            ["leo", "mia", "office", "pat", "tom"]
        );
    }
    // Named, published, and gone before the queue gets there.
    publish(
        &head,
        "Gone",
        &json!(["user:mia", "user:leo", "guardians-of:class:6"]),
    )
    .await;
    head.delete("/v1/users/mia").await.gone();
    head.patch("/v1/users/leo", json!({"status": "suspended"}))
        .await
        .ok();
    world.settle().await;
    assert!(mailed(&world, "Gone").is_empty());
    head.patch("/v1/users/ben", json!({"status": "active"}))
        .await
        .ok();
    publish(&head, "Back", &json!(["class:5", "students"])).await;
    world.settle().await;
    assert_eq!(mailed(&world, "Back"), ["ben", "tom"]);
}

#[tokio::test]
async fn who_is_suspended_while_it_is_on_its_way_is_not_written_to() {
    let (world, head) = World::school().await;
    world.add(&head, "mia", &["student"]).await;
    world.add(&head, "ben", &["student"]).await;
    publish(&head, "On its way", &json!("students")).await;
    // The audience is resolved, and the e-mails wait on their queue.
    let planner = world.source("PlanSend").expect("the mapping");
    planner.pump().await;
    while planner.running() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    head.patch("/v1/users/ben", json!({"status": "suspended"}))
        .await
        .ok();
    world.settle().await;
    assert_eq!(mailed(&world, "On its way"), ["mia"]);
    let log = head
        .all("/v1/communication-logs?channel=email&status=skipped")
        .await;
    assert_eq!(log.len(), 1);
    assert_eq!(
        (&log[0]["user_id"], &log[0]["reason"]),
        (&json!("ben"), &json!("suspended"))
    );
}

#[tokio::test]
async fn who_is_no_longer_what_one_expression_says_is_still_found_by_another() {
    let (world, head) = families().await;
    for (title, audience) in [
        ("Union", json!(["teacher:tom", "class:5"])),
        (
            "Difference",
            json!({"include": ["class:5"], "except": ["teacher:tom"]}),
        ),
    ] {
        head.patch("/v1/users/tom", json!({"roles": ["teacher"]}))
            .await
            .ok();
        publish(&head, title, &audience).await;
        head.patch("/v1/users/tom", json!({"roles": ["parent"]}))
            .await
            .ok();
        world.settle().await;
        assert_eq!(mailed(&world, title), ["ben", "mia", "tom"], "{title}");
    }
}
