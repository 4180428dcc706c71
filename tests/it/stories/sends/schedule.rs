//! SND-4: sends that wait for their time.

use domain::Timestamp;
use it::World;
use jiff::SignedDuration;
use serde_json::json;

use super::{email_template, pupils, send_with};

fn in_seconds(world: &World, seconds: i64) -> String {
    let at: Timestamp = world
        .now()
        .checked_add(SignedDuration::from_secs(seconds))
        .expect("a time");
    at.to_string()
}

#[tokio::test]
async fn a_scheduled_send_waits_can_be_moved_and_goes_at_its_time() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 2).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let body = json!({"recipients": ["role:student"], "send_at": in_seconds(&world, 3_600)});
    let send = send_with(&head, &template, body).await;
    world.settle().await;
    let waiting = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(waiting["status"], "scheduled");
    assert_eq!(head.all("/v1/sends?status=scheduled").await.len(), 1);

    let moved = json!({"send_at": in_seconds(&world, 7_200)});
    let answer = head
        .patch(&format!("/v1/sends/{send}"), moved.clone())
        .await
        .ok();
    assert_eq!(answer["send_at"], moved["send_at"]);
    world.later(3_700).await;
    world.settle().await;
    assert_eq!(world.mailbox().counts().emails, 0, "it was moved");

    // Who joins before it goes belongs to the audience.
    world.add(&head, "late", &["student"]).await;
    world.later(3_600).await;
    world.settle().await;
    assert_eq!(world.mailbox().counts().emails, 3);
    head.patch(
        &format!("/v1/sends/{send}"),
        json!({"send_at": in_seconds(&world, 60)}),
    )
    .await
    .problem(409, "conflict");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_scheduled_send_moved_forward_goes_earlier() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 1).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let body = json!({"recipients": ["role:student"], "send_at": in_seconds(&world, 86_400)});
    let send = send_with(&head, &template, body).await;
    head.patch(
        &format!("/v1/sends/{send}"),
        json!({"send_at": in_seconds(&world, 0)}),
    )
    .await
    .ok();
    world.later(61).await;
    world.settle().await;
    assert_eq!(world.mailbox().counts().emails, 1);
    world.later(90_000).await;
    world.settle().await;
    assert_eq!(
        world.mailbox().counts().emails,
        1,
        "it does not go again at its old time"
    );
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_cancelled_scheduled_send_never_goes() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 1).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let body = json!({"recipients": ["role:student"], "send_at": in_seconds(&world, 600)});
    let send = send_with(&head, &template, body).await;
    head.post(&format!("/v1/sends/{send}/cancel"), json!({}))
        .await
        .ok();
    head.patch(
        &format!("/v1/sends/{send}"),
        json!({"send_at": in_seconds(&world, 60)}),
    )
    .await
    .problem(409, "conflict");
    for _ in 0..3 {
        world.later(600).await;
        world.settle().await;
    }
    assert_eq!(world.mailbox().counts().emails, 0);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn an_overdue_send_goes_with_the_next_sweep_once() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 1).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let body = json!({"recipients": ["role:student"], "send_at": in_seconds(&world, 600)});
    let send = send_with(&head, &template, body).await;
    // The system was down for a day.
    world.later(86_400).await;
    world.sweep().await.expect("the sweep runs");
    world.settle().await;
    assert_eq!(world.mailbox().counts().emails, 1);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_sweep_that_dies_between_schedule_and_queue_loses_nothing() {
    use local::aws::{Effect, FaultRule, When, wire::Service};
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 1).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let body = json!({"recipients": ["role:student"], "send_at": in_seconds(&world, 600)});
    let send = send_with(&head, &template, body).await;
    let rule = world.faults().add(FaultRule {
        service: Some(Service::Sqs),
        action: Some("SendMessage".to_owned()),
        effect: Effect::DropRequest,
        when: When::First { n: 3 },
        contains: None,
    });
    world.later(660).await;
    world.settle().await;
    assert_eq!(world.faults().fired(rule), 3);
    assert_eq!(world.mailbox().counts().emails, 0);
    world.later(61).await;
    world.settle().await;
    assert_eq!(world.mailbox().counts().emails, 1);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_time_that_has_passed_or_is_too_far_is_refused() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 1).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let path = format!("/v1/templates/{template}/send");
    let past = json!({"recipients": ["all"], "send_at": in_seconds(&world, -3_600)});
    head.post(&path, past)
        .await
        .refuses("send_at", "in_the_past");
    let far = json!({"recipients": ["all"], "send_at": in_seconds(&world, 400 * 86_400)});
    head.post(&path, far).await.refuses("send_at", "too_far");
    let nonsense = head
        .post(&path, json!({"recipients": ["all"], "send_at": "tomorrow"}))
        .await;
    assert!([400, 422].contains(&nonsense.status), "{}", nonsense.text);
}
