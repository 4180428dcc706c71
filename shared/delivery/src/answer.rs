//! What a provider's answer means, decided once.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
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
    /// The same, because it was called too fast.
    Throttled(String),
    /// It takes nothing of the account at present, which is not its fault.
    Paused(String),
}

/// Why a call as a whole gave no outcomes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// Certainly nothing left: there was no connection.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Certainly nothing left: it was called too fast.
    #[error("throttled: {0}")]
    Throttled(String),
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
    pub(crate) fn of<E>(error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let code = error.code().unwrap_or_default().to_owned();
        match &error {
            SdkError::ConstructionFailure(_) => {
                Self::Refused("the request could not be built".to_owned())
            }
            SdkError::TimeoutError(_) => Self::Ambiguous("timeout".to_owned()),
            SdkError::DispatchFailure(failure) if never_connected(failure.as_connector_error()) => {
                Self::NotSent("no connection".to_owned())
            }
            SdkError::DispatchFailure(_) => Self::Ambiguous("connection lost".to_owned()),
            SdkError::ResponseError(_) => Self::Ambiguous("unreadable answer".to_owned()),
            SdkError::ServiceError(answer) => by_code(&code, answer.raw().status().as_u16()),
            _ => Self::Ambiguous(code),
        }
    }
}

/// Error words of SES v2 and SNS.
fn by_code(code: &str, status: u16) -> CallFailure {
    let told = code.to_owned();
    match code {
        "TooManyRequestsException"
        | "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "KMSThrottling"
        | "KMSThrottlingException" => CallFailure::Throttled(told),
        "LimitExceededException"
        | "AccountSuspendedException"
        | "SendingPausedException"
        | "MailFromDomainNotVerifiedException"
        | "AuthorizationError"
        | "AuthorizationErrorException"
        | "AccessDeniedException" => CallFailure::Paused(told),
        "MessageRejected"
        | "BadRequestException"
        | "NotFoundException"
        | "InvalidParameter"
        | "InvalidParameterException"
        | "ParameterValueInvalid"
        | "OptedOut"
        | "OptedOutException" => CallFailure::Refused(told),
        "InternalServiceErrorException"
        | "InternalServiceError"
        | "InternalError"
        | "InternalErrorException"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => CallFailure::Broken(told),
        // Words that are not listed go by their status: the provider took
        // nothing that it answered with 4xx, expired credentials among them.
        _ => match status {
            429 => CallFailure::Throttled(told),
            400..=499 => CallFailure::Paused(told),
            500..=599 => CallFailure::Broken(told),
            _ => CallFailure::Ambiguous(told),
        },
    }
}

/// Whether an error came before a byte was written.
fn never_connected(error: Option<&ConnectorError>) -> bool {
    let Some(error) = error else { return false };
    // The only timeout of the connector that is set is that of connecting.
    if error.is_timeout() {
        return true;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(error) = cause {
        // Names that do not resolve and handshakes that fail are among these.
        if error
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(|error| error.is_connect())
        {
            return true;
        }
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && matches!(
                io.kind(),
                std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::HostUnreachable
            )
        {
            return true;
        }
        cause = error.source();
    }
    false
}
