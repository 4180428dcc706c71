//! SES says no: for a while, for one recipient, for the whole account.

use local::aws::{Effect, FaultRule, When, wire::Service};

use super::{mails, rule, school_of, ses, to_all};
use crate::sends::{deliveries, of_user, with_status};

const HOUR: i64 = 3_600;

fn code(code: &str) -> Effect {
    Effect::Fail {
        code: code.to_owned(),
        status: 400,
    }
}

#[tokio::test]
async fn ses_says_slow_down_for_a_while_and_everybody_gets_one() {
    let (world, head, template) = school_of(60).await;
    let slow = world
        .faults()
        .add(ses(Effect::Throttle, When::First { n: 9 }));
    let send = to_all(&head, &template).await;
    world.settle().await;
    let running = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(running["status"], "sending", "{running}");
    assert_eq!(mails(&world), 0);
    world.settle_for(2 * HOUR).await;
    assert_eq!(world.faults().fired(slow), 9);
    assert_eq!(mails(&world), 60);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60);
    assert!(
        rows.iter().all(|row| row["resent_ambiguous"] == false),
        "nothing of it was ambiguous"
    );
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn entries_that_a_bulk_left_behind_go_later_and_only_they() {
    let (world, head, template) = school_of(50).await;
    let partly = world
        .faults()
        .add(ses(Effect::PartialBatch { k: 7 }, When::First { n: 3 }));
    let send = to_all(&head, &template).await;
    world.settle().await;
    assert_eq!(mails(&world), 43);
    world.settle_for(2 * HOUR).await;
    assert_eq!(world.faults().fired(partly), 3);
    assert_eq!(mails(&world), 50);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_provider_that_never_recovers_ends_in_failures_that_say_so() {
    let (world, head, template) = school_of(3).await;
    world
        .faults()
        .add(ses(Effect::PartialBatch { k: 50 }, When::Always));
    let send = to_all(&head, &template).await;
    world.settle_for(24 * HOUR).await;
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "failed"), 3, "{rows:?}");
    assert!(
        rows.iter().all(|row| row["reason"] == "transient_failure"),
        "{rows:?}"
    );
    assert_eq!(mails(&world), 0);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_message_that_is_rejected_fails_alone_and_at_once() {
    let (world, head, template) = school_of(3).await;
    for action in ["SendBulkEmail", "SendEmail"] {
        world.faults().add(FaultRule {
            contains: Some("p1@school.example".to_owned()),
            ..rule(Service::Ses, action, code("MessageRejected"), When::Always)
        });
    }
    let send = to_all(&head, &template).await;
    world.settle().await;
    let rows = deliveries(&head, &send).await;
    assert_eq!(of_user(&rows, "p1")["status"], "failed");
    assert_eq!(of_user(&rows, "p1")["reason"], "MessageRejected");
    assert_eq!(with_status(&rows, "delivered"), 2, "{rows:?}");
    assert_eq!(mails(&world), 2);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn an_account_that_may_not_send_makes_sends_wait_not_fail() {
    for word in [
        "AccountSuspendedException",
        "SendingPausedException",
        "MailFromDomainNotVerifiedException",
    ] {
        let (world, head, template) = school_of(2).await;
        let paused = world.faults().add(ses(code(word), When::First { n: 12 }));
        let send = to_all(&head, &template).await;
        world.settle_for(HOUR).await;
        let waiting = head.get(&format!("/v1/sends/{send}")).await.ok();
        assert_eq!(waiting["status"], "sending", "{word}: {waiting}");
        world.settle_for(24 * HOUR).await;
        assert_eq!(world.faults().fired(paused), 12, "{word}");
        assert_eq!(mails(&world), 2, "{word}");
        world.assert_consistent(&head, &send).await;
    }
}

#[tokio::test]
async fn a_daily_quota_that_is_used_up_is_waited_for() {
    let (world, head, template) = school_of(2).await;
    let quota = world
        .faults()
        .add(ses(code("LimitExceededException"), When::Always));
    let send = to_all(&head, &template).await;
    world.settle_for(20 * HOUR).await;
    assert!(world.faults().fired(quota) > 7);
    world.faults().clear();
    world.settle_for(4 * HOUR).await;
    assert_eq!(mails(&world), 2);
    world.assert_consistent(&head, &send).await;
}
