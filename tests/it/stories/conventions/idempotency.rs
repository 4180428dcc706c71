//! `Idempotency-Key`: the same request twice has one effect and one answer.

use std::collections::BTreeSet;

use it::World;
use local::aws::wire::Service;
use local::aws::{Effect, FaultRule, When};
use serde_json::json;

use super::{documents, samples, school};

#[tokio::test]
async fn every_post_is_answered_once_under_its_key() {
    let (world, head) = World::school().await;
    let samples = samples::posts(&world, &head).await;
    let listed: BTreeSet<String> = samples
        .iter()
        .map(|sample| sample.route.to_owned())
        .collect();
    assert_eq!(
        listed,
        documents::routes(&world, "post").await,
        "every POST is tried"
    );
    for (n, sample) in samples.iter().enumerate() {
        let route = sample.route;
        let keyed = head.with("idempotency-key", &format!("key-{n}"));
        let first = keyed.post(&sample.path, sample.body.clone()).await;
        assert!(
            (200..300).contains(&first.status),
            "{route} answered {}",
            first.text
        );
        assert_eq!(first.header("idempotent-replayed"), "", "{route}");
        if route == "/v1/realtime/tickets" {
            // A ticket is a secret for one handshake: it is not kept for replays.
            let again = keyed.post(&sample.path, sample.body.clone()).await;
            assert_eq!(again.header("idempotent-replayed"), "");
            assert_ne!(again.created(), first.body);
            continue;
        }
        for _ in 0..2 {
            let again = keyed.post(&sample.path, sample.body.clone()).await;
            assert_eq!(again.header("idempotent-replayed"), "true", "{route}");
            assert_eq!(
                (again.status, &again.text),
                (first.status, &first.text),
                "{route}"
            );
            assert_eq!(
                again.header("content-type"),
                first.header("content-type"),
                "{route}"
            );
        }
        let other = keyed.post(&sample.path, json!({"other": n})).await;
        other.problem(422, "idempotency_mismatch");
    }
    world.expects_dead_letters();
}

#[tokio::test]
async fn one_key_is_for_one_route() {
    let (_world, head, _mia) = school().await;
    let keyed = head.with("idempotency-key", "k");
    keyed
        .post("/v1/notifications/read-all", json!({}))
        .await
        .ok();
    keyed
        .post("/v1/realtime/tickets", json!({}))
        .await
        .problem(422, "idempotency_mismatch");
}

#[tokio::test]
async fn a_repeated_request_has_one_effect() {
    let (world, head, mia) = school().await;
    let keyed = head.with("idempotency-key", "hello-1");
    let body = json!({"audience": "all", "title": "Once"});
    let first = keyed
        .post("/v1/notifications", body.clone())
        .await
        .accepted();
    world.settle().await;
    assert_eq!(
        keyed
            .post("/v1/notifications", body.clone())
            .await
            .accepted(),
        first
    );
    world.settle().await;
    assert_eq!(mia.feed().await, ["Once"]);
    world.later(29 * 86_400).await;
    let keyed = world
        .actor("school", "head")
        .with("idempotency-key", "hello-1");
    assert_eq!(
        keyed.post("/v1/notifications", body).await.accepted(),
        first,
        "remembered for weeks"
    );
}

#[tokio::test]
async fn twenty_at_once_have_one_effect() {
    let (world, head, mia) = school().await;
    let keyed = head.with("idempotency-key", "race");
    let body = json!({"audience": "all", "title": "Once"});
    let answers =
        futures::future::join_all((0..20).map(|_| keyed.post("/v1/notifications", body.clone())))
            .await;
    let mut fresh = 0;
    for answer in answers {
        match answer.status {
            202 => fresh += usize::from(answer.header("idempotent-replayed").is_empty()),
            _ => {
                assert!(!answer.header("retry-after").is_empty());
                answer.problem(409, "in_progress");
            }
        }
    }
    assert_eq!(fresh, 1);
    world.settle().await;
    assert_eq!(mia.feed().await, ["Once"]);
}

#[tokio::test]
async fn while_the_first_still_runs_others_are_told_to_wait() {
    let (world, head, _mia) = school().await;
    let keyed = head.with("idempotency-key", "slow");
    let body = json!({"audience": "all", "title": "Slow"});
    let rule = world.faults().add(FaultRule {
        service: Some(Service::DynamoDb),
        action: Some("TransactWriteItems".to_owned()),
        effect: Effect::Delay { ms: 2_000 },
        when: When::OneShot,
        contains: None,
    });
    let first = tokio::spawn({
        let (keyed, body) = (keyed.clone(), body.clone());
        async move { keyed.post("/v1/notifications", body).await.accepted() }
    });
    while world.faults().fired(rule) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let waits = keyed.post("/v1/notifications", body.clone()).await;
    assert_eq!(waits.header("retry-after"), "1");
    waits.problem(409, "in_progress");
    let first = first.await.expect("the first is answered");
    assert_eq!(
        keyed.post("/v1/notifications", body).await.accepted(),
        first
    );
}

#[tokio::test]
async fn a_key_is_its_callers_own() {
    let (world, head, _mia) = school().await;
    let other = world.tenant("college").await;
    let ann = world.add(&head, "ann", &["staff"]).await;
    let mut sends = BTreeSet::new();
    for who in [&head, &ann, &other] {
        let keyed = who.with("idempotency-key", "same");
        let made = keyed
            .post(
                "/v1/notifications",
                json!({"audience": "all", "title": "Mine"}),
            )
            .await
            .accepted();
        sends.insert(made["send"].as_str().unwrap().to_owned());
    }
    assert_eq!(sends.len(), 3);
    world.settle().await;
}

#[tokio::test]
async fn a_request_that_was_wrong_may_be_mended_under_its_key() {
    let (world, head, mia) = school().await;
    let keyed = head.with("idempotency-key", "mend");
    keyed
        .post("/v1/notifications", json!({"audience": "all"}))
        .await
        .refuses("title", "required");
    keyed
        .post(
            "/v1/notifications",
            json!({"audience": "all", "title": "Mended"}),
        )
        .await
        .accepted();
    world.settle().await;
    assert_eq!(mia.feed().await, ["Mended"]);
}

#[tokio::test]
async fn a_refusal_by_the_state_of_things_is_replayed_as_a_problem() {
    let (_world, head, _mia) = school().await;
    let keyed = head.with("idempotency-key", "taken");
    let body = json!({"id": "mia", "name": "Another Mia"});
    let first = keyed.post("/v1/users", body.clone()).await;
    let again = keyed.post("/v1/users", body).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    let (mut first, mut again) = (
        first.problem(409, "conflict"),
        again.problem(409, "conflict"),
    );
    assert_eq!(again["instance"], "/v1/users");
    assert_ne!(first["request_id"], again["request_id"]);
    first["request_id"] = json!(null);
    again["request_id"] = json!(null);
    assert_eq!(first, again);
}

#[tokio::test]
async fn a_key_that_is_too_long_is_refused() {
    let (_world, head, _mia) = school().await;
    let keyed = head.with("idempotency-key", &"k".repeat(256));
    keyed
        .post("/v1/realtime/tickets", json!({}))
        .await
        .problem(400, "bad_query");
    head.with("idempotency-key", &"k".repeat(255))
        .post("/v1/realtime/tickets", json!({}))
        .await
        .created();
}
