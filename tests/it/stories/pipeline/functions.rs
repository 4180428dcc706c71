//! Functions that die: before, after and in the middle of their work.

use local::aws::{Effect, FaultRule, When, wire::Service};
use local::runner::FunctionFaults;
use serde_json::json;

use super::{mails, rule, school_of, to_all};
use crate::sends::{deliveries, with_status};

const HOUR: i64 = 3_600;
const WORKERS: [&str; 4] = ["PlanSend", "DeliverInApp", "DeliverEmail", "DeliverSms"];

#[tokio::test]
async fn functions_that_die_before_or_after_their_work_lose_and_repeat_nothing() {
    let (world, head, _) = school_of(60).await;
    for function in WORKERS {
        let faults = FunctionFaults {
            crash_before: 1,
            crash_after: 2,
            ..FunctionFaults::default()
        };
        assert!(world.runner().set_faults(function, faults), "{function}");
    }
    let body = json!({"title": "Snow", "body": "Closed.", "audience": "students", "channels": ["email", "sms"]});
    let announcement = head.post("/v1/announcements", body).await.created();
    let path = format!(
        "/v1/announcements/{}/publish",
        announcement["id"].as_str().expect("an id")
    );
    let published = head.post(&path, json!({})).await.accepted();
    world.settle_for(2 * HOUR).await;
    assert_eq!(mails(&world), 60);
    assert_eq!(world.mailbox().counts().texts, 60);
    for number in 0..60 {
        let feed = world
            .actor("school", &format!("p{number}"))
            .all("/v1/notifications")
            .await;
        assert_eq!(feed.len(), 1, "p{number}");
    }
    world
        .assert_consistent(&head, published["send_id"].as_str().expect("a send"))
        .await;
}

#[tokio::test]
async fn a_function_cut_off_between_ses_and_the_log_sends_no_second_copy() {
    let (world, head, template) = school_of(60).await;
    // The log's rows hang, and the function's time is over.
    let hangs = world.faults().add(FaultRule {
        contains: Some("dlv_".to_owned()),
        ..rule(
            Service::DynamoDb,
            "BatchWriteItem",
            Effect::Delay { ms: 8_000 },
            When::OneShot,
        )
    });
    world.runner().set_faults(
        "DeliverEmail",
        FunctionFaults {
            time_out: 1,
            cut_off_ms: 4_000,
            ..FunctionFaults::default()
        },
    );
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(hangs), 1);
    assert_eq!(mails(&world), 60);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60, "{:?}", rows.first());
    assert!(rows.iter().all(|row| row["resent_ambiguous"] == false));
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_planner_cut_off_in_the_middle_of_a_page_plans_the_rest() {
    let (world, head, template) = school_of(60).await;
    let hangs = world.faults().add(FaultRule {
        contains: Some("chunks".to_owned()),
        ..rule(
            Service::DynamoDb,
            "TransactWriteItems",
            Effect::Delay { ms: 8_000 },
            When::OneShot,
        )
    });
    world.runner().set_faults(
        "PlanSend",
        FunctionFaults {
            time_out: 1,
            cut_off_ms: 4_000,
            ..FunctionFaults::default()
        },
    );
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(hangs), 1);
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}
