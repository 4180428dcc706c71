//! What can go wrong at the table.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::{Code, Problem};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The table does not answer or refuses for load; trying again may help.
    #[error("the table is unavailable: {0}")]
    Unavailable(String),
    /// A stored item is not what this release expects.
    #[error("an item cannot be read: {0}")]
    Corrupt(String),
    /// The request was wrong: a mistake of ours.
    #[error("the table refused the request: {0}")]
    Refused(String),
}

impl StoreError {
    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "store");
        match error {
            StoreError::Unavailable(_) => Problem::new(Code::Unavailable).retry_after(2),
            StoreError::Corrupt(_) | StoreError::Refused(_) => Problem::new(Code::Internal),
        }
    }
}

impl From<serde_dynamo::Error> for StoreError {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl<E, R> From<SdkError<E, R>> for StoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    fn from(error: SdkError<E, R>) -> Self {
        let code = error.code().unwrap_or_default().to_owned();
        match &error {
            SdkError::ServiceError(_) if !is_passing(&code) => {
                Self::Refused(format!("{code}: {}", error.message().unwrap_or_default()))
            }
            SdkError::ConstructionFailure(_) => {
                Self::Refused("the request could not be built".to_owned())
            }
            SdkError::ServiceError(_) => Self::Unavailable(code),
            _ => Self::Unavailable("no answer".to_owned()),
        }
    }
}

fn is_passing(code: &str) -> bool {
    [
        "ProvisionedThroughputExceededException",
        "KeyRangeThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingException",
        "InternalServerError",
        "ServiceUnavailable",
        "TransactionInProgressException",
    ]
    .contains(&code)
}
