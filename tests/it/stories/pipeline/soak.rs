//! A bit of everything at once, by seed.

use it::World;
use local::aws::{Effect, FaultRule, FeedbackFaults, QueueFaults, When};
use local::runner::SourceFaults;

use super::{school_of, to_all};
use crate::sends::{deliveries, sms_template, with_status};

fn anywhere(effect: Effect, p: f64, seed: u64) -> FaultRule {
    FaultRule {
        service: None,
        action: None,
        effect,
        when: When::Probability { p, seed },
        contains: None,
    }
}

fn trouble(world: &World, seed: u64) -> Vec<u64> {
    let effects = [
        Effect::DropRequest,
        Effect::DropResponse,
        Effect::Reset,
        Effect::Throttle,
        Effect::Error500,
        Effect::CancelTransaction {
            reason: "TransactionConflict".to_owned(),
        },
    ];
    let queue = QueueFaults {
        duplicate: 0.1,
        reorder: true,
        late_ms: 1_000,
        duplicate_after_ms: 0,
        seed,
    };
    for source in world.sources() {
        source.set_faults(SourceFaults {
            concurrent: 0.1,
            keep: 0.05,
            seed,
        });
        world
            .sqs()
            .set_faults(&source.mapping().queue, queue.clone())
            .expect("a queue");
    }
    world.aws().ses().set_feedback_faults(FeedbackFaults {
        drop: 0.05,
        duplicate: 0.1,
        reorder: true,
        seed,
        ..FeedbackFaults::default()
    });
    // A cancelled transaction is no answer to a call that is none.
    let mut rules: Vec<FaultRule> = effects
        .into_iter()
        .enumerate()
        .map(|(at, effect)| anywhere(effect, 0.02, seed * 10 + at as u64))
        .collect();
    if let Some(cancel) = rules.last_mut() {
        cancel.action = Some("TransactWriteItems".to_owned());
    }
    rules
        .into_iter()
        .map(|rule| world.faults().add(rule))
        .collect()
}

#[tokio::test]
async fn with_everything_going_wrong_now_and_then_all_invariants_hold() {
    for seed in 1..=3 {
        let (world, head, template) = school_of(60).await;
        // Five deliveries without luck are possible, and then somebody is told.
        world.expects_dead_letters();
        let text = sms_template(&head, "Hello").await;
        let by_mail = to_all(&head, &template).await;
        let by_text = to_all(&head, &text).await;
        let rules = trouble(&world, seed);
        world.settle_for(3_600).await;
        let fired: u64 = rules.iter().map(|rule| world.faults().fired(*rule)).sum();
        assert!(fired >= 3, "seed {seed}: {fired}");
        world.clear_faults();
        world.settle_for(24 * 3_600).await;
        assert!(
            world
                .dead_letters("DeliverEmail")
                .expect("a queue")
                .is_empty(),
            "seed {seed}"
        );
        for send in [&by_mail, &by_text] {
            let rows = deliveries(&head, send).await;
            assert_eq!(rows.len(), 60, "seed {seed}");
            // Bad luck twice in a row is told as unknown, never as a failure.
            let reached = rows.len() - with_status(&rows, "unknown");
            assert_eq!(
                with_status(&rows, "sent") + with_status(&rows, "delivered"),
                reached,
                "seed {seed}: {rows:?}"
            );
            world.assert_consistent(&head, send).await;
        }
    }
}
