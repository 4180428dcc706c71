//! How a deployment is, each thing in a sentence, and when to look again.

use serde::{Deserialize, Serialize};

use crate::privacy::Email;
use crate::time::Timestamp;

/// SES and SNS are asked at most this often.
pub const ASKED_SECONDS: i64 = 15 * 60;
/// How often the sweeper, which runs each minute, notes that it does.
const NOTED_SECONDS: i64 = 5 * 60;
/// A sweeper that has noted nothing for this long does not run.
const SILENT_SECONDS: i64 = 10 * 60;
/// What SES and SNS said this long ago may be wrong by now.
const STALE_SECONDS: i64 = 60 * 60;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Check {
    /// What it is about, such as `e-mail sender`.
    pub about: String,
    pub well: bool,
    /// How it is, or what is missing and what to do.
    pub sentence: String,
}

impl Check {
    pub fn new(about: impl Into<String>, well: bool, sentence: impl Into<String>) -> Self {
        Self {
            about: about.into(),
            well,
            sentence: sentence.into(),
        }
    }
}

/// What the sweeper keeps about its deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// When it last noted that it runs.
    pub ran_at: Timestamp,
    /// When it last asked SES and SNS.
    pub asked_at: Option<Timestamp>,
    /// Whom it asked about: the sender of every e-mail.
    pub sender: Option<Email>,
    /// What they said.
    pub checks: Vec<Check>,
    /// Of two runs at once only one may write.
    pub version: u64,
}

/// What a run of the sweeper has to do about its deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    Rest,
    /// Keep these: it runs.
    Note(Findings),
    /// Keep these, so that no other run asks too, then ask.
    Ask(Findings),
}

/// Whose turn it is after what is kept so far.
pub fn turn(kept: Option<Findings>, now: Timestamp) -> Turn {
    let Some(kept) = kept else {
        return Turn::Ask(Findings {
            ran_at: now,
            asked_at: Some(now),
            sender: None,
            checks: Vec::new(),
            version: 1,
        });
    };
    let due = kept
        .asked_at
        .is_none_or(|at| is_past(at, ASKED_SECONDS, now));
    if !due && !is_past(kept.ran_at, NOTED_SECONDS, now) {
        return Turn::Rest;
    }
    let next = Findings {
        ran_at: now,
        asked_at: if due { Some(now) } else { kept.asked_at },
        version: kept.version + 1,
        ..kept
    };
    if due {
        Turn::Ask(next)
    } else {
        Turn::Note(next)
    }
}

/// What is told of the findings: whether the sweeper runs, then what it found.
pub fn told(kept: Option<&Findings>, now: Timestamp) -> Vec<Check> {
    let found = kept.map(|kept| kept.checks.clone()).unwrap_or_default();
    std::iter::once(sweeper(kept, now)).chain(found).collect()
}

fn sweeper(kept: Option<&Findings>, now: Timestamp) -> Check {
    let about = |well, sentence: String| Check::new("sweeper", well, sentence);
    let Some(kept) = kept else {
        let never = "The sweeper has not run yet. It does so within two minutes of a deployment; \
                     if it does not, see its log and its schedule.";
        return about(false, never.to_owned());
    };
    if is_past(kept.ran_at, SILENT_SECONDS, now) {
        let since = minute(kept.ran_at);
        let sentence = format!(
            "The sweeper has not run since {since}: what waits for its time does not go. \
             See its log and its schedule."
        );
        return about(false, sentence);
    }
    match kept.asked_at {
        Some(at) if !is_past(at, STALE_SECONDS, now) => {
            let sentence = format!("It runs, and asked SES and SNS at {}.", minute(at));
            about(true, sentence)
        }
        Some(at) => {
            let sentence = format!(
                "The sweeper has not asked SES and SNS since {}: what is told of them may be \
                 wrong. See its log.",
                minute(at)
            );
            about(false, sentence)
        }
        None => about(
            true,
            "It runs, and has not asked SES and SNS yet.".to_owned(),
        ),
    }
}

fn is_past(at: Timestamp, seconds: i64, now: Timestamp) -> bool {
    now.as_second() - at.as_second() >= seconds
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::plus_seconds;

    fn start() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn kept() -> Findings {
        Findings {
            ran_at: start(),
            asked_at: Some(start()),
            sender: None,
            checks: vec![Check::new("text account", true, "SNS texts every number.")],
            version: 4,
        }
    }

    fn sentence(kept: Option<&Findings>, seconds: i64) -> (bool, String) {
        let check = told(kept, plus_seconds(start(), seconds)).remove(0);
        assert_eq!(check.about, "sweeper");
        (check.well, check.sentence)
    }

    #[test]
    fn a_new_deployment_asks_at_once_and_an_old_one_each_quarter_of_an_hour() {
        assert!(matches!(turn(None, start()), Turn::Ask(first) if first.version == 1));
        for (seconds, expected) in [(0, "rest"), (299, "rest"), (300, "note"), (899, "note")] {
            let now = plus_seconds(start(), seconds);
            let word = match turn(Some(kept()), now) {
                Turn::Rest => "rest",
                Turn::Note(next) => {
                    assert_eq!((next.ran_at, next.version), (now, 5));
                    assert_eq!(next.asked_at, kept().asked_at);
                    "note"
                }
                Turn::Ask(_) => "ask",
            };
            assert_eq!(word, expected, "after {seconds} seconds");
        }
        let now = plus_seconds(start(), 900);
        let Turn::Ask(next) = turn(Some(kept()), now) else {
            panic!("it is time to ask");
        };
        assert_eq!((next.asked_at, next.version), (Some(now), 5));
        assert_eq!(next.checks, kept().checks, "until there is an answer");
    }

    #[test]
    fn a_sweeper_that_does_not_run_is_told_of() {
        let (well, said) = sentence(None, 0);
        assert!(!well && said.contains("has not run yet"), "{said}");
        let (well, said) = sentence(Some(&kept()), 599);
        assert!(well && said.contains("2026-03-01 12:00 UTC"), "{said}");
        let (well, said) = sentence(Some(&kept()), 600);
        assert!(
            !well && said.contains("not run since 2026-03-01 12:00 UTC"),
            "{said}"
        );
    }

    #[test]
    fn findings_of_long_ago_are_told_of() {
        let running = Findings {
            ran_at: plus_seconds(start(), 3_600),
            ..kept()
        };
        let (well, said) = sentence(Some(&running), 3_600);
        assert!(
            !well && said.contains("not asked SES and SNS since"),
            "{said}"
        );
        let told = told(Some(&running), plus_seconds(start(), 3_600));
        assert_eq!(told[1], kept().checks[0]);
    }
}
