//! The one error shape of the API (RFC 9457) and the registry of its codes.

use serde::{Deserialize, Serialize};

/// One thing wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Where: a path such as `recipients[2]`, or empty for the whole body.
    pub field: String,
    /// A stable word such as `unknown_field`, `required`, `too_long`.
    pub code: String,
    /// What is wrong and how to mend it, in a sentence.
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

macro_rules! codes {
    ($($variant:ident = $status:literal, $code:literal, $title:literal, $fix:literal;)*) => {
        /// Every code an answer can carry. The word is stable; the text is not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($variant),* }

        impl Code {
            /// All codes, in the order of the public error table.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            pub fn status(self) -> u16 { match self { $(Code::$variant => $status),* } }
            pub fn as_str(self) -> &'static str { match self { $(Code::$variant => $code),* } }
            pub fn title(self) -> &'static str { match self { $(Code::$variant => $title),* } }
            /// How a caller mends it, for the public error table.
            pub fn how_to_fix(self) -> &'static str { match self { $(Code::$variant => $fix),* } }
        }
    };
}

codes! {
    BadJson = 400, "bad_json", "The body is not valid JSON", "Send valid UTF-8 JSON no deeper than 32 levels.";
    BadCursor = 400, "bad_cursor", "The cursor is not valid here", "Use the `after` of an answer to the same query, by the same caller.";
    BadQuery = 400, "bad_query", "A query parameter is not valid", "Mend the parameter that `errors` names.";
    UnknownAction = 400, "unknown_action", "There is no such frame", "Send one of the actions that `/docs/frames` lists.";
    UnknownVersion = 400, "unknown_version", "This version of the frames is not known", "Send frames with `v` 1, or without it.";
    Unauthorized = 401, "unauthorized", "No valid credential", "Send `Authorization: Bearer` with a token or key that is in force.";
    Forbidden = 403, "forbidden", "Not allowed", "Ask an administrator for the role that may do this.";
    NotAllowed = 403, "not_allowed", "Not allowed here", "Write where the other side or the settings let you; for a chat, invite the person first.";
    NotEnrolled = 403, "not_enrolled", "Not enrolled", "Ask for a place in the course that this belongs to.";
    EnrolmentEnded = 403, "enrolment_ended", "The enrolment is suspended or over", "Ask for the enrolment in the course to be renewed.";
    NotMember = 403, "not_member", "Not a member", "Join the community first.";
    Blocked = 403, "blocked", "You have blocked this person", "Unblock the person first.";
    OwnRequest = 403, "own_request", "Nobody decides about their own request", "Ask somebody else who may decide.";
    NotFound = 404, "not_found", "Not found", "Check the id; things of other organisations are never found.";
    MethodNotAllowed = 405, "method_not_allowed", "The method is not allowed here", "Use a method that the OpenAPI document lists for the path.";
    Conflict = 409, "conflict", "The state does not allow this", "Read the resource again and decide anew.";
    InProgress = 409, "in_progress", "The same request is still running", "Wait for `Retry-After` seconds and repeat it with the same key.";
    Erased = 409, "erased", "The person with this id was erased", "Use another id; an erased person's id is never given again.";
    Gone = 410, "gone", "No longer available", "It has expired; make a new one.";
    TooLarge = 413, "too_large", "The body is too large", "Send less at once; large directories go as parts of an import.";
    UnsupportedMediaType = 415, "unsupported_media_type", "The content type is not accepted here", "Send `application/json`, or `text/csv` where the document says so.";
    Invalid = 422, "invalid", "The request is not valid", "Mend the fields that `errors` names.";
    TemplateInvalid = 422, "template_invalid", "The template is not valid", "Mend the places that `errors` names by line and column.";
    IdempotencyMismatch = 422, "idempotency_mismatch", "The key was used for another request", "Use a new `Idempotency-Key` for a new request.";
    RateLimited = 429, "rate_limited", "Too many requests", "Wait for `Retry-After` seconds.";
    Internal = 500, "internal", "Something went wrong on our side", "Repeat the request; tell the operator the `request_id` if it stays.";
    Unavailable = 503, "unavailable", "A service we need does not answer", "Repeat the request after `Retry-After` seconds.";
}

/// An answer other than success. Nothing internal is ever in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", code.as_str(), detail.as_deref().unwrap_or(code.title()))]
pub struct Problem {
    pub code: Code,
    pub detail: Option<String>,
    pub errors: Vec<FieldError>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
}

impl Problem {
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn field(
        mut self,
        field: impl Into<String>,
        code: &str,
        message: impl Into<String>,
    ) -> Self {
        self.errors.push(FieldError::new(field, code, message));
        self
    }

    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors.extend(errors);
        self
    }

    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// 422 for one field.
    pub fn invalid(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::new(Code::Invalid).field(field, code, message)
    }

    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(Code::Forbidden).detail(detail)
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(Code::Conflict).detail(detail)
    }
}

/// [`Problem`] as it stands in the body of an answer.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProblemBody {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    pub code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl ProblemBody {
    pub fn of(problem: &Problem, instance: Option<String>, request_id: Option<String>) -> Self {
        Self {
            kind: format!("/docs/errors#{}", problem.code.as_str()),
            title: problem.code.title().to_owned(),
            status: problem.code.status(),
            detail: problem.detail.clone(),
            instance,
            request_id,
            code: problem.code.as_str().to_owned(),
            errors: problem.errors.clone(),
        }
    }
}
