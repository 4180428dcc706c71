//! F27: the same event twice, through several doors, at once and again later.

use local::runner::SourceFaults;
use serde_json::json;

use super::{by_api, by_bus, by_queue, example, hillside, only_dead_letter, outcome, sends, told};

#[tokio::test]
async fn the_same_event_through_all_three_doors_notifies_once() {
    let (world, head) = hillside().await;
    let (grade, pupil) = (example("grade.posted"), world.actor("hillside", "10"));
    assert_eq!(by_api(&head, &grade).await, "accepted");
    assert_eq!(by_api(&head, &grade).await, "known");
    by_queue(&world, &grade);
    // The bus gives an id of its own each time.
    by_bus(&world, &grade).await;
    by_bus(&world, &grade).await;
    world.settle().await;
    by_queue(&world, &grade);
    assert_eq!(by_api(&head, &grade).await, "known");
    world.settle().await;
    assert_eq!(told(&pupil, "grade.posted").await.len(), 1);
    let outcome = outcome(&head, &grade).await;
    assert_eq!(outcome["conflicts"], 0);
    assert_eq!(
        sends(&outcome).len(),
        2,
        "one to the pupil, one to the guardians"
    );
}

#[tokio::test]
async fn two_functions_with_the_same_event_notify_once() {
    for seed in 0..3 {
        let (world, head) = hillside().await;
        for source in world.sources() {
            source.set_faults(SourceFaults {
                concurrent: 1.0,
                keep: 0.0,
                seed,
            });
        }
        let grade = example("grade.posted");
        for _ in 0..5 {
            by_queue(&world, &grade);
        }
        world.settle_for(3_600).await;
        let pupil = world.actor("hillside", "10");
        assert_eq!(told(&pupil, "grade.posted").await.len(), 1);
        assert_eq!(head.all("/v1/sends").await.len(), 2);
        for send in sends(&outcome(&head, &grade).await) {
            world.assert_consistent(&head, &send).await;
        }
    }
}

#[tokio::test]
async fn twenty_requests_at_once_with_one_event_notify_once() {
    let (world, head) = hillside().await;
    let grade = example("grade.posted");
    let requests = (0..20).map(|_| by_api(&head, &grade));
    let results = futures::future::join_all(requests).await;
    let accepted = results.iter().filter(|result| *result == "accepted");
    assert_eq!(accepted.count(), 1, "{results:?}");
    world.settle().await;
    assert_eq!(head.all("/v1/sends").await.len(), 2);
}

#[tokio::test]
async fn another_event_under_the_same_id_is_refused_and_counted() {
    let (world, head) = hillside().await;
    world.expects_dead_letters();
    let grade = example("grade.posted");
    let mut other = grade.clone();
    other["data"]["grade_marks"] = json!(12);
    by_queue(&world, &grade);
    world.settle().await;
    let body = json!({"events": [super::of_api(&other)]});
    head.post("/v1/events", body).await.problem(409, "conflict");
    by_queue(&world, &other);
    world.settle().await;
    assert!(only_dead_letter(&world).contains("another event"));
    assert_eq!(outcome(&head, &grade).await["conflicts"], 2);
    let pupil = world.actor("hillside", "10");
    let told = told(&pupil, "grade.posted").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["body"], "Mid-term: 44 of 50. Very good work");
    // Beside a good one the conflict is told, and the good one goes on.
    let mut new = super::of_api(&grade);
    new["event_id"] = json!("grade-new");
    let body = json!({"events": [super::of_api(&other), new]});
    let taken = head.post("/v1/events", body).await.accepted();
    assert_eq!(taken["results"][0]["result"], "conflict");
    assert_eq!(taken["results"][1]["result"], "accepted");
}

#[tokio::test]
async fn after_thirty_days_an_id_may_come_again() {
    let (world, head) = hillside().await;
    let grade = example("grade.posted");
    by_queue(&world, &grade);
    world.settle().await;
    world.later(29 * 86_400).await;
    assert_eq!(by_api(&head, &grade).await, "known");
    world.later(2 * 86_400).await;
    let path = format!("/v1/events/{}", super::text(&grade, "event_id"));
    head.get(&path).await.problem(404, "not_found");
    assert_eq!(by_api(&head, &grade).await, "accepted");
    world.settle().await;
    assert_eq!(head.all("/v1/sends").await.len(), 4);
}

#[tokio::test]
async fn an_event_whose_task_was_never_queued_is_applied_by_the_sweeper() {
    use crate::pipeline::rule;
    use local::aws::{Effect, When, wire::Service};
    let (world, head) = hillside().await;
    let dropped = rule(
        Service::Sqs,
        "SendMessage",
        Effect::DropRequest,
        When::First { n: 3 },
    );
    let dropped = world.faults().add(dropped);
    let grade = example("grade.posted");
    assert_eq!(by_api(&head, &grade).await, "accepted");
    assert_eq!(world.faults().fired(dropped), 3);
    world.settle().await;
    assert_eq!(outcome(&head, &grade).await["status"], "received");
    world.later(61).await;
    world.sweep().await.expect("the sweep runs");
    world.settle().await;
    assert_eq!(outcome(&head, &grade).await["status"], "applied");
    assert_eq!(
        told(&world.actor("hillside", "20"), "grade.posted")
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn a_table_that_fails_half_way_leaves_no_rule_half_applied() {
    use crate::pipeline::rule;
    use local::aws::{Effect, When, wire::Service};
    let (world, head) = hillside().await;
    let grade = example("grade.posted");
    by_queue(&world, &grade);
    // The event is taken in; then the writes of its rule get no answer.
    let lost = rule(
        Service::DynamoDb,
        "TransactWriteItems",
        Effect::DropResponse,
        When::First { n: 9 },
    );
    let lost = world.faults().add(lost);
    world.settle_for(3_600).await;
    assert!(world.faults().fired(lost) >= 3);
    assert_eq!(head.all("/v1/sends").await.len(), 2);
    assert_eq!(outcome(&head, &grade).await["status"], "applied");
    world.sweep().await.expect("the sweep runs");
    world.settle_for(120).await;
    assert_eq!(
        told(&world.actor("hillside", "10"), "grade.posted")
            .await
            .len(),
        1
    );
}
