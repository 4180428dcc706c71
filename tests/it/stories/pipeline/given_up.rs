//! What becomes of recipients whose message is given up: everybody has an end,
//! the send completes, and giving the message back tries those again whom
//! certainly nothing reached.

use it::World;
use local::aws::{Effect, FaultRule, When, wire::Service};
use serde_json::json;

use super::ambiguous::lose_events;
use super::{give_back, mails, reasons, rule, school_of, ses, to_all};
use crate::sends::{deliveries, pupils, send_with, sms_template, with_status};

const HOUR: i64 = 3_600;
/// Longer than the visibility timeout of a queue.
const RETURNED: i64 = 200;

/// Nobody can read the settings of the tenant, which every delivery does first.
fn unreadable(world: &World) -> u64 {
    world.faults().add(FaultRule {
        contains: Some("SETTINGS".to_owned()),
        ..rule(Service::DynamoDb, "GetItem", Effect::Error500, When::Always)
    })
}

#[tokio::test]
async fn who_was_certainly_not_reached_has_failed_and_gets_it_when_given_back() {
    let (world, head, template) = school_of(60).await;
    world.expects_dead_letters();
    let send = to_all(&head, &template).await;
    let broken = unreadable(&world);
    world.settle_for(HOUR).await;
    world.faults().remove(broken);
    assert_eq!(mails(&world), 0);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "failed"), 60, "{:?}", rows.first());
    assert!(rows.iter().all(|row| row["reason"] == "given_up"));
    world.assert_consistent(&head, &send).await;
    let told = reasons(&world, "DeliverEmail");
    assert!(
        told.iter().all(|reason| reason.contains("unavailable")),
        "{told:?}"
    );
    // The sweeper has long kept its figures when somebody gives it back, and
    // again by mistake.
    world.later(13 * 86_400).await;
    let bodies = give_back(&world, "DeliverEmail");
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60, "{:?}", rows.first());
    world.assert_consistent(&head, &send).await;
    super::put(&world, "DeliverEmailQueue", &bodies);
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn who_may_have_been_reached_is_unknown_and_gets_no_second_copy() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    lose_events(&world);
    // Accepted, but the function died before it could write that down.
    let killed = world.faults().add(ses(
        Effect::Kill {
            function: "DeliverEmail".to_owned(),
            after: true,
        },
        When::OneShot,
    ));
    let send = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(world.faults().fired(killed), 1);
    assert_eq!(mails(&world), 3);
    let broken = unreadable(&world);
    world.settle_for(HOUR).await;
    world.faults().remove(broken);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "unknown"), 3, "{rows:?}");
    world.assert_consistent(&head, &send).await;
    give_back(&world, "DeliverEmail");
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 3, "nothing leaves again");
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "unknown"), 3, "{rows:?}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_report_after_the_end_still_counts() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    world
        .aws()
        .ses()
        .set_feedback_faults(local::aws::FeedbackFaults {
            delay_ms: 2 * HOUR * 1_000,
            ..Default::default()
        });
    world.faults().add(ses(
        Effect::Kill {
            function: "DeliverEmail".to_owned(),
            after: true,
        },
        When::OneShot,
    ));
    let send = to_all(&head, &template).await;
    world.settle().await;
    let broken = unreadable(&world);
    world.settle_for(HOUR).await;
    world.faults().remove(broken);
    assert_eq!(with_status(&deliveries(&head, &send).await, "unknown"), 3);
    world.settle_for(3 * HOUR).await;
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 3, "{rows:?}");
    assert_eq!(mails(&world), 3);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_crash_while_given_back_is_reconciled_with_the_reports() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    let send = to_all(&head, &template).await;
    let broken = unreadable(&world);
    world.settle_for(HOUR).await;
    world.faults().remove(broken);
    world.faults().add(ses(
        Effect::Kill {
            function: "DeliverEmail".to_owned(),
            after: true,
        },
        When::OneShot,
    ));
    give_back(&world, "DeliverEmail");
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 3);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 3, "{rows:?}");
    assert!(rows.iter().all(|row| row["resent_ambiguous"] == false));
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn what_cannot_even_be_recorded_goes_on_when_it_is_given_back() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    let broken = world.faults().add(rule(
        Service::DynamoDb,
        "BatchGetItem",
        Effect::Error500,
        When::Always,
    ));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    world.faults().remove(broken);
    let body = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(body["status"], "sending", "{body}");
    give_back(&world, "DeliverEmail");
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 3);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn texts_that_are_given_up_have_failed_and_go_when_given_back() {
    let (world, head) = crate::sends::school().await;
    world.expects_dead_letters();
    pupils(&world, &head, 30).await;
    let template = sms_template(&head, "Hello").await;
    let send = crate::sends::send(&head, &template, &["role:student"]).await;
    let broken = unreadable(&world);
    world.settle_for(HOUR).await;
    world.faults().remove(broken);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "failed"), 30, "{:?}", rows.first());
    world.assert_consistent(&head, &send).await;
    give_back(&world, "DeliverSms");
    world.settle_for(HOUR).await;
    assert_eq!(world.mailbox().counts().texts, 30);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_template_that_is_gone_is_the_reason_in_the_log() {
    let (world, head, template) = school_of(2).await;
    world.expects_dead_letters();
    let text = sms_template(&head, "Hello").await;
    let by_mail = to_all(&head, &template).await;
    let by_text = to_all(&head, &text).await;
    for template in [&template, &text] {
        let key = json!({"pk": {"S": format!("T#school#TPL#{template}")}, "sk": {"S": "V#000001"}});
        world.dynamo("DeleteItem", json!({"Key": key})).await;
    }
    world.settle_for(HOUR).await;
    for send in [&by_mail, &by_text] {
        let rows = deliveries(&head, send).await;
        assert_eq!(with_status(&rows, "failed"), 2, "{rows:?}");
        assert!(rows.iter().all(|row| row["reason"] == "template_missing"));
        world.assert_consistent(&head, send).await;
    }
    assert_eq!(reasons(&world, "DeliverEmail"), ["template_missing"]);
    assert_eq!(reasons(&world, "DeliverSms"), ["template_missing"]);
    assert_eq!(mails(&world), 0);
}

