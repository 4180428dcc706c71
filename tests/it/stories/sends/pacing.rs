//! P7, F5, F6: e-mails leave as fast as the account may send, and no faster.

use it::World;
use local::aws::{Effect, SendLimits, When};

use crate::pipeline::{mails, school_of, ses, to_all};
use crate::sends::{deliveries, with_status};

const HOUR: i64 = 3_600;

fn limits(world: &World, limits: SendLimits) {
    world.aws().ses().set_limits(limits);
}

fn rate(max_send_rate: f64) -> SendLimits {
    SendLimits {
        max_send_rate,
        ..SendLimits::default()
    }
}

/// Bulks that reached SES; a fault in front of it takes its calls before.
fn calls(world: &World) -> u64 {
    let usages = world.meter().snapshot();
    usages
        .get("ses.SendBulkEmail")
        .map_or(0, |usage| usage.calls)
}

/// Most recipients that any second held.
fn busiest_second(world: &World) -> usize {
    let filter = local::aws::mailbox::Filter::default();
    let mut at: Vec<i64> = world
        .mailbox()
        .list(&filter)
        .iter()
        .map(|item| item.at.as_millisecond())
        .collect();
    at.sort_unstable();
    let within = |from: &i64| {
        at.iter()
            .filter(|at| (*from..from + 1_000).contains(*at))
            .count()
    };
    at.iter().map(within).max().unwrap_or_default()
}

#[tokio::test]
async fn a_small_account_is_never_called_too_fast() {
    let (world, head, template) = school_of(60).await;
    // Four workers share it, so that each sends ten a second.
    limits(&world, rate(40.0));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(mails(&world), 60);
    assert_eq!(
        calls(&world),
        6,
        "as many recipients a call as go in a second"
    );
    assert!(busiest_second(&world) <= 40);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 60);
    assert!(rows.iter().all(|row| row["attempts"] == 1), "{rows:?}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn an_account_of_less_than_one_a_second_and_worker_gets_by() {
    let (world, head, template) = school_of(7).await;
    limits(&world, rate(1.0));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!((mails(&world), calls(&world)), (7, 7));
    assert_eq!(busiest_second(&world), 1);
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn told_to_slow_down_it_slows_down_and_is_as_fast_again_a_minute_later() {
    let (world, head, template) = school_of(50).await;
    limits(&world, rate(400.0));
    let slow = world
        .faults()
        .add(ses(Effect::Throttle, When::First { n: 3 }));
    let send = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(world.faults().fired(slow), 3);
    assert_eq!(mails(&world), 50, "nobody is lost, nobody gets two");
    assert!(calls(&world) >= 2, "fifty are too many for one call now");
    let rows = deliveries(&head, &send).await;
    assert!(rows.iter().all(|row| row["attempts"] == 1), "{rows:?}");
    world.assert_consistent(&head, &send).await;

    world.later(60).await;
    let before = calls(&world);
    let again = to_all(&head, &template).await;
    world.settle_for(HOUR).await;
    assert_eq!(calls(&world), before + 1, "fifty in one call again");
    world.assert_consistent(&head, &again).await;
}

#[tokio::test]
async fn being_told_to_slow_down_often_uses_up_no_attempts() {
    let (world, head, template) = school_of(120).await;
    let slow = world
        .faults()
        .add(ses(Effect::Throttle, When::First { n: 40 }));
    let send = to_all(&head, &template).await;
    world.settle_for(2 * HOUR).await;
    assert_eq!(world.faults().fired(slow), 40);
    assert_eq!(mails(&world), 120);
    let rows = deliveries(&head, &send).await;
    assert_eq!(with_status(&rows, "delivered"), 120);
    assert!(rows.iter().all(|row| row["attempts"] == 1), "{rows:?}");
    world.assert_consistent(&head, &send).await;
}

#[tokio::test]
async fn an_account_that_says_it_may_not_send_is_not_called() {
    for refused in [
        SendLimits {
            sending_enabled: false,
            ..SendLimits::default()
        },
        SendLimits {
            enforcement_status: "SHUTDOWN".to_owned(),
            ..SendLimits::default()
        },
    ] {
        let (world, head, template) = school_of(3).await;
        limits(&world, refused);
        let send = to_all(&head, &template).await;
        world.settle_for(2 * HOUR).await;
        let waiting = head.get(&format!("/v1/sends/{send}")).await.ok();
        assert_eq!(waiting["status"], "sending", "{waiting}");
        assert_eq!(calls(&world), 0);
        limits(&world, SendLimits::default());
        world.settle_for(HOUR).await;
        assert_eq!(mails(&world), 3);
        world.assert_consistent(&head, &send).await;
    }
}

#[tokio::test]
async fn what_a_daily_quota_does_not_hold_goes_the_next_day() {
    let (world, head, template) = school_of(60).await;
    limits(
        &world,
        SendLimits {
            max_24_hour_send: 45.0,
            ..SendLimits::default()
        },
    );
    let send = to_all(&head, &template).await;
    world.settle_for(12 * HOUR).await;
    assert_eq!(mails(&world), 45);
    assert!(
        calls(&world) <= 4,
        "it is not tried before: {}",
        calls(&world)
    );
    world.settle_for(13 * HOUR).await;
    assert_eq!(mails(&world), 60);
    world.assert_consistent(&head, &send).await;
}
