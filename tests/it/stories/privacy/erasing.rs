//! An erasure whose tasks are lost, doubled and cut off comes to the same.

use local::runner::FunctionFaults;
use serde_json::json;

use super::{FUNCTION, bring_twice, ended, school, table};

#[tokio::test]
async fn an_erasure_goes_on_after_crashes_and_doubled_tasks() {
    let (world, head, tom, mia, _) = school().await;
    world
        .class(&head, "5a", &[("mia", "student"), ("tom", "teacher")])
        .await;
    for number in 0..3 {
        let message =
            json!({"to": ["tom"], "subject": format!("Canary {number}"), "body": "Canary song"});
        mia.post("/v1/messages", message).await.created();
    }
    world.settle().await;
    bring_twice(&world);
    let begun = head
        .post("/v1/users/mia/erase", json!({"confirm": "mia"}))
        .await
        .accepted();
    // Two crashes at a time, while there is anything left to crash.
    for round in 0..3 {
        world.runner().set_faults(
            FUNCTION,
            FunctionFaults {
                crash_before: 1 - round % 2,
                crash_after: 1 + round % 2,
                ..FunctionFaults::default()
            },
        );
        world.settle_for(121).await;
        world.later(181).await;
    }
    world.runner().clear_faults();
    world.clear_faults();
    world.settle_for(3_600).await;
    let head = world.actor("school", "head");
    let done = ended(&world, &head, &begun).await;
    assert_eq!(done["status"], "completed", "{done}");
    assert!(!table(&world).await.contains("Canary"));
    let members = head.all("/v1/groups/5a/members").await;
    assert_eq!(members.len(), 1, "{members:?}");
    let tom = world.actor("school", &tom.id);
    assert_eq!(tom.all("/v1/messages").await.len(), 3);
    let trail = head.all("/v1/audit?act=user.erased").await;
    assert_eq!(trail.len(), 1, "{trail:?}");
}
