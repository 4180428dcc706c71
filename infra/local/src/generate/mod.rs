//! Committed files that are made from the code, so that they cannot drift.

mod errors;
pub(crate) mod frames;
mod openapi;

pub use openapi::openapi;

/// A generated file: its path below the root, and how its content is made.
pub type File = (&'static str, fn() -> Result<String, String>);

/// Every generated file. A new one is a line here.
pub const FILES: [File; 3] = [
    ("infra/openapi.json", openapi),
    ("infra/errors.md", errors::table),
    ("infra/frames.md", frames::reference),
];
