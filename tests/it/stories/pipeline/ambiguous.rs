//! Nobody knows whether an e-mail left: the provider's own report decides, and
//! without one it is sent once more, flagged, and never a third time.

use it::World;
use local::aws::{Effect, FeedbackFaults, When};
use serde_json::Value;

use super::{mails, school_of, ses, to_all};
use crate::sends::{deliveries, with_status};

/// Longer than all waits of an ambiguous chunk together.
const LONG: i64 = 3_600;

pub(super) fn lose_events(world: &World) {
    world.aws().ses().set_feedback_faults(FeedbackFaults {
        drop: 1.0,
        ..FeedbackFaults::default()
    });
}

fn flagged(rows: &[Value]) -> usize {
    rows.iter()
        .filter(|row| row["resent_ambiguous"] == true)
        .count()
}

#[tokio::test]
async fn a_lost_reply_is_settled_by_the_send_event() {
    let (world, head, template) = school_of(60).await;
    let lost = world
        .faults()
        .add(ses(Effect::DropResponse, When::First { n: 2 }));
    let send = to_all(&head, &template).await;
    world.settle_for(LONG).await;
    assert_eq!(world.faults().fired(lost), 2);
    assert_eq!(mails(&world), 60);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60, "{:?}", rows.first());
    assert_eq!(flagged(&rows), 0);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_lost_reply_with_lost_events_is_sent_once_more_and_flagged() {
    let (world, head, template) = school_of(3).await;
    lose_events(&world);
    world.faults().add(ses(Effect::DropResponse, When::OneShot));
    let send = to_all(&head, &template).await;
    world.settle_for(LONG).await;
    assert_eq!(mails(&world), 6);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "sent"), 3);
    assert_eq!(flagged(&rows), 3);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn two_lost_replies_with_lost_events_end_as_unknown_and_never_leave_a_third_time() {
    let (world, head, template) = school_of(3).await;
    lose_events(&world);
    world
        .faults()
        .add(ses(Effect::DropResponse, When::First { n: 2 }));
    let send = to_all(&head, &template).await;
    world.settle_for(LONG).await;
    assert_eq!(mails(&world), 6);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "unknown"), 3, "{rows:?}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_report_that_comes_after_giving_up_still_counts() {
    let (world, head, template) = school_of(2).await;
    let late = FeedbackFaults {
        delay_ms: 600_000,
        ..FeedbackFaults::default()
    };
    world.aws().ses().set_feedback_faults(late);
    world
        .faults()
        .add(ses(Effect::DropResponse, When::First { n: 2 }));
    let send = to_all(&head, &template).await;
    world.settle_for(LONG).await;
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 2, "{rows:?}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn a_lost_request_is_sent_after_the_reports_had_their_time() {
    for effect in [Effect::DropRequest, Effect::Reset, Effect::Error500] {
        let (world, head, template) = school_of(3).await;
        let lost = world.faults().add(ses(effect.clone(), When::OneShot));
        let send = to_all(&head, &template).await;
        world.settle().await;
        assert_eq!(mails(&world), 0, "{effect:?}");
        world.settle_for(60).await;
        assert_eq!(mails(&world), 0, "{effect:?}: an event could still come");
        world.settle_for(LONG).await;
        assert_eq!(world.faults().fired(lost), 1, "{effect:?}");
        assert_eq!(mails(&world), 3, "{effect:?}");
        world.assert_consistent(&head, &send).await;
    }
}

#[tokio::test]
async fn ses_is_broken_for_five_minutes_and_everybody_gets_one_afterwards() {
    let (world, head, template) = school_of(60).await;
    let broken = world.faults().add(ses(Effect::Error500, When::Always));
    let send = to_all(&head, &template).await;
    world.settle_for(300).await;
    assert!(world.faults().fired(broken) >= 3);
    assert_eq!(mails(&world), 0);
    world.faults().clear();
    world.settle_for(4 * LONG).await;
    assert_eq!(mails(&world), 60);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60, "{:?}", rows.first());
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn part_of_the_events_lost_sends_only_that_part_again() {
    let (world, head, template) = school_of(50).await;
    let half = FeedbackFaults {
        drop: 0.5,
        seed: 7,
        ..FeedbackFaults::default()
    };
    world.aws().ses().set_feedback_faults(half);
    world.faults().add(ses(Effect::DropResponse, When::OneShot));
    let send = to_all(&head, &template).await;
    world.settle_for(LONG).await;
    let rows = deliveries(&head, &send).await;
    let again = flagged(&rows);
    assert!(again > 0 && again < 50, "{again}");
    assert_eq!(mails(&world), 50 + again as u64);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn what_may_have_left_before_it_was_cancelled_is_not_called_skipped() {
    let (world, head, template) = school_of(3).await;
    lose_events(&world);
    world.faults().add(ses(Effect::DropResponse, When::OneShot));
    let send = to_all(&head, &template).await;
    world.settle().await;
    head.post(&format!("/v1/sends/{send}/cancel"), serde_json::json!({}))
        .await
        .ok();
    world.settle_for(LONG).await;
    assert_eq!(mails(&world), 3);
    assert_eq!(with_status(&deliveries(&head, &send).await, "unknown"), 3);
    world.assert_consistent(&head, &send).await;
}
