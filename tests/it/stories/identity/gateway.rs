//! A1, A10, A11: credentials at the door, and people who change behind it.

use it::{Actor, World};
use serde_json::json;

const PATH: &str = "/v1/notifications/unread-count";

async fn school() -> (World, Actor, Actor) {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    (world, head, mia)
}

/// The credential no longer opens anything, as its holder is told.
async fn is_out(who: &Actor) {
    let answer = who.get(PATH).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    answer.problem(401, "unauthorized");
}

#[tokio::test]
async fn without_one_good_credential_nothing_is_answered() {
    let (world, _head, mia) = school().await;
    let token = mia.token().to_owned();
    is_out(&world.anonymous()).await;
    for header in [
        format!("Basic {token}"),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer {token}x"),
        "Bearer a.b.c".to_owned(),
        "Bearer ck_live_made-up".to_owned(),
        format!("Bearer  {}", "x".repeat(7_000)),
    ] {
        is_out(&world.anonymous().with("authorization", &header)).await;
    }
    is_out(&mia.with("authorization", &format!("Bearer {token}"))).await;
    world
        .anonymous()
        .with("authorization", &format!("bearer {token}"))
        .get(PATH)
        .await
        .ok();
    world
        .anonymous()
        .get(&format!("{PATH}?token={token}"))
        .await
        .problem(401, "unauthorized");
}

#[tokio::test]
async fn a_token_is_good_from_its_making_to_its_end() {
    let (world, _head, _mia) = school().await;
    let mia = world.actor_for("school", "mia", 600);
    mia.get(PATH).await.ok();
    world.later(660).await;
    is_out(&mia).await;
}

#[tokio::test]
async fn a_token_for_nobody_opens_nothing() {
    let (world, head, _mia) = school().await;
    world.tenant("college").await;
    for (tenant, user) in [("school", "nobody"), ("college", "mia"), ("nowhere", "mia")] {
        is_out(&world.actor(tenant, user)).await;
    }
    assert_eq!(
        head.get("/v1/users/me").await.ok()["tenant"]["id"],
        "school"
    );
}

#[tokio::test]
async fn roles_come_from_the_directory_and_not_from_the_token() {
    let (world, _head, _mia) = school().await;
    let admin = [
        domain::Role::parse("admin").unwrap(),
        domain::Role::parse("staff").unwrap(),
    ];
    let token = world
        .token(&"school".parse().unwrap(), &"mia".parse().unwrap(), &admin)
        .unwrap();
    let mia = world.bearer(token);
    mia.get(PATH).await.ok();
    mia.get("/v1/users").await.problem(403, "forbidden");
    mia.get("/v1/admin/notifications")
        .await
        .problem(403, "forbidden");
}

#[tokio::test]
async fn a_removed_person_is_out_within_a_minute() {
    let (world, head, mia) = school().await;
    mia.get(PATH).await.ok();
    head.delete("/v1/users/mia").await.gone();
    world.later(60).await;
    is_out(&mia).await;
}

#[tokio::test]
async fn a_suspended_person_is_out_within_a_minute_and_may_come_back() {
    let (world, head, mia) = school().await;
    mia.get(PATH).await.ok();
    world.later(2).await;
    head.patch("/v1/users/mia", json!({"status": "suspended"}))
        .await
        .ok();
    world.later(60).await;
    is_out(&mia).await;
    is_out(&world.actor("school", "mia")).await;
    head.patch("/v1/users/mia", json!({"status": "active"}))
        .await
        .ok();
    world.later(60).await;
    is_out(&mia).await;
    world.actor("school", "mia").get(PATH).await.ok();
}

#[tokio::test]
async fn a_lowered_role_counts_within_a_minute() {
    let (world, head, _mia) = school().await;
    let ann = world.add(&head, "ann", &["staff"]).await;
    ann.get("/v1/users").await.ok();
    world.later(2).await;
    head.patch("/v1/users/ann", json!({"roles": ["teacher"]}))
        .await
        .ok();
    world.later(60).await;
    is_out(&ann).await;
    let again = world.actor("school", "ann");
    again.get(PATH).await.ok();
    again.get("/v1/users").await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_raised_role_counts_within_a_minute_without_a_new_login() {
    let (world, head, mia) = school().await;
    mia.get("/v1/users").await.problem(403, "forbidden");
    head.patch("/v1/users/mia", json!({"roles": ["student", "staff"]}))
        .await
        .ok();
    world.later(60).await;
    mia.get("/v1/users").await.ok();
}

#[tokio::test]
async fn people_are_told_apart_by_tenant() {
    let (world, head, _mia) = school().await;
    let other = world.tenant("college").await;
    world.add(&other, "mia", &["student"]).await;
    head.notify("user:mia", "For the school's Mia").await;
    world.settle().await;
    assert_eq!(world.actor("school", "mia").feed().await.len(), 1);
    assert!(world.actor("college", "mia").feed().await.is_empty());
}
