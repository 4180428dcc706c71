//! Queues deliver twice, late, in disorder, to two functions at once, and take
//! only a part of what they are given.

use std::collections::BTreeSet;

use it::World;
use local::aws::sqs::NewMessage;
use local::aws::{Effect, QueueFaults, When, wire::Service};
use local::runner::SourceFaults;
use serde_json::json;

use super::{mails, rule, school_of, to_all};
use crate::sends::{deliveries, send_with, sms_template};

const HOUR: i64 = 3_600;

fn on_all_queues(world: &World, faults: &QueueFaults) {
    for source in world.sources() {
        world
            .sqs()
            .set_faults(&source.mapping().queue, faults.clone())
            .expect("a queue");
    }
}

/// Sends an e-mail and a text to everybody and expects one of each.
async fn assert_one_each(world: &World, head: &it::Actor, template: &str, count: u64) {
    let text = sms_template(head, "Hello").await;
    let by_mail = to_all(head, template).await;
    let by_text = to_all(head, &text).await;
    world.settle_for(6 * HOUR).await;
    assert_eq!(mails(world), count);
    assert_eq!(world.mailbox().counts().texts, count);
    for send in [by_mail, by_text] {
        let rows = deliveries(head, &send).await;
        assert_eq!(rows.len() as u64, count);
        assert!(rows.iter().all(|row| row["resent_ambiguous"] == false));
        world.assert_consistent(head, &send).await;
    }
}

#[tokio::test]
async fn messages_that_come_twice_send_once() {
    let (world, head, template) = school_of(60).await;
    let faults = QueueFaults {
        duplicate: 1.0,
        reorder: true,
        late_ms: 2_000,
        ..QueueFaults::default()
    };
    on_all_queues(&world, &faults);
    assert_one_each(&world, &head, &template, 60).await;
}

#[tokio::test]
async fn tasks_are_of_the_group_of_their_tenant() {
    let (world, head, template) = school_of(3).await;
    to_all(&head, &template).await;
    let waiting = world.sqs().peek("PlanSendQueue", 10).expect("a queue");
    let groups = waiting.iter().map(|message| message.group.as_deref());
    assert_eq!(groups.collect::<Vec<_>>(), [Some("school")]);
    world.settle().await;
    assert_eq!(mails(&world), 3);
}

/// The groups of what waits in a queue, each once.
fn groups_in(world: &World, queue: &str) -> BTreeSet<String> {
    let waiting = world.sqs().peek(queue, 100).expect("a queue");
    waiting.iter().filter_map(|one| one.group.clone()).collect()
}

#[tokio::test]
async fn what_is_urgent_goes_in_a_lane_of_its_own_to_the_end() {
    let (world, head, template) = school_of(3).await;
    let body = json!({"recipients": ["role:student"], "priority": "urgent"});
    let send = send_with(&head, &template, body).await;
    let urgent = BTreeSet::from(["school:urgent".to_owned()]);
    assert_eq!(groups_in(&world, "PlanSendQueue"), urgent);
    let late = QueueFaults {
        late_ms: 2_000,
        ..QueueFaults::default()
    };
    let faults = world.sqs().set_faults("DeliverEmailQueue", late);
    faults.expect("the queue");
    world.settle().await;
    assert_eq!(groups_in(&world, "DeliverEmailQueue"), urgent);
    world.settle_for(10).await;
    assert_eq!(mails(&world), 3);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn messages_that_come_again_after_an_hour_send_once() {
    let (world, head, template) = school_of(30).await;
    let faults = QueueFaults {
        duplicate: 1.0,
        duplicate_after_ms: HOUR * 1_000,
        ..QueueFaults::default()
    };
    on_all_queues(&world, &faults);
    assert_one_each(&world, &head, &template, 30).await;
}

#[tokio::test]
async fn two_functions_with_the_same_batch_send_once() {
    for seed in 0..3 {
        let (world, head, template) = school_of(60).await;
        for source in world.sources() {
            source.set_faults(SourceFaults {
                concurrent: 1.0,
                keep: 0.0,
                seed,
            });
        }
        assert_one_each(&world, &head, &template, 60).await;
    }
}

#[tokio::test]
async fn batches_that_are_never_acknowledged_send_once() {
    let (world, head, template) = school_of(30).await;
    world.expects_dead_letters();
    for source in world.sources() {
        source.set_faults(SourceFaults {
            concurrent: 0.0,
            keep: 1.0,
            seed: 0,
        });
    }
    assert_one_each(&world, &head, &template, 30).await;
}

#[tokio::test]
async fn the_same_plan_many_times_plans_once() {
    let (world, head, template) = school_of(60).await;
    let send = to_all(&head, &template).await;
    let task = json!({"v": 1, "tenant": "school", "task": "plan_send", "send": send}).to_string();
    for _ in 0..5 {
        world
            .sqs()
            .send("PlanSendQueue", NewMessage::text(task.clone()))
            .expect("the queue takes it");
    }
    world
        .source("PlanSend")
        .expect("the planner")
        .set_faults(SourceFaults {
            concurrent: 1.0,
            keep: 0.0,
            seed: 0,
        });
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
    // Long after its end a plan that comes again plans nothing.
    world
        .sqs()
        .send("PlanSendQueue", NewMessage::text(task))
        .expect("the queue takes it");
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn tasks_that_a_batch_left_behind_are_sent_again() {
    let (world, head, template) = school_of(60).await;
    let partly = world.faults().add(rule(
        Service::Sqs,
        "SendMessageBatch",
        Effect::PartialBatch { k: 2 },
        When::First { n: 4 },
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert!(world.faults().fired(partly) >= 3);
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_queue_that_is_away_for_two_minutes_loses_nothing() {
    let (world, head, template) = school_of(60).await;
    let away = world.faults().add(rule(
        Service::Sqs,
        "SendMessageBatch",
        Effect::DropRequest,
        When::First { n: 6 },
    ));
    let send = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(mails(&world), 0);
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(away), 6);
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn tasks_that_were_taken_without_an_answer_send_once() {
    let (world, head, template) = school_of(60).await;
    let silent = world.faults().add(rule(
        Service::Sqs,
        "SendMessageBatch",
        Effect::DropResponse,
        When::First { n: 3 },
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(silent), 3);
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}
