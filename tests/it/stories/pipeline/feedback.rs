//! What the provider reports: bounces, complaints, late, twice, in disorder,
//! and made up.

use it::World;
use local::aws::FeedbackFaults;
use local::aws::sqs::NewMessage;
use serde_json::json;

use super::{mails, rule, school_of, to_all};
use crate::sends::{deliveries, email_template, of_user, send, with_status};

const HOUR: i64 = 3_600;

async fn with_simulator(fates: &[&str]) -> (World, it::Actor, String) {
    let (world, head) = crate::sends::school().await;
    for fate in fates {
        let email = format!("{fate}@simulator.amazonses.com");
        world
            .add_as(
                &head,
                json!({"id": fate, "name": fate, "email": email, "roles": ["student"]}),
            )
            .await;
    }
    let template = email_template(&head, "Hello", "Hello").await;
    (world, head, template)
}

#[tokio::test]
async fn a_bounce_or_complaint_is_recorded_counted_and_never_written_to_again() {
    let (world, head, template) = with_simulator(&["success", "bounce", "complaint"]).await;
    let first = to_all(&head, &template).await;
    world.settle().await;
    let rows = deliveries(&head, &first).await;
    assert_eq!(of_user(&rows, "success")["status"], "delivered");
    assert_eq!(of_user(&rows, "bounce")["status"], "bounced");
    assert_eq!(
        of_user(&rows, "bounce")["reason"],
        "bounce_permanent_general"
    );
    assert_eq!(of_user(&rows, "complaint")["status"], "complained");
    let body = head.get(&format!("/v1/sends/{first}")).await.ok();
    assert_eq!(
        body["progress"]["by_channel"]["email"]["bounced"], 1,
        "{body}"
    );
    let statistics = head.get("/v1/communication-logs/statistics").await.ok();
    assert_eq!(statistics["overall"]["total_sent"], 2, "{statistics}");
    assert_eq!(statistics["overall"]["total_failed"], 1);
    assert_eq!(statistics["overall"]["success_rate"], 66.67);
    world.assert_consistent(&head, &first).await;

    let second = to_all(&head, &template).await;
    world.settle().await;
    let rows = deliveries(&head, &second).await;
    assert_eq!(of_user(&rows, "success")["status"], "delivered");
    for user in ["bounce", "complaint"] {
        assert_eq!(of_user(&rows, user)["status"], "skipped");
        assert_eq!(of_user(&rows, user)["reason"], "suppressed");
    }
    assert_eq!(mails(&world), 4);
    world.assert_consistent(&head, &second).await;

    // An urgent one passes a preference, never a suppression.
    let body = json!({"recipients": ["role:student"], "priority": "urgent"});
    let urgent = crate::sends::send_with(&head, &template, body).await;
    world.settle().await;
    assert_eq!(with_status(&deliveries(&head, &urgent).await, "skipped"), 2);
    // Another tenant's list is its own.
    let other = world.tenant("other").await;
    let theirs = email_template(&other, "Hello", "Hello").await;
    let theirs = send(&other, &theirs, &["bounce@simulator.amazonses.com"]).await;
    world.settle().await;
    assert_eq!(
        with_status(&deliveries(&other, &theirs).await, "bounced"),
        1
    );
    world.assert_consistent(&other, &theirs).await;
}

#[tokio::test]
async fn a_mail_that_ses_rejects_afterwards_has_bounced_and_suppresses_nobody() {
    let (world, head, template) = with_simulator(&["reject"]).await;
    let first = to_all(&head, &template).await;
    world.settle().await;
    let rows = deliveries(&head, &first).await;
    assert_eq!(of_user(&rows, "reject")["status"], "bounced");
    assert_eq!(of_user(&rows, "reject")["reason"], "rejected");
    world.assert_consistent(&head, &first).await;
    let second = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(with_status(&deliveries(&head, &second).await, "skipped"), 0);
}

