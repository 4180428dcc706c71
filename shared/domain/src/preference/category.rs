//! Categories: what people choose by.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::automation::Automation;
use crate::ids::is_slug;

/// Categories that nobody can switch off: what an account needs.
pub const MANDATORY: [&str; 1] = ["security"];

/// The categories that Campanile itself uses: id, name, what is in it.
const KNOWN: [(&str, &str, &str); 20] = [
    (
        "account",
        "Account",
        "Your account is created, your role changes.",
    ),
    (
        "announcements",
        "Announcements",
        "What the organisation publishes to many.",
    ),
    (
        "appointments",
        "Appointments",
        "Appointments and meetings that concern you.",
    ),
    (
        "approvals",
        "Approvals",
        "Requests that you made, or that you may decide.",
    ),
    ("assignments", "Assignments", "New assignments."),
    (
        "automations",
        "Other automatic notifications",
        "What other systems tell you.",
    ),
    ("chat", "Chat", "Invitations, and messages that you missed."),
    (
        "communities",
        "Communities",
        "Replies to you, and what becomes of your posts.",
    ),
    ("events", "Events", "Reminders of what is coming up."),
    ("general", "General", "Everything else."),
    ("grades", "Grades", "New grades, yours or your child's."),
    ("learning", "Learning", "Cases and material."),
    (
        "live_sessions",
        "Live sessions",
        "A session that you registered for begins or ends.",
    ),
    ("messages", "Messages", "Messages in your inbox."),
    (
        "notifications",
        "Notices from staff",
        "What somebody of the staff tells you.",
    ),
    ("reports", "Reports", "Reports that are ready."),
    ("rtt", "Waiting times", "Treatment targets at risk."),
    (
        "security",
        "Security",
        "Passwords and refused access. Always sent.",
    ),
    ("system", "System", "News of the system itself."),
    (
        "webinars",
        "Webinars",
        "Registrations, reminders and recordings.",
    ),
];

/// A category as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = PreferenceCategory)]
pub struct Category {
    /// Such as `messages`.
    pub category: String,
    pub name: String,
    pub description: String,
}

/// All categories that something may be sent in: the known ones, those of the
/// rules in force, and others that are named, each once, by id.
pub fn categories<'a>(
    automations: &'a [Automation],
    named: impl IntoIterator<Item = &'a str>,
) -> Vec<Category> {
    let known = KNOWN.iter().map(|(id, _, text)| (*id, *text));
    let mut all: BTreeMap<&str, &str> = known.collect();
    let of_rules = automations.iter().map(|one| one.rule.category.as_str());
    for id in of_rules.chain(named) {
        all.entry(id).or_insert("");
    }
    all.into_iter()
        .map(|(id, text)| Category {
            category: id.to_owned(),
            name: category_name(id),
            description: text.to_owned(),
        })
        .collect()
}

/// How a category is called.
pub fn category_name(id: &str) -> String {
    let known = KNOWN.iter().find(|(known, ..)| *known == id);
    known.map_or_else(|| spoken(id), |(_, name, _)| (*name).to_owned())
}

/// `exam_results` as `Exam results`.
fn spoken(id: &str) -> String {
    let text = id.replace(['_', '-', '.'], " ");
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// For garde: a category is a word such as `grades`.
pub fn is_category(category: &str, _: &()) -> garde::Result {
    if is_slug(category) {
        Ok(())
    } else {
        Err(garde::Error::new("must be a word such as `grades`"))
    }
}
