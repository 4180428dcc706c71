//! Rights that end, and what those without them learn.

use domain::time::plus_seconds;
use it::World;
use serde_json::json;

use crate::sends::sms_template;

#[tokio::test]
async fn a_teacher_learns_nothing_of_who_exists_beyond_their_groups() {
    let (world, head) = World::school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let template = sms_template(&head, "Hello").await;
    for recipient in [
        "user:head",
        "user:nobody",
        "group:nowhere",
        "head@school.example",
    ] {
        let body = json!({"recipients": [recipient]});
        tom.post(&format!("/v1/templates/{template}/send"), body)
            .await
            .problem(403, "forbidden");
        let body = json!({"recipients": [recipient], "templates": [template]});
        tom.post("/v1/sends/dry-run", body)
            .await
            .problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_teacher_reads_a_pupil_for_as_long_as_both_are_in_the_group() {
    let (world, head) = World::school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    world.add(&head, "mia", &["student"]).await;
    world.class(&head, "5", &[("tom", "teacher")]).await;
    let ends = plus_seconds(world.now(), 600).to_string();
    let member = json!({"user": "mia", "role": "student", "expires_at": ends});
    head.post("/v1/groups/5/members", member).await.created();
    tom.get("/v1/users/mia").await.ok();
    world.later(601).await;
    tom.get("/v1/users/mia").await.problem(403, "forbidden");
}
