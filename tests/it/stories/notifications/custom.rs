//! NTF-5: staff and teachers tell an audience something.

use it::World;
use serde_json::json;

use super::school;

#[tokio::test]
async fn staff_notify_any_audience() {
    let (world, head, mia) = school().await;
    let ann = world.add(&head, "ann", &["staff"]).await;
    world.add(&head, "tom", &["teacher"]).await;
    let body = json!({"audience": {"include": ["role:student", "role:teacher"], "except": ["user:tom"]}, "title": "Hello"});
    let accepted = ann.post("/v1/notifications", body).await.accepted();
    world.settle().await;
    assert_eq!(mia.feed().await, ["Hello"]);
    assert!(world.actor("school", "tom").feed().await.is_empty());
    let send = head
        .get(&format!("/v1/sends/{}", accepted["send"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(
        (&send["origin"], &send["actor"]),
        (&json!("notification"), &json!("ann"))
    );
}

#[tokio::test]
async fn a_person_whom_several_expressions_name_is_told_once() {
    let (world, head, mia) = school().await;
    world.class(&head, "5a", &[("mia", "student")]).await;
    let body =
        json!({"audience": ["user:mia", "class:5a", "role:student", "all"], "title": "Once"});
    head.post("/v1/notifications", body).await.accepted();
    world.settle().await;
    assert_eq!(mia.feed().await, ["Once"]);
}

#[tokio::test]
async fn teachers_notify_the_groups_they_teach_and_nobody_else() {
    let (world, head, mia) = school().await;
    let tom = world.add(&head, "tom", &["teacher"]).await;
    let eve = world.add(&head, "eve", &["teacher"]).await;
    world
        .class(&head, "5a", &[("tom", "teacher"), ("mia", "student")])
        .await;
    world.class(&head, "6b", &[("eve", "teacher")]).await;
    for audience in ["all", "role:student", "role:staff", "class:6b", "user:head"] {
        tom.post(
            "/v1/notifications",
            json!({"audience": audience, "title": "No"}),
        )
        .await
        .problem(403, "forbidden");
    }
    tom.post(
        "/v1/notifications",
        json!({"audience": ["class:5a", "class:6b"], "title": "No"}),
    )
    .await
    .problem(403, "forbidden");
    tom.notify("class:5a", "Yes").await;
    world.settle().await;
    assert_eq!(mia.feed().await, ["Yes"]);
    assert!(eve.feed().await.is_empty() && head.feed().await.is_empty());
}

#[tokio::test]
async fn students_and_parents_notify_nobody() {
    let (world, head, mia) = school().await;
    let pat = world.add(&head, "pat", &["parent"]).await;
    for who in [&mia, &pat] {
        who.post(
            "/v1/notifications",
            json!({"audience": "user:mia", "title": "No"}),
        )
        .await
        .problem(403, "forbidden");
    }
    world.settle().await;
    assert!(mia.feed().await.is_empty());
}

#[tokio::test]
async fn a_wrong_notification_is_refused_by_field_and_reaches_nobody() {
    let (world, head, mia) = school().await;
    let good = json!({"audience": "all", "title": "Good"});
    for (field, value) in [
        ("title", json!("")),
        ("title", json!("x".repeat(201))),
        ("title", json!(7)),
        ("body", json!("x".repeat(4_001))),
        ("level", json!("loud")),
        ("priority", json!(5)),
        ("priority", json!("shrill")),
        ("type", json!("two words")),
        ("redirect_url", json!("javascript:alert(1)")),
        ("redirect_url", json!("//evil.example/")),
        ("redirect_url", json!("http://plain.example/")),
        ("reference", json!({"kind": "", "id": "1"})),
        (
            "actions",
            json!([{"label": "x", "url": "data:text/html,x"}]),
        ),
        ("actions", json!([{"label": "x"}])),
        ("audience", json!("planet:mars")),
        ("audience", json!([])),
        ("colour", json!("red")),
        ("tenant", json!("college")),
        ("read", json!(true)),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let problem = head.post("/v1/notifications", body.clone()).await;
        assert_eq!(problem.status, 422, "{body} answered {}", problem.text);
        let named = problem.body["errors"].as_array().expect("errors").iter();
        let mut named = named.filter_map(|error| error["field"].as_str());
        assert!(
            named.any(|name| name.starts_with(field)),
            "{body}: {}",
            problem.text
        );
    }
    head.post("/v1/notifications", json!({"title": "Nobody"}))
        .await
        .refuses("audience", "required");
    world.settle().await;
    assert!(mia.feed().await.is_empty());
}

#[tokio::test]
async fn a_foreign_persons_id_reaches_nobody() {
    let (world, head) = World::school().await;
    let other = world.tenant("college").await;
    world.add(&other, "zoe", &["student"]).await;
    let answer = head
        .post(
            "/v1/notifications",
            json!({"audience": ["user:zoe"], "title": "Psst"}),
        )
        .await;
    assert!(matches!(answer.status, 202 | 422), "{}", answer.text);
    world.settle().await;
    assert!(world.actor("college", "zoe").feed().await.is_empty());
}

#[tokio::test]
async fn a_notification_can_wait_for_its_time() {
    let (world, head) = World::school().await;
    world.add(&head, "mia", &["student"]).await;
    let at = (world.now() + jiff::SignedDuration::from_hours(2)).to_string();
    let body = json!({"audience": "user:mia", "title": "Lunch", "send_at": at});
    let accepted = head.post("/v1/notifications", body).await.accepted();
    world.settle().await;
    assert!(world.actor("school", "mia").feed().await.is_empty());
    let send = format!("/v1/sends/{}", accepted["send"].as_str().expect("a send"));
    assert_eq!(head.get(&send).await.ok()["status"], "scheduled");
    world.later(2 * 3_600 + 60).await;
    world.settle().await;
    let mia = world.actor("school", "mia");
    assert_eq!(mia.feed().await, ["Lunch"]);
    let head = world.actor("school", "head");
    for (at, code) in [
        ("2020-01-01T00:00:00Z", "in_the_past"),
        ("2090-01-01T00:00:00Z", "too_far"),
    ] {
        let body = json!({"audience": "user:mia", "title": "Never", "send_at": at});
        let refused = head
            .post("/v1/notifications", body)
            .await
            .problem(422, "invalid");
        assert_eq!(refused["errors"][0]["code"], code);
    }
}
