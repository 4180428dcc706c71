//! SNS has neither a tag nor a look-up: what is ambiguous ends as unknown,
//! unless it is urgent, which is sent once more.

use local::aws::{Effect, When, wire::Service};
use serde_json::json;

use super::rule;
use crate::sends::{deliveries, pupils, send, send_with, sms_template, with_status};

const HOUR: i64 = 3_600;

#[tokio::test]
async fn sns_says_slow_down_and_every_number_gets_one() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 30).await;
    let template = sms_template(&head, "Hello").await;
    let slow = world.faults().add(rule(
        Service::Sns,
        "Publish",
        Effect::Throttle,
        When::Probability { p: 0.2, seed: 3 },
    ));
    let send = send(&head, &template, &["role:student"]).await;
    world.settle_for(HOUR).await;
    assert!(world.faults().fired(slow) >= 3);
    world.faults().clear();
    world.settle_for(8 * HOUR).await;
    assert_eq!(world.mailbox().counts().texts, 30);
    assert_eq!(with_status(&deliveries(&head, &send).await, "sent"), 30);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_text_that_may_have_gone_is_not_repeated_and_the_others_go() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 10).await;
    let template = sms_template(&head, "Hello").await;
    world.faults().add(rule(
        Service::Sns,
        "Publish",
        Effect::DropResponse,
        When::Nth { n: 4 },
    ));
    let send = send(&head, &template, &["role:student"]).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.mailbox().counts().texts, 10);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "sent"), 9, "{rows:?}");
    assert_eq!(with_status(&rows, "unknown"), 1);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn an_urgent_text_that_may_have_gone_goes_once_more() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 5).await;
    let template = sms_template(&head, "Hello").await;
    world.faults().add(rule(
        Service::Sns,
        "Publish",
        Effect::DropResponse,
        When::Nth { n: 2 },
    ));
    let send = send_with(
        &head,
        &template,
        json!({"recipients": ["role:student"], "priority": "urgent"}),
    )
    .await;
    world.settle_for(HOUR).await;
    assert_eq!(world.mailbox().counts().texts, 6);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "sent"), 5, "{rows:?}");
    assert_eq!(
        rows.iter()
            .filter(|row| row["resent_ambiguous"] == true)
            .count(),
        1
    );
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_number_that_cannot_be_texted_fails_alone() {
    let (world, head) = crate::sends::school().await;
    pupils(&world, &head, 5).await;
    let template = sms_template(&head, "Hello").await;
    let refuse = Effect::Fail {
        code: "InvalidParameter".to_owned(),
        status: 400,
    };
    world
        .faults()
        .add(rule(Service::Sns, "Publish", refuse, When::Nth { n: 3 }));
    let send = send(&head, &template, &["role:student"]).await;
    world.settle().await;
    let rows = deliveries(&head, &send).await;
    assert_eq!(
        (with_status(&rows, "sent"), with_status(&rows, "failed")),
        (4, 1),
        "{rows:?}"
    );
    world.assert_consistent(&head, &send).await;
}
