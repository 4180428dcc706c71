//! The same request many times at once has one effect.

use futures::future::join_all;
use serde_json::json;

use super::{mails, school_of};

#[tokio::test]
async fn twenty_publications_at_once_are_one() {
    let (world, head, _) = school_of(3).await;
    let body =
        json!({"title": "Snow", "body": "Closed.", "audience": "students", "channels": ["email"]});
    let announcement = head.post("/v1/announcements", body).await.created();
    let path = format!(
        "/v1/announcements/{}/publish",
        announcement["id"].as_str().expect("an id")
    );
    let answers = join_all((0..20).map(|_| head.post(&path, json!({})))).await;
    let mut sends = std::collections::BTreeSet::new();
    for answer in answers {
        match answer.status {
            202 => {
                sends.insert(answer.body["send_id"].as_str().expect("a send").to_owned());
            }
            _ => {
                answer.problem(409, "conflict");
            }
        }
    }
    assert_eq!(sends.len(), 1, "{sends:?}");
    world.settle().await;
    assert_eq!(mails(&world), 3);
    assert_eq!(head.all("/v1/sends").await.len(), 1);
    for user in ["p0", "p1", "p2"] {
        assert_eq!(
            world
                .actor("school", user)
                .all("/v1/notifications")
                .await
                .len(),
            1
        );
    }
    let acts = head.all("/v1/audit").await;
    let published = acts
        .iter()
        .filter(|act| act["act"] == "announcement.published")
        .count();
    assert_eq!(published, 1, "one act, one entry");
    world
        .assert_consistent(&head, sends.first().expect("a send"))
        .await;
}

#[tokio::test]
async fn twenty_sends_with_one_key_are_one() {
    let (world, head, template) = school_of(3).await;
    let path = format!("/v1/templates/{template}/send");
    let keyed = head.with("idempotency-key", "term-report-7");
    let body = json!({"recipients": ["role:student"]});
    let answers = join_all((0..20).map(|_| keyed.post(&path, body.clone()))).await;
    let mut sends = std::collections::BTreeSet::new();
    let mut fresh = 0;
    for answer in answers {
        if answer.status == 202 {
            fresh += usize::from(answer.header("idempotent-replayed") != "true");
            sends.insert(answer.body["id"].as_str().expect("a send").to_owned());
        } else {
            assert_eq!(answer.header("retry-after"), "1");
            answer.problem(409, "in_progress");
        }
    }
    assert_eq!((sends.len(), fresh), (1, 1), "{sends:?}");
    // Later the same request gives the same answer, another one is refused.
    let again = keyed.post(&path, body).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(
        Some(again.accepted()["id"].as_str().expect("a send")),
        sends.first().map(String::as_str)
    );
    keyed
        .post(&path, json!({"recipients": ["all"]}))
        .await
        .problem(422, "idempotency_mismatch");
    world.settle().await;
    assert_eq!(mails(&world), 3);
    assert_eq!(head.all("/v1/sends").await.len(), 1);
    world
        .assert_consistent(&head, sends.first().expect("a send"))
        .await;
}

#[tokio::test]
async fn twenty_cancellations_against_the_sweeper_end_in_one_state() {
    let (world, head, template) = school_of(3).await;
    let at = world
        .now()
        .checked_add(jiff::SignedDuration::from_secs(60))
        .expect("a time");
    let body = json!({"recipients": ["role:student"], "send_at": at.to_string()});
    let send = crate::sends::send_with(&head, &template, body).await;
    let path = format!("/v1/sends/{send}/cancel");
    let cancels = join_all((0..20).map(|_| head.post(&path, json!({}))));
    let (answers, ()) = futures::join!(cancels, world.later(61));
    for answer in answers {
        assert!([200, 409].contains(&answer.status), "{}", answer.text);
    }
    world.settle_for(600).await;
    let ended = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(ended["status"], "cancelled", "{ended}");
    assert_eq!(mails(&world), 0);
    world.assert_consistent(&head, &send).await;
}
