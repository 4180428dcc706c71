//! What is missing is said in a sentence, by the route that anybody may call and
//! by the tool.

use it::World;
use local::aws::{Effect, SendLimits, TextLimits, When, wire::Service};
use serde_json::{Value, json};

use super::{about, operate, well};
use crate::pipeline::rule;

const MINUTE: i64 = 60;
const QUARTER: i64 = 15 * MINUTE;

/// What the route tells; it needs nobody's credential.
async fn health(world: &World) -> Value {
    world.anonymous().get("/v1/health").await.ok()
}

/// Times that SES or SNS was asked something.
fn asked(world: &World, call: &str) -> u64 {
    let usages = world.meter().snapshot();
    usages.get(call).map_or(0, |usage| usage.calls)
}

fn sends(world: &World, limits: SendLimits) {
    world.aws().ses().set_limits(limits);
}

#[tokio::test]
async fn a_deployment_in_which_all_is_well_says_so() {
    let (world, _head) = World::school().await;
    world.later(MINUTE).await;
    let told = health(&world).await;
    assert_eq!(
        (&told["status"], &told["table"]),
        (&json!("ok"), &json!("ok"))
    );
    for part in ["sweeper", "e-mail account", "e-mail sender", "text account"] {
        let (sentence, part_well) = about(&told, part);
        assert!(part_well && sentence.ends_with('.'), "{part}: {sentence}");
    }
    assert!(
        !told.to_string().contains('@'),
        "no address is told: {told}"
    );
    let told = well(&world, &["health"]).await;
    let (sentence, _) = about(&told, "e-mail sender");
    assert!(
        sentence.contains("us-east-1"),
        "the sender is known: {sentence}"
    );
}

#[tokio::test]
async fn a_sender_that_is_not_verified_in_this_region_is_told_of() {
    let (world, _head) = World::school().await;
    sends(
        &world,
        SendLimits {
            verified: false,
            ..SendLimits::default()
        },
    );
    world.later(MINUTE).await;
    let told = health(&world).await;
    assert_eq!(told["status"], "degraded", "the rest works: {told}");
    let (sentence, sender_well) = about(&told, "e-mail sender");
    assert!(!sender_well && sentence.contains("us-east-1"), "{sentence}");
    let (tool, all_well) = operate(&world, &["health"]).await.expect("an answer");
    assert!(!all_well);
    assert_eq!(about(&tool, "e-mail sender"), (sentence, false));

    sends(&world, SendLimits::default());
    world.later(QUARTER).await;
    assert_eq!(health(&world).await["status"], "ok");
}

#[tokio::test]
async fn sandboxes_and_an_account_that_is_paused_are_told_of() {
    let (world, _head) = World::school().await;
    sends(
        &world,
        SendLimits {
            production_access: false,
            ..SendLimits::default()
        },
    );
    world.aws().sns().set_limits(TextLimits { sandbox: true });
    world.later(MINUTE).await;
    let told = health(&world).await;
    assert_eq!(told["status"], "degraded", "{told}");
    let (emails, emails_well) = about(&told, "e-mail account");
    assert!(!emails_well && emails.contains("SES sandbox"), "{emails}");
    let (texts, texts_well) = about(&told, "text account");
    assert!(!texts_well && texts.contains("SMS sandbox"), "{texts}");
    assert!(about(&told, "e-mail sender").1);

    world.clear_faults();
    sends(
        &world,
        SendLimits {
            sending_enabled: false,
            ..SendLimits::default()
        },
    );
    world.later(QUARTER).await;
    let told = health(&world).await;
    let (emails, emails_well) = about(&told, "e-mail account");
    assert!(!emails_well && emails.contains("paused"), "{emails}");
    assert!(about(&told, "text account").1);
}

