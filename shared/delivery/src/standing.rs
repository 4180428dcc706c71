//! What stands in the way of sending at all, for people who look after it. Asked
//! by the sweeper now and then, and by operators; it tells and never fails.

use std::time::Duration;

use aws_sdk_sesv2::Client as Ses;
use aws_sdk_sns::Client as Sns;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use domain::health::Check;
use domain::privacy::Email;

use crate::account::why_paused;

const EMAIL_ACCOUNT: &str = "e-mail account";
const EMAIL_SENDER: &str = "e-mail sender";
const TEXT_ACCOUNT: &str = "text account";
/// A question that takes longer, with its repetition, is done without.
const PATIENCE: Duration = Duration::from_secs(5);

/// Error words of an account that the region does not know: it was not enabled
/// there, or the credentials are those of another partition.
const STRANGERS: [&str; 7] = [
    "UnrecognizedClientException",
    "UnrecognizedClient",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "OptInRequired",
    "SubscriptionRequiredException",
];
/// Error words of a role that may not ask, or not in this region.
const FORBIDDEN: [&str; 5] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
];

/// SES and SNS, asked about the account instead of being given something to send.
#[derive(Debug, Clone)]
pub struct Providers {
    ses: Ses,
    sns: Sns,
    region: String,
}

impl Providers {
    pub fn new(sdk: &SdkConfig) -> Self {
        let ses = aws_sdk_sesv2::config::Builder::from(sdk)
            .retry_config(retries())
            .timeout_config(patience())
            .build();
        let sns = aws_sdk_sns::config::Builder::from(sdk)
            .retry_config(retries())
            .timeout_config(patience())
            .build();
        let region = sdk.region().map(ToString::to_string);
        Self {
            ses: Ses::from_conf(ses),
            sns: Sns::from_conf(sns),
            region: region.unwrap_or_else(|| "no region".to_owned()),
        }
    }

    /// Whether SES takes e-mails of this account.
    pub async fn email_account(&self) -> Check {
        let account = match self.ses.get_account().send().await {
            Ok(account) => account,
            Err(error) => return unanswered(EMAIL_ACCOUNT, "SES", &self.region, &error),
        };
        let about = |well, sentence: String| Check::new(EMAIL_ACCOUNT, well, sentence);
        if let Some(reason) = why_paused(&account) {
            return about(false, format!("SES takes no e-mails: {reason}."));
        }
        if !account.production_access_enabled() {
            let sentence = format!(
                "In the SES sandbox of {}: only verified addresses are reached. \
                 Ask for production access in the SES console.",
                self.region
            );
            return about(false, sentence);
        }
        let quota = account.send_quota();
        let rate = quota.map_or(0.0, |quota| quota.max_send_rate());
        about(true, format!("SES takes {rate} e-mails a second."))
    }

    /// Whether SES knows the domain of the sender, or else the address, as
    /// verified.
    pub async fn email_sender(&self, sender: &Email) -> Check {
        let about = |well, sentence: String| Check::new(EMAIL_SENDER, well, sentence);
        let domain = sender.reveal().rsplit('@').next().unwrap_or_default();
        for identity in [domain, sender.reveal()] {
            let asked = self.ses.get_email_identity().email_identity(identity);
            match asked.send().await {
                Ok(found) if found.verified_for_sending_status() => {
                    return about(true, format!("Verified in SES of {}.", self.region));
                }
                Ok(_) => {}
                Err(error) => {
                    let missing = error
                        .as_service_error()
                        .is_some_and(|error| error.is_not_found_exception());
                    if !missing {
                        return unanswered(EMAIL_SENDER, "SES", &self.region, &error);
                    }
                }
            }
        }
        let sentence = format!(
            "Neither the domain of the sender nor its address is verified in SES of {}: every \
             e-mail will be refused. Verify one of them there, or deploy where it is verified.",
            self.region
        );
        about(false, sentence)
    }

