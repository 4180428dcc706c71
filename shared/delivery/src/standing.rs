//! What stands in the way of sending at all, for people who look after it.

use aws_sdk_sesv2::Client as Ses;
use aws_sdk_sesv2::error::ProvideErrorMetadata;
use aws_sdk_sns::Client as Sns;
use domain::privacy::Email;

use crate::account::why_paused;

/// One thing that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `e-mail account`, `e-mail sender` or `text account`.
    pub about: &'static str,
    pub well: bool,
    pub sentence: String,
}

impl Finding {
    fn new(about: &'static str, well: bool, sentence: impl Into<String>) -> Self {
        Self {
            about,
            well,
            sentence: sentence.into(),
        }
    }

    /// An answer that was not given is no sign of trouble by itself.
    fn unknown(about: &'static str, error: &impl ProvideErrorMetadata) -> Self {
        let code = error.code().unwrap_or("no answer");
        Self::new(about, true, format!("Not known ({code})."))
    }
}

/// Whether SES takes e-mails of this account.
pub async fn email_account(sdk: &aws_types::SdkConfig) -> Finding {
    const ABOUT: &str = "e-mail account";
    let account = match Ses::new(sdk).get_account().send().await {
        Ok(account) => account,
        Err(error) => return Finding::unknown(ABOUT, &error),
    };
    if let Some(reason) = why_paused(&account) {
        return Finding::new(ABOUT, false, format!("SES takes no e-mails: {reason}."));
    }
    if !account.production_access_enabled() {
        let sentence = "In the SES sandbox: only verified addresses are reached. \
                        Ask for production access in the SES console.";
        return Finding::new(ABOUT, false, sentence);
    }
    let quota = account.send_quota();
    let rate = quota.map_or(0.0, |quota| quota.max_send_rate());
    Finding::new(ABOUT, true, format!("SES takes {rate} e-mails a second."))
}

/// Whether SES knows the domain of the sender, or else the address, as verified.
pub async fn email_sender(sdk: &aws_types::SdkConfig, sender: &Email) -> Finding {
    const ABOUT: &str = "e-mail sender";
    let client = Ses::new(sdk);
    let domain = sender.reveal().rsplit('@').next().unwrap_or_default();
    for identity in [domain, sender.reveal()] {
        let asked = client.get_email_identity().email_identity(identity);
        match asked.send().await {
            Ok(found) if found.verified_for_sending_status() => {
                return Finding::new(ABOUT, true, "Verified in SES.");
            }
            Ok(_) => {}
            Err(error) => {
                let missing = error
                    .as_service_error()
                    .is_some_and(|error| error.is_not_found_exception());
                if !missing {
                    return Finding::unknown(ABOUT, &error);
                }
            }
        }
    }
    let sentence = "Neither the domain of the sender nor its address is verified in SES \
                    in this region: every e-mail will be refused.";
    Finding::new(ABOUT, false, sentence)
}

/// Whether SNS texts every number.
pub async fn text_account(sdk: &aws_types::SdkConfig) -> Finding {
    const ABOUT: &str = "text account";
    let asked = Sns::new(sdk).get_sms_sandbox_account_status().send().await;
    match asked {
        Ok(status) if status.is_in_sandbox() => {
            let sentence = "In the SMS sandbox of SNS: only verified numbers are texted. \
                            Ask to leave it in the SNS console.";
            Finding::new(ABOUT, false, sentence)
        }
        Ok(_) => Finding::new(ABOUT, true, "SNS texts every number."),
        Err(error) => Finding::unknown(ABOUT, &error),
    }
}
