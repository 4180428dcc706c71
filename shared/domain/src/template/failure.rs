//! Why a template could not be rendered for one person.

use serde::Serialize;

/// Why something could not be rendered. The word is the delivery's reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RenderCode {
    MissingVariable,
    BadValue,
    TooLong,
    TooCostly,
    InvalidHeader,
    BadLink,
    /// The stored template does not parse. Cannot happen to one that was checked.
    BrokenTemplate,
}

impl RenderCode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingVariable => "MISSING_VARIABLE",
            Self::BadValue => "BAD_VALUE",
            Self::TooLong => "TOO_LONG",
            Self::TooCostly => "TOO_COSTLY",
            Self::InvalidHeader => "INVALID_HEADER",
            Self::BadLink => "BAD_LINK",
            Self::BrokenTemplate => "BROKEN_TEMPLATE",
        }
    }
}

/// A failed rendering. The same data and version fail again, so none of these
/// is worth a retry. Never holds a value, only names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct RenderError {
    pub code: RenderCode,
    /// The part of the template: `subject`, `html`, `text`, `title` or `body`.
    pub part: &'static str,
    pub variable: Option<String>,
    pub message: String,
}

impl RenderError {
    pub(crate) fn new(code: RenderCode, part: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            part,
            variable: None,
            message: message.into(),
        }
    }

    pub(crate) fn of(
        code: RenderCode,
        part: &'static str,
        variable: &str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            variable: Some(variable.to_owned()),
            ..Self::new(code, part, message)
        }
    }

    /// Always: rendering reads nothing that could be there the next time.
    pub fn is_permanent(&self) -> bool {
        true
    }
}
