//! What goes wrong, by rate and seed: calls of every service, functions that are
//! killed, queues, event sources and the provider's reports.

use it::World;
use local::aws::wire::Service;
use local::aws::{Effect, FaultRule, FeedbackFaults, QueueFaults, When};
use local::runner::SourceFaults;

/// Functions that are killed, each at a call that it makes for what it does.
const KILLED: [(&str, Service, &str); 8] = [
    ("PlanSend", Service::Sqs, "SendMessageBatch"),
    ("DeliverInApp", Service::DynamoDb, "BatchWriteItem"),
    ("DeliverEmail", Service::DynamoDb, "UpdateItem"),
    ("DeliverEmail", Service::Ses, "SendBulkEmail"),
    ("DeliverSms", Service::DynamoDb, "UpdateItem"),
    ("DeliverSms", Service::Sns, "Publish"),
    ("RecordFeedback", Service::DynamoDb, "TransactWriteItems"),
    ("Announcements", Service::DynamoDb, "TransactWriteItems"),
];

/// A kill ends every invocation of its function, whoever made the call, so it
/// is this much rarer than what befalls one call.
const KILLED_LESS: f64 = 10.0;

/// Rules in force, by what they do.
pub struct Trouble(Vec<(String, u64)>);

impl Trouble {
    /// Makes everything go wrong at a rate.
    pub fn begin(world: &World, rate: f64, seed: u64) -> Self {
        knobs(world, rate, seed);
        let calls = calls().into_iter().map(|rule| (rate, rule));
        let kills = kills().into_iter().map(|rule| (rate / KILLED_LESS, rule));
        let rules = calls.chain(kills).enumerate();
        let rules = rules.map(|(at, (p, (name, mut rule)))| {
            let seed = seed * 1_000 + at as u64;
            rule.when = When::Probability { p, seed };
            (name, world.faults().add(rule))
        });
        Self(rules.collect())
    }

    /// How often each fired.
    pub fn fired(&self, world: &World) -> Vec<(String, u64)> {
        let fired = |(name, rule): &(String, u64)| (name.clone(), world.faults().fired(*rule));
        self.0.iter().map(fired).collect()
    }
}

fn rule(service: Option<Service>, action: Option<&str>, effect: Effect) -> FaultRule {
    FaultRule {
        service,
        action: action.map(str::to_owned),
        effect,
        when: When::Always,
        contains: None,
    }
}

fn calls() -> Vec<(String, FaultRule)> {
    let anywhere = [
        ("request lost", Effect::DropRequest),
        ("answer lost", Effect::DropResponse),
        ("connection reset", Effect::Reset),
        ("throttled", Effect::Throttle),
        ("500", Effect::Error500),
    ];
    let mut all: Vec<_> = anywhere
        .map(|(name, effect)| (name.to_owned(), rule(None, None, effect)))
        .into();
    let cancelled = Effect::CancelTransaction {
        reason: "TransactionConflict".to_owned(),
    };
    for (name, service, action, effect) in [
        (
            "transaction conflict",
            Service::DynamoDb,
            "TransactWriteItems",
            cancelled,
        ),
        (
            "rows unprocessed",
            Service::DynamoDb,
            "BatchWriteItem",
            Effect::Unprocessed { k: 5 },
        ),
        (
            "entries of a batch failed",
            Service::Sqs,
            "SendMessageBatch",
            Effect::PartialBatch { k: 3 },
        ),
        (
            "tasks sent twice",
            Service::Sqs,
            "SendMessageBatch",
            Effect::Duplicate,
        ),
    ] {
        all.push((name.to_owned(), rule(Some(service), Some(action), effect)));
    }
    all
}

fn kills() -> Vec<(String, FaultRule)> {
    let mut all = Vec::new();
    for (function, service, action) in KILLED {
        for after in [false, true] {
            let effect = Effect::Kill {
                function: function.to_owned(),
                after,
            };
            let when = if after { "after" } else { "before" };
            let name = format!("{function} killed {when} {action}");
            all.push((name, rule(Some(service), Some(action), effect)));
        }
    }
    all
}

fn knobs(world: &World, rate: f64, seed: u64) {
    for source in world.sources() {
        source.set_faults(SourceFaults {
            concurrent: rate,
            keep: rate,
            seed,
        });
        let queue = QueueFaults {
            duplicate: rate,
            reorder: true,
            late_ms: 1_000,
            duplicate_after_ms: 0,
            seed,
        };
        world
            .sqs()
            .set_faults(&source.mapping().queue, queue)
            .expect("a queue");
    }
    world.aws().ses().set_feedback_faults(FeedbackFaults {
        drop: rate / 10.0,
        duplicate: rate,
        reorder: true,
        seed,
        ..FeedbackFaults::default()
    });
}