#[tokio::test]
async fn an_urgent_mail_is_given_up_within_hours_that_others_wait_out() {
    let (world, head, template) = school_of(2).await;
    // The provider takes none of the entries.
    world
        .faults()
        .add(ses(Effect::PartialBatch { k: 50 }, When::Always));
    let usual = to_all(&head, &template).await;
    let body = json!({"recipients": ["role:student"], "priority": "urgent"});
    let urgent = send_with(&head, &template, body).await;
    world.settle_for(2 * HOUR).await;
    let rows = deliveries(&head, &urgent).await;
    assert_eq!(with_status(&rows, "failed"), 2, "{rows:?}");
    let waits = head.get(&format!("/v1/sends/{usual}")).await.ok();
    assert_eq!(waits["status"], "sending", "{waits}");
    world.settle_for(14 * HOUR).await;
    let rows = deliveries(&head, &usual).await;
    assert_eq!(with_status(&rows, "failed"), 2, "{rows:?}");
    assert_eq!(mails(&world), 0);
    world.assert_consistent(&head, &usual).await;
}

#[tokio::test]
async fn a_message_given_up_while_another_function_is_at_it_is_left_to_that_one() {
    let (world, head, template) = school_of(3).await;
    world.expects_dead_letters();
    // The fifth delivery dies after its claim, which nobody knows of then.
    let send = to_all(&head, &template).await;
    let broken = unreadable(&world);
    for _ in 0..3 {
        world.settle().await;
        world.later(RETURNED).await;
    }
    world.settle().await;
    world.faults().remove(broken);
    world.faults().add(FaultRule {
        contains: Some("dlv_".to_owned()),
        ..rule(
            Service::DynamoDb,
            "BatchWriteItem",
            Effect::DropRequest,
            When::First { n: 3 },
        )
    });
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 3);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 3, "{rows:?}");
    world.assert_consistent(&head, &send).await;
    assert!(reasons(&world, "DeliverEmail").is_empty());
}