#[tokio::test]
async fn reports_twice_late_and_in_the_wrong_order_end_the_same() {
    for (delay_ms, reorder) in [(0, true), (90_000, true), (0, false)] {
        let (world, head, template) =
            with_simulator(&["success", "bounce", "complaint", "success2"]).await;
        let faults = FeedbackFaults {
            duplicate: 1.0,
            delay_ms,
            reorder,
            ..FeedbackFaults::default()
        };
        world.aws().ses().set_feedback_faults(faults);
        let send = to_all(&head, &template).await;
        world.settle_for(HOUR).await;
        let rows = deliveries(&head, &send).await;
        assert_eq!(with_status(&rows, "delivered"), 2, "{rows:?}");
        assert_eq!(with_status(&rows, "bounced"), 1);
        assert_eq!(with_status(&rows, "complained"), 1);
        world.assert_consistent(&head, &send).await;
    }
}

#[tokio::test]
async fn reports_while_the_table_conflicts_are_counted_once() {
    use local::aws::{Effect, When, wire::Service};
    let (world, head, template) = school_of(30).await;
    let late = FeedbackFaults {
        delay_ms: 60_000,
        ..FeedbackFaults::default()
    };
    world.aws().ses().set_feedback_faults(late);
    let send = to_all(&head, &template).await;
    world.settle().await;
    // As often as the SDK asks: the reports are counted, and nobody is told.
    let conflicts = world.faults().add(rule(
        Service::DynamoDb,
        "TransactWriteItems",
        Effect::DropResponse,
        When::First { n: 3 },
    ));
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(conflicts), 3);
    world.faults().clear();
    world.settle_for(HOUR).await;
    assert_eq!(
        with_status(&deliveries(&head, &send).await, "delivered"),
        30
    );
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_report_that_we_did_not_sign_changes_nothing() {
    let (world, head, template) = school_of(2).await;
    let send = to_all(&head, &template).await;
    world.settle().await;
    let mail = world.emails_to("p0@school.example")[0].clone();
    let tags = mail.email().expect("an e-mail").tags.clone();
    let forged = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut event = json!({
            "eventType": "Bounce",
            "mail": {"messageId": mail.id, "destination": ["p0@school.example"], "tags": {}},
            "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": []},
        });
        for (name, value) in &tags {
            event["mail"]["tags"][name] = json!([value]);
        }
        change(&mut event);
        NewMessage::text(json!({"Type": "Notification", "Message": event.to_string()}).to_string())
    };
    let other = mail_of(&world, "p1@school.example", "did");
    let events = [
        forged(&|event| event["mail"]["tags"]["sig"] = json!(["made-up"])),
        forged(&|event| event["mail"]["tags"] = json!({})),
        forged(&|event| event["mail"]["tags"]["did"] = json!([other])),
        forged(&|event| event["mail"]["tags"]["tid"] = json!(["b3RoZXI"])),
    ];
    for event in events {
        world
            .sqs()
            .send("RecordFeedbackQueue", event)
            .expect("the queue takes it");
    }
    world.settle_for(HOUR).await;
    assert_eq!(with_status(&deliveries(&head, &send).await, "delivered"), 2);
    let again = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(
        with_status(&deliveries(&head, &again).await, "delivered"),
        2,
        "nobody is suppressed"
    );
    world.assert_consistent(&head, &again).await;
    // The same with the signature that it came with does count: the story can tell.
    world
        .sqs()
        .send("RecordFeedbackQueue", forged(&|_| {}))
        .expect("the queue takes it");
    world.settle().await;
    assert_eq!(
        of_user(&deliveries(&head, &send).await, "p0")["status"],
        "bounced"
    );
}

fn mail_of(world: &World, address: &str, tag: &str) -> String {
    world.emails_to(address)[0]
        .email()
        .and_then(|email| email.tags.get(tag).cloned())
        .expect("a tag")
}

#[tokio::test]
async fn a_report_that_cannot_be_read_is_set_aside() {
    let (world, _head, _) = school_of(0).await;
    world.expects_dead_letters();
    for body in ["nonsense", "{}", "{\"Message\":\"{}\"}"] {
        world
            .sqs()
            .send("RecordFeedbackQueue", NewMessage::text(body))
            .expect("the queue takes it");
    }
    world.settle().await;
    assert_eq!(
        world
            .dead_letters("RecordFeedback")
            .expect("a dead-letter queue")
            .len(),
        3
    );
}
