//! What can go wrong at a queue.

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};

#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    #[error("the queue is unavailable: {0}")]
    Unavailable(String),
    #[error("the queue refused the message: {0}")]
    Refused(String),
    #[error("this function knows no queue {0}")]
    NoRoute(&'static str),
    #[error("a task could not be written: {0}")]
    Task(#[from] serde_json::Error),
}

impl QueueError {
    pub(crate) fn from_sdk<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> Self {
        let code = error.code().unwrap_or("no answer").to_owned();
        let ours = matches!(&error, SdkError::ServiceError(_))
            && ![
                "RequestThrottled",
                "ThrottlingException",
                "InternalError",
                "ServiceUnavailable",
            ]
            .contains(&code.as_str());
        if ours {
            Self::Refused(code)
        } else {
            Self::Unavailable(code)
        }
    }
}