#[tokio::test]
async fn a_region_without_the_service_or_the_account_is_named() {
    let (world, _head) = World::school().await;
    let ses = |action, effect| rule(Service::Ses, action, effect, When::Always);
    world.faults().add(ses("GetAccount", Effect::DropRequest));
    let stranger = Effect::Fail {
        code: "UnrecognizedClientException".to_owned(),
        status: 403,
    };
    world.faults().add(ses("GetEmailIdentity", stranger));
    let forbidden = Effect::Fail {
        code: "AuthorizationError".to_owned(),
        status: 403,
    };
    let sns = rule(
        Service::Sns,
        "GetSMSSandboxAccountStatus",
        forbidden,
        When::Always,
    );
    world.faults().add(sns);
    world.later(MINUTE).await;
    let told = health(&world).await;
    for (part, said) in [
        ("e-mail account", "SES cannot be reached in us-east-1"),
        (
            "e-mail sender",
            "SES does not know this account in us-east-1",
        ),
        ("text account", "SNS may not be asked in us-east-1"),
    ] {
        let (sentence, part_well) = about(&told, part);
        assert!(!part_well && sentence.starts_with(said), "{sentence}");
    }
    assert!(about(&told, "sweeper").1, "it did the rest: {told}");
}

#[tokio::test]
async fn a_sweeper_that_does_not_run_is_told_of() {
    let (world, _head) = World::school().await;
    let told = health(&world).await;
    assert_eq!(told["status"], "degraded", "{told}");
    let (sentence, sweeper_well) = about(&told, "sweeper");
    assert!(
        !sweeper_well && sentence.contains("not run yet"),
        "{sentence}"
    );

    world.later(MINUTE).await;
    assert!(about(&health(&world).await, "sweeper").1);
    // The clock goes on and nobody fires the schedule.
    world.clock().advance(jiff::SignedDuration::from_mins(10));
    let told = health(&world).await;
    let (sentence, sweeper_well) = about(&told, "sweeper");
    assert!(
        !sweeper_well && sentence.contains("not run since 2"),
        "{sentence}"
    );
    let (tool, all_well) = operate(&world, &["health"]).await.expect("an answer");
    assert!(!all_well);
    assert_eq!(about(&tool, "sweeper"), (sentence, false));

    world.sweep().await.expect("it runs again");
    assert_eq!(health(&world).await["status"], "ok");
}

#[tokio::test]
async fn ses_and_sns_are_asked_once_a_quarter_of_an_hour_and_never_by_a_request() {
    let (world, _head) = World::school().await;
    world.meter().reset();
    for quarter in 1..=3 {
        for _ in 0..15 {
            world.later(MINUTE).await;
            // A run that comes twice, and requests in between.
            world.sweep().await.expect("it runs");
            health(&world).await;
        }
        for call in [
            "ses.GetAccount",
            "ses.GetEmailIdentity",
            "sns.GetSMSSandboxAccountStatus",
        ] {
            assert_eq!(asked(&world, call), quarter, "{call} in quarter {quarter}");
        }
    }
}

#[tokio::test]
async fn a_setting_that_is_missing_is_named() {
    let world = World::builder()
        .without("Health", "TABLE_NAME")
        .start()
        .await;
    let answer = reqwest::get(format!("{}/v1/health", world.url())).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 503);
    let told: Value = answer.json().await.expect("JSON");
    assert_eq!(told["status"], "unavailable", "{told}");
    assert_eq!(about(&told, "settings"), ("TABLE_NAME is not set.", false));
}

#[tokio::test]
async fn without_a_sender_the_sweeper_does_the_rest_and_says_so() {
    let world = World::builder()
        .without("Sweep", "EMAIL_FROM")
        .start()
        .await;
    world.tenant("school").await;
    world.later(MINUTE).await;
    let told = health(&world).await;
    let (sentence, sender_well) = about(&told, "e-mail sender");
    assert!(
        !sender_well && sentence.starts_with("EMAIL_FROM is not set"),
        "{sentence}"
    );
    assert!(about(&told, "e-mail account").1 && about(&told, "sweeper").1);
    let (tool, all_well) = operate(&world, &["health"]).await.expect("an answer");
    assert!(!all_well);
    assert_eq!(about(&tool, "e-mail sender"), (sentence, false));
}
