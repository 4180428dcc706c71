//! A change of roles is told to whoever has them, and to other systems.

use it::World;
use local::aws::Effect;
use local::aws::wire::Service;
use serde_json::json;

use crate::approvals::bus::{away, heard, listen};

#[tokio::test]
async fn somebody_hears_of_a_new_role_and_so_does_the_bus() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    listen(&world);
    let roles = json!({"roles": ["student", "prefect"]});
    head.patch("/v1/users/mia", roles.clone()).await.ok();
    // What changes nothing, or something else, tells nobody of roles.
    head.patch("/v1/users/mia", roles).await.ok();
    head.patch("/v1/users/mia", json!({"name": "Mia Moss"}))
        .await
        .ok();
    world.settle().await;
    let feed = mia.feed().await;
    assert_eq!(feed.len(), 1);
    assert_eq!(feed[0], "Your role is now prefect, student");
    let events = heard(&world, &["user.role_changed"]);
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0]["detail"]["data"],
        json!({
            "user_id": "mia", "role": "prefect, student", "former_role": "student",
            "admin_id": "head",
        })
    );
}

#[tokio::test]
async fn it_is_told_although_the_queues_were_away() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student"]).await;
    listen(&world);
    let rule = away(&world, Service::Sqs, Effect::Error500);
    let roles = json!({"roles": ["student", "prefect"]});
    head.patch("/v1/users/mia", roles).await.ok();
    world.faults().remove(rule);
    world.settle().await;
    assert!(mia.feed().await.is_empty());
    world.later(61).await;
    world.sweep().await.expect("the sweep runs");
    world.settle().await;
    assert_eq!(mia.feed().await.len(), 1);
    assert_eq!(heard(&world, &["user.role_changed"]).len(), 1);
}

#[tokio::test]
async fn the_trail_keeps_a_change_of_roles_and_of_standing_made_at_once() {
    let (world, head) = World::school().await;
    let mia = world.add(&head, "mia", &["student", "prefect"]).await;
    let change = json!({"roles": ["student"], "status": "suspended"});
    head.patch("/v1/users/mia", change).await.ok();
    world.settle().await;
    mia.get("/v1/users/me").await.problem(401, "unauthorized");
    for (act, count) in [("user.role_changed", 1), ("user.suspended", 1)] {
        let entries = head.all(&format!("/v1/audit?act={act}")).await;
        assert_eq!(entries.len(), count, "{act}");
    }
}
