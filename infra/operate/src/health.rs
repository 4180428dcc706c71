//! Whether everything can work, each thing in a sentence.

use delivery::standing::Providers;
use domain::health::{Check, Findings, told};
use domain::privacy::Email;
use domain::time::plus_seconds;
use serde_json::json;

use crate::place::Place;
use crate::report::Reporter;
use crate::trouble::Trouble;

/// A task that is in the outbox for longer than this was left behind, and the
/// sweeper has had two turns at it.
const LEFT_BEHIND_SECONDS: i64 = 180;

pub(crate) async fn tell(
    place: &Place,
    email_from: Option<&Email>,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let mut checks = vec![api(place).await];
    let findings = match place.store.findings().await {
        Ok(findings) => {
            checks.push(Check::new("table", true, "It answers."));
            // The sweeper itself; what it found is asked anew below.
            let told = told(findings.as_ref(), place.store.now());
            checks.extend(told.into_iter().take(1));
            findings
        }
        Err(error) => {
            checks.push(Check::new("table", false, format!("{error}.")));
            None
        }
    };
    checks.push(outbox(place).await);
    for (function, url) in &place.dead_letters {
        checks.push(dead_letters(place, function, url).await);
    }
    checks.extend(providers(place, email_from, findings).await);

    let well = checks.iter().all(|check| check.well);
    let document = json!({
        "well": well,
        "checks": checks,
    });
    let line = |check: &Check| {
        let mark = if check.well { "ok" } else { "NOT WELL" };
        format!("{:<9} {:<32} {}", mark, check.about, check.sentence)
    };
    let lines: Vec<String> = checks.iter().map(line).collect();
    out.tell(&document, &lines)?;
    Ok(well)
}

async fn api(place: &Place) -> Check {
    let url = format!("{}/v1/health", place.api);
    match reqwest::get(&url).await {
        Ok(answer) if answer.status().is_success() => Check::new("api", true, "It answers."),
        Ok(answer) => {
            let sentence = format!("{url} answers {}.", answer.status());
            Check::new("api", false, sentence)
        }
        Err(error) => Check::new("api", false, format!("{url} does not answer: {error}.")),
    }
}

/// What SES and SNS say now. The sender is the one that the sweeper found in the
/// deployment's settings, unless another is asked about.
async fn providers(
    place: &Place,
    email_from: Option<&Email>,
    findings: Option<Findings>,
) -> Vec<Check> {
    const SENDER: &str = "e-mail sender";
    let providers = Providers::new(place.env.aws());
    let mut checks = vec![
        providers.email_account().await,
        providers.text_account().await,
    ];
    let (known, found) = findings.map(|kept| (kept.sender, kept.checks)).unzip();
    match email_from.or(known.flatten().as_ref()) {
        Some(sender) => checks.push(providers.email_sender(sender).await),
        // What keeps the sweeper from asking, if it has said.
        None => checks.extend(
            found
                .into_iter()
                .flatten()
                .filter(|check| check.about == SENDER),
        ),
    }
    checks
}

async fn outbox(place: &Place) -> Check {
    let before = plus_seconds(place.store.now(), -LEFT_BEHIND_SECONDS);
    match place.store.stale_outbox(before).await {
        Ok(rows) if rows.is_empty() => Check::new("outbox", true, "Nothing was left behind."),
        Ok(rows) => {
            let sentence = format!(
                "{} tasks were left behind: does the sweeper run?",
                rows.len()
            );
            Check::new("outbox", false, sentence)
        }
        Err(error) => Check::new("outbox", false, format!("{error}.")),
    }
}

async fn dead_letters(place: &Place, function: &str, url: &str) -> Check {
    let about = format!("dead letters of {function}");
    match queue::depth_of(place.env.aws(), url).await {
        Ok(depth) if depth.waiting + depth.in_flight == 0 => Check::new(about, true, "None."),
        Ok(depth) => {
            let sentence = format!(
                "{} wait: see dead-letters list.",
                depth.waiting + depth.in_flight
            );
            Check::new(about, false, sentence)
        }
        Err(error) => Check::new(about, false, format!("{error}.")),
    }
}
