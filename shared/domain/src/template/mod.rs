//! Templates: their language, what they may name, how they are checked at save
//! and rendered for one person.
//!
//! The language is a small part of Tera: `{{ path | filter }}`, `{% if %}` and
//! `{% for %}` over declared lists. Our own parser accepts nothing else, so
//! whatever reaches Tera is known to be cheap, closed and harmless.

mod ast;
pub mod catalogue;
mod check;
mod check_html;
mod context;
mod cost;
pub mod failure;
mod filters;
pub mod headers;
pub mod links;
pub mod model;
mod output;
mod parse;
pub mod person;
mod plain;
pub mod render;
pub mod sanitize;
mod scope;
pub mod sms;
mod source;
mod standard;
pub mod values;
mod words;

#[cfg(test)]
mod bombs;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use catalogue::{Catalogue, Category, Field, Kind, Variable, VariableInput};
pub use check::{Checked, TemplateParts, check};
pub use failure::{RenderCode, RenderError};
pub use model::{Template, TemplateInput};
pub use person::{PersonFacts, person_variables};
pub use render::{Prepared, Rendered, Renderer};
pub use sanitize::sanitize_html;

/// The longest source of one part, in bytes.
pub const SOURCE_MAX: usize = 64 * 1024;
/// The most work one part may be, in nodes.
pub const COST_MAX: u64 = 1_000_000;
/// The longest list a template may loop over.
pub const LIST_MAX: u32 = 1_000;