    /// Whether SNS texts every number.
    pub async fn text_account(&self) -> Check {
        let asked = self.sns.get_sms_sandbox_account_status().send().await;
        match asked {
            Ok(status) if status.is_in_sandbox() => {
                let sentence = format!(
                    "In the SMS sandbox of SNS in {}: only verified numbers are texted. \
                     Ask to leave it in the SNS console.",
                    self.region
                );
                Check::new(TEXT_ACCOUNT, false, sentence)
            }
            Ok(_) => Check::new(TEXT_ACCOUNT, true, "SNS texts every number."),
            Err(error) => unanswered(TEXT_ACCOUNT, "SNS", &self.region, &error),
        }
    }
}

/// What is told of a sender by its setting, before SES can be asked about it.
pub fn sender(setting: Option<&str>) -> Result<Email, Check> {
    let wrong = |sentence: &str| Check::new(EMAIL_SENDER, false, sentence);
    let Some(address) = setting else {
        return Err(wrong("EMAIL_FROM is not set: no e-mail can be sent."));
    };
    Email::parse(address)
        .map_err(|_| wrong("EMAIL_FROM is not an e-mail address: every e-mail will be refused."))
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(2)
        .with_initial_backoff(Duration::from_millis(200))
}

fn patience() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_timeout(PATIENCE)
        .connect_timeout(Duration::from_secs(2))
        .build()
}

/// Why there is no answer, as far as it can be told. What says nothing about the
/// account is no sign of trouble by itself.
fn unanswered<E, R>(about: &str, service: &str, region: &str, error: &SdkError<E, R>) -> Check
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let code = error.code().unwrap_or("no answer");
    let sentence = match error {
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => format!(
            "{service} cannot be reached in {region}: is it offered there, and does the network \
             let it through?"
        ),
        _ if STRANGERS.contains(&code) => format!(
            "{service} does not know this account in {region} ({code}): is the region enabled \
             for it?"
        ),
        _ if FORBIDDEN.contains(&code) => format!(
            "{service} may not be asked in {region} ({code}): the role that asks, or a policy of \
             the organisation, does not allow it."
        ),
        _ => return Check::new(about, true, format!("Not known ({code}).")),
    };
    Check::new(about, false, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGION: &str = "eu-west-9";

    #[derive(Debug)]
    struct Told(aws_smithy_types::error::ErrorMetadata);

    impl std::fmt::Display for Told {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{:?}", self.0.code())
        }
    }

    impl std::error::Error for Told {}

    impl ProvideErrorMetadata for Told {
        fn meta(&self) -> &aws_smithy_types::error::ErrorMetadata {
            &self.0
        }
    }

    fn by_code(code: &str) -> Check {
        let meta = aws_smithy_types::error::ErrorMetadata::builder().code(code);
        let error = SdkError::service_error(Told(meta.build()), ());
        unanswered(EMAIL_ACCOUNT, "SES", REGION, &error)
    }

    #[test]
    fn a_wrong_region_is_named() {
        for code in STRANGERS {
            let check = by_code(code);
            assert!(!check.well && check.sentence.contains("account in eu-west-9"));
        }
        for code in FORBIDDEN {
            let check = by_code(code);
            assert!(!check.well && check.sentence.contains("asked in eu-west-9"));
        }
        let silent = SdkError::<Told, ()>::timeout_error("no answer in time");
        let check = unanswered(EMAIL_ACCOUNT, "SES", REGION, &silent);
        assert!(!check.well && check.sentence.contains("reached in eu-west-9"));
    }

    #[test]
    fn a_passing_refusal_says_nothing_about_the_account() {
        let check = by_code("TooManyRequestsException");
        assert!(check.well, "{}", check.sentence);
    }

    #[test]
    fn a_setting_that_is_no_address_is_told_of() {
        for (setting, word) in [
            (None, "is not set"),
            (Some("office"), "not an e-mail address"),
        ] {
            let check = sender(setting).unwrap_err();
            assert!(!check.well && check.sentence.contains(word));
        }
        assert!(sender(Some("office@school.example")).is_ok());
    }
}
