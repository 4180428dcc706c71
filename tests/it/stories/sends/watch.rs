//! SND-3: watching, listing and cancelling sends.

use local::aws::{Effect, FaultRule, When, wire::Service};
use serde_json::json;

use super::{deliveries, email_template, of_user, pupils, send, with_status};

#[tokio::test]
async fn a_send_tells_how_far_it_is() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 3).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let send = send(
        &head,
        &template,
        &["role:student", "gone@simulator.amazonses.com"],
    )
    .await;
    let queued = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(queued["status"], "queued");
    assert_eq!(queued["progress"]["ended"], 0);
    world.settle().await;
    let done = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(done["status"], "completed");
    assert_eq!(done["progress"]["people"], 3);
    assert_eq!(done["progress"]["deliveries"], 4);
    assert_eq!(done["progress"]["percent"], 100.0);
    assert_eq!(
        done["progress"]["by_channel"]["email"]["delivered"], 4,
        "{done}"
    );
    let rows = deliveries(&head, &send).await;
    assert_eq!(rows.len(), 4);
    let sent = head
        .all(&format!(
            "/v1/sends/{send}/deliveries?status=delivered&channel=email&page_size=1"
        ))
        .await;
    assert_eq!(sent.len(), 4);
    assert!(
        head.all(&format!("/v1/sends/{send}/deliveries?status=failed"))
            .await
            .is_empty()
    );
    assert_eq!(of_user(&rows, "p1")["name"], "Name of p1");
    // The sweeper keeps the final figures.
    world.later(61).await;
    let kept = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert!(kept["completed_at"].is_string(), "{kept}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn sends_are_listed_newest_first_and_by_status() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 1).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(send(&head, &template, &["user:p0"]).await);
    }
    head.post(&format!("/v1/sends/{}/cancel", made[2]), json!({}))
        .await
        .ok();
    world.settle().await;
    world.later(61).await;
    made.reverse();
    let listed: Vec<String> = head
        .all("/v1/sends?page_size=2")
        .await
        .iter()
        .map(super::id)
        .collect();
    assert_eq!(listed, made);
    let cancelled: Vec<String> = head
        .all("/v1/sends?status=cancelled")
        .await
        .iter()
        .map(super::id)
        .collect();
    assert_eq!(cancelled, [made[2].clone()]);
    assert_eq!(
        head.all("/v1/sends?status=completed&page_size=1")
            .await
            .len(),
        4
    );
    head.get("/v1/sends?status=lost")
        .await
        .problem(400, "bad_query");
    head.get("/v1/sends?page_size=101")
        .await
        .problem(400, "bad_query");
    // A cursor is bound to its query.
    let page = head.get("/v1/sends?page_size=2").await.ok();
    let cursor = page["page"]["after"].as_str().expect("a cursor");
    assert_eq!(
        head.get(&format!("/v1/sends?status=completed&after={cursor}"))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_send_cancelled_before_it_is_planned_reaches_nobody() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 2).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let send = send(&head, &template, &["role:student"]).await;
    let cancelled = head
        .post(&format!("/v1/sends/{send}/cancel"), json!({}))
        .await
        .ok();
    assert_eq!(cancelled["status"], "cancelled");
    head.post(&format!("/v1/sends/{send}/cancel"), json!({}))
        .await
        .ok();
    world.settle_for(3_600).await;
    assert_eq!(world.mailbox().counts().emails, 0);
    world.assert_consistent(&head, &send).await;
    let acts = head.all("/v1/audit").await;
    let cancelled = acts
        .iter()
        .filter(|act| act["act"] == "send.cancelled")
        .count();
    assert_eq!(cancelled, 1, "one act, one entry: {acts:?}");
}

#[tokio::test]
async fn a_send_cancelled_in_the_middle_stops_there() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 60).await;
    let template = email_template(&head, "Hello", "Hello").await;
    // The second chunk is told to come back later, and by then it is too late.
    let slow = world.faults().add(FaultRule {
        service: Some(Service::Ses),
        action: Some("SendBulkEmail".to_owned()),
        effect: Effect::Throttle,
        when: When::Nth { n: 2 },
        contains: None,
    });
    let send = send(&head, &template, &["role:student"]).await;
    world.settle().await;
    assert_eq!(world.faults().fired(slow), 1);
    let left = world.mailbox().counts().emails;
    assert!(left < 60, "{left}");
    head.post(&format!("/v1/sends/{send}/cancel"), json!({}))
        .await
        .ok();
    world.settle_for(3_600).await;
    assert_eq!(
        world.mailbox().counts().emails,
        left,
        "nothing leaves once it is cancelled"
    );
    let rows = deliveries(&head, &send).await;
    assert_eq!(rows.len(), 60);
    assert_eq!(with_status(&rows, "delivered") as u64, left);
    let skipped: Vec<_> = rows
        .iter()
        .filter(|row| row["status"] == "skipped")
        .collect();
    assert_eq!(skipped.len() as u64, 60 - left);
    assert!(
        skipped.iter().all(|row| row["reason"] == "cancelled"),
        "{skipped:?}"
    );
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn what_is_complete_cannot_be_cancelled() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 1).await;
    let template = email_template(&head, "Hello", "Hello").await;
    let send = send(&head, &template, &["user:p0"]).await;
    world.settle().await;
    head.post(&format!("/v1/sends/{send}/cancel"), json!({}))
        .await
        .problem(409, "conflict");
    head.post("/v1/sends/snd_01ARZ3NDEKTSV4RRFFQ69G5FAV/cancel", json!({}))
        .await
        .problem(404, "not_found");
    world.assert_consistent(&head, &send).await;
}
