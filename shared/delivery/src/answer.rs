//! What a provider's answer means, decided once.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// How one recipient of an accepted call fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it, under this id.
    Accepted(String),
    /// It will never take it, for this reason.
    Refused(String),
    /// It certainly did not take it, but may later.
    Later(String),
    /// It takes nothing of the account at present, which is not its fault.
    Paused(String),
}

/// Why a call as a whole gave no outcomes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// Certainly nothing left: no connection, or told to slow down.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Nobody can say whether it left.
    #[error("ambiguous: {0}")]
    Ambiguous(String),
    /// The provider answered that it failed: it hardly left, but it may have.
    #[error("broken: {0}")]
    Broken(String),
    /// The account may not send at present: its daily quota is used up, or an
    /// operator must act.
    #[error("paused: {0}")]
    Paused(String),
    /// The provider will never take this call.
    #[error("refused: {0}")]
    Refused(String),
}

impl CallFailure {
    pub(crate) fn of<E, R>(error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug,
    {
        let code = error.code().unwrap_or_default().to_owned();
        match &error {
            SdkError::ConstructionFailure(_) => Self::Refused("the request could not be built".to_owned()),
            SdkError::TimeoutError(_) => Self::Ambiguous("timeout".to_owned()),
            SdkError::DispatchFailure(failure) if never_connected(failure.as_connector_error()) => {
                Self::NotSent("no connection".to_owned())
            }
            SdkError::DispatchFailure(_) => Self::Ambiguous("connection lost".to_owned()),
            SdkError::ResponseError(_) => Self::Ambiguous("unreadable answer".to_owned()),
            SdkError::ServiceError(_) => by_code(&code),
            _ => Self::Ambiguous(code),
        }
    }
}

/// Error words of SES v2 and SNS.
fn by_code(code: &str) -> CallFailure {
    let told = code.to_owned();
    match code {
        "TooManyRequestsException" | "Throttling" | "ThrottlingException" | "ThrottledException" | "KMSThrottling"
        | "KMSThrottlingException" => CallFailure::NotSent(told),
        "LimitExceededException" | "AccountSuspendedException" | "SendingPausedException" | "MailFromDomainNotVerifiedException"
        | "AuthorizationError" | "AuthorizationErrorException" | "AccessDeniedException" => CallFailure::Paused(told),
        "MessageRejected" | "BadRequestException" | "NotFoundException" | "InvalidParameter"
        | "InvalidParameterException" | "ParameterValueInvalid" | "OptedOut" | "OptedOutException" => {
            CallFailure::Refused(told)
        }
        "InternalServiceErrorException" | "InternalServiceError" | "InternalError" | "InternalErrorException"
        | "InternalFailure" | "ServiceUnavailable" | "ServiceUnavailableException" => CallFailure::Broken(told),
        // Whatever is unknown may have left.
        _ => CallFailure::Ambiguous(told),
    }
}

/// Whether an error came before a byte was written.
fn never_connected(error: Option<&aws_smithy_runtime_api::client::result::ConnectorError>) -> bool {
    let Some(error) = error else { return false };
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && matches!(io.kind(), std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::HostUnreachable)
        {
            return true;
        }
        cause = error.source();
    }
    false
}
