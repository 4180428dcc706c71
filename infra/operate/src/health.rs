//! Whether everything can work, each thing in a sentence.

use delivery::standing;
use domain::privacy::Email;
use domain::time::plus_seconds;
use serde_json::json;

use crate::place::Place;
use crate::report::Reporter;
use crate::trouble::Trouble;

/// A task that is in the outbox for longer than this was left behind, and the
/// sweeper has had two turns at it.
const LEFT_BEHIND_SECONDS: i64 = 180;

struct Check {
    about: String,
    well: bool,
    sentence: String,
}

impl Check {
    fn new(about: impl Into<String>, well: bool, sentence: impl Into<String>) -> Self {
        Self {
            about: about.into(),
            well,
            sentence: sentence.into(),
        }
    }
}

pub(crate) async fn tell(
    place: &Place,
    email_from: Option<&Email>,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let mut checks = vec![api(place).await, table(place).await];
    checks.push(outbox(place).await);
    for (function, url) in &place.dead_letters {
        checks.push(dead_letters(place, function, url).await);
    }
    let aws = place.env.aws();
    let mut findings = vec![
        standing::email_account(aws).await,
        standing::text_account(aws).await,
    ];
    if let Some(sender) = email_from {
        findings.push(standing::email_sender(aws, sender).await);
    }
    let findings = findings.into_iter();
    checks.extend(findings.map(|found| Check::new(found.about, found.well, found.sentence)));

    let well = checks.iter().all(|check| check.well);
    let document = json!({
        "well": well,
        "checks": checks.iter().map(|check| json!({
            "about": check.about, "well": check.well, "sentence": check.sentence,
        })).collect::<Vec<_>>(),
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

async fn table(place: &Place) -> Check {
    match place.store.ping().await {
        Ok(()) => Check::new("table", true, "It answers."),
        Err(error) => Check::new("table", false, format!("{error}.")),
    }
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
