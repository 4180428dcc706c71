//! Automations: which events tell whom what. A rule is data; the built-in ones
//! are the files in `rules/`, and a tenant switches them off, puts its own in
//! their place, or adds more.
//!
//! A rule declares what it takes out of an event. Its texts are templates with
//! these declared variables, its audiences, links and references name them as
//! `{{name}}`. What an event lacks, or what does not fit, skips the rule as a
//! whole and is told; other rules of the event go on.

mod builtin;
mod check;
mod data;
mod decide;
mod event;
mod fill;
mod force;
mod notice;
mod ours;
mod pattern;
mod rule;
#[cfg(test)]
mod tests;

pub use builtin::{Builtin, builtin};
pub use check::{Ready, ReadyText, catalogue, check};
pub use data::DataField;
pub use decide::{Occasion, notices, people_of, values_of};
pub use event::{EVENT_MAX, Event, Incoming, KEPT_DAYS, read};
pub use force::{Automation, AutomationOrigin, Stored, in_force};
pub use notice::Notice;
pub use ours::role_changed;
pub use pattern::Pattern;
pub use rule::{ActionText, AutomationInput, MessageText, Target};
