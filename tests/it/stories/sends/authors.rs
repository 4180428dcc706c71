//! Who may send, to whom, and see which sends.

use serde_json::json;

use super::{email_template, send};

#[tokio::test]
async fn a_teacher_sends_to_a_class_they_teach_and_to_nobody_else() {
    let (world, head) = crate::sends::school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let mia = world.add(&head, "mia", &["student"]).await;
    let una = world.add(&head, "una", &["teacher"]).await;
    world
        .class(&head, "5", &[("tom", "teacher"), ("mia", "student")])
        .await;
    world
        .class(&head, "6", &[("una", "teacher"), ("mia", "student")])
        .await;
    let template = email_template(&head, "Hello", "Hello").await;
    let path = format!("/v1/templates/{template}/send");
    for recipient in [
        "all",
        "class:6",
        "role:staff",
        "user:mia",
        "mia@school.example",
    ] {
        tom.post(&path, json!({"recipients": [recipient]}))
            .await
            .problem(403, "forbidden");
        tom.post(
            "/v1/sends/dry-run",
            json!({"recipients": [recipient], "templates": [template]}),
        )
        .await
        .problem(403, "forbidden");
    }
    mia.post(&path, json!({"recipients": ["class:5"]}))
        .await
        .problem(403, "forbidden");
    mia.get("/v1/sends").await.problem(403, "forbidden");
    world
        .anonymous()
        .get("/v1/sends")
        .await
        .problem(401, "unauthorized");

    let sent = send(&tom, &template, &["class:5"]).await;
    let by_head = send(&head, &template, &["class:5"]).await;
    world.settle().await;
    assert_eq!(
        tom.all("/v1/sends").await.len(),
        1,
        "teachers see their own"
    );
    assert_eq!(head.all("/v1/sends").await.len(), 2);
    tom.get(&format!("/v1/sends/{by_head}"))
        .await
        .problem(404, "not_found");
    una.post(&format!("/v1/sends/{sent}/cancel"), json!({}))
        .await
        .problem(404, "not_found");
    una.get(&format!("/v1/sends/{sent}/deliveries"))
        .await
        .problem(404, "not_found");
    world.assert_consistent(&head, &sent).await;
}

#[tokio::test]
async fn another_tenants_send_is_one_that_does_not_exist() {
    let (world, head) = crate::sends::school().await;
    world.add(&head, "mia", &["student"]).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let sent = send(&head, &template, &["user:mia"]).await;
    let other = world.tenant("other").await;
    let missing = "snd_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for suffix in ["", "/deliveries"] {
        let theirs = other
            .get(&format!("/v1/sends/{sent}{suffix}"))
            .await
            .problem(404, "not_found");
        let nobodys = other
            .get(&format!("/v1/sends/{missing}{suffix}"))
            .await
            .problem(404, "not_found");
        assert_eq!(theirs["title"], nobodys["title"]);
        assert_eq!(theirs["detail"], nobodys["detail"]);
    }
    other
        .post(&format!("/v1/sends/{sent}/cancel"), json!({}))
        .await
        .problem(404, "not_found");
    other
        .post(
            &format!("/v1/templates/{template}/send"),
            json!({"recipients": ["all"]}),
        )
        .await
        .problem(404, "not_found");
    world.settle().await;
    world.assert_consistent(&head, &sent).await;
}
