//! What can go wrong at the bus.

use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::types::PutEventsResultEntry;

/// Codes of an entry or of a call that say nothing against the event itself.
const PASSING: [&str; 6] = [
    "ThrottlingException",
    "InternalFailure",
    "InternalException",
    "InternalServerError",
    "ServiceUnavailable",
    "no answer",
];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// It may be sent again.
    #[error("the bus is unavailable: {0}")]
    Unavailable(String),
    /// It would be refused again.
    #[error("the bus refused the event: {0}")]
    Refused(String),
}

impl BusError {
    fn of_code(code: &str) -> Self {
        if PASSING.contains(&code) {
            Self::Unavailable(code.to_owned())
        } else {
            Self::Refused(code.to_owned())
        }
    }

    pub(crate) fn from_sdk<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Self {
        let code = error.code().unwrap_or("no answer");
        match error {
            SdkError::ServiceError(_) => Self::of_code(code),
            _ => Self::Unavailable(code.to_owned()),
        }
    }

    /// What an answer says of one entry: the bus's own name for the event.
    pub(crate) fn of_entry(entry: &PutEventsResultEntry) -> Result<String, Self> {
        match (entry.event_id(), entry.error_code()) {
            (Some(id), None) => Ok(id.to_owned()),
            (_, code) => Err(Self::of_code(code.unwrap_or("no answer"))),
        }
    }
}
