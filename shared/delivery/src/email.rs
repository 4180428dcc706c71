//! E-mail by SES: fifty rendered messages a call.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::types::{
    BulkEmailContent, BulkEmailEntry, BulkEmailEntryResult, BulkEmailStatus, Destination,
    EmailTemplateContent, MessageHeader, MessageTag, ReplacementEmailContent, ReplacementTemplate,
    Template,
};
use domain::Clock;
use domain::privacy::Email;
use serde_json::json;

use crate::account::Account;
use crate::answer::{CallFailure, Outcome};
use crate::limiter::Limiter;

/// Most recipients of one `SendBulkEmail`.
pub const MAX_RECIPIENTS: usize = 50;

/// Who a call's messages are from.
#[derive(Debug, Clone, Default)]
pub struct Sender {
    /// Name in the From header.
    pub name: String,
    pub reply_to: Option<Email>,
}

/// One rendered message.
#[derive(Debug, Clone)]
pub struct Message {
    pub to: Email,
    pub subject: String,
    pub html: String,
    pub text: String,
    /// Come back with every event about the message.
    pub tags: Vec<(&'static str, String)>,
    /// Such as `List-Unsubscribe`.
    pub headers: Vec<(&'static str, String)>,
}

/// The e-mail channel.
#[derive(Debug, Clone)]
pub struct EmailChannel {
    client: Client,
    account: Account,
    from: String,
    configuration_set: Option<String>,
}

impl EmailChannel {
    /// `from` is a bare verified address; `workers` is how many processes share
    /// the account's rate.
    pub fn new(
        sdk: &aws_types::SdkConfig,
        from: String,
        configuration_set: Option<String>,
        workers: u64,
        clock: Clock,
    ) -> Self {
        let config = aws_sdk_sesv2::config::Builder::from(sdk)
            .retry_config(aws_smithy_types::retry::RetryConfig::disabled())
            .timeout_config(crate::patient())
            .build();
        let client = Client::from_conf(config);
        Self {
            account: Account::new(client.clone(), workers, clock),
            client,
            from,
            configuration_set,
        }
    }

    /// Why the account may not send at present, if it may not.
    pub async fn paused(&self) -> Option<&'static str> {
        self.account.paused().await
    }

    /// How fast this process may send; asked about after [`Self::paused`].
    pub fn limiter(&self) -> &Limiter {
        self.account.limiter()
    }

    /// Sends up to fifty messages in one call; the outcomes are in their order.
    /// Each is rendered already: the template only carries the parts.
    pub async fn send(
        &self,
        sender: &Sender,
        messages: &[Message],
    ) -> Result<Vec<Outcome>, CallFailure> {
        let content = EmailTemplateContent::builder()
            .subject("{{subject}}")
            .html("{{html}}")
            .text("{{text}}")
            .build();
        let template = Template::builder()
            .template_content(content)
            .template_data("{}")
            .build();
        let answer = self
            .client
            .send_bulk_email()
            .from_email_address(self.sender_header(&sender.name))
            .set_reply_to_addresses(
                sender
                    .reply_to
                    .as_ref()
                    .map(|to| vec![to.reveal().to_owned()]),
            )
            .set_configuration_set_name(self.configuration_set.clone())
            .default_content(BulkEmailContent::builder().template(template).build())
            .set_bulk_email_entries(Some(messages.iter().map(entry).collect::<Result<_, _>>()?))
            .send()
            .await
            .map_err(CallFailure::of)?;
        let results = answer.bulk_email_entry_results;
        if results.len() != messages.len() {
            return Err(CallFailure::Ambiguous(
                "fewer results than messages".to_owned(),
            ));
        }
        results.into_iter().map(outcome).collect()
    }

    /// `"Name" <address>`; quotes and backslashes in the name are escaped, and
    /// what is not ASCII is encoded by SES itself when given as RFC 2047.
    fn sender_header(&self, name: &str) -> String {
        if name.is_empty() {
            return self.from.clone();
        }
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        if name.is_ascii() {
            format!("\"{name}\" <{}>", self.from)
        } else {
            let word = data_encoding::BASE64.encode(name.as_bytes());
            format!("=?UTF-8?B?{word}?= <{}>", self.from)
        }
    }
}

fn entry(message: &Message) -> Result<BulkEmailEntry, CallFailure> {
    let refused = |error: aws_smithy_types::error::operation::BuildError| {
        CallFailure::Refused(error.to_string())
    };
    let data = json!({"subject": message.subject, "html": message.html, "text": message.text});
    let replacement = ReplacementTemplate::builder()
        .replacement_template_data(data.to_string())
        .build();
    let mut entry = BulkEmailEntry::builder()
        .destination(
            Destination::builder()
                .to_addresses(message.to.reveal())
                .build(),
        )
        .replacement_email_content(
            ReplacementEmailContent::builder()
                .replacement_template(replacement)
                .build(),
        );
    for (name, value) in &message.tags {
        entry = entry.replacement_tags(
            MessageTag::builder()
                .name(*name)
                .value(value)
                .build()
                .map_err(refused)?,
        );
    }
    for (name, value) in &message.headers {
        entry = entry.replacement_headers(
            MessageHeader::builder()
                .name(*name)
                .value(value)
                .build()
                .map_err(refused)?,
        );
    }
    Ok(entry.build())
}

fn outcome(result: BulkEmailEntryResult) -> Result<Outcome, CallFailure> {
    let told = result.error.clone().unwrap_or_default();
    Ok(match result.status {
        Some(BulkEmailStatus::Success) => Outcome::Accepted(result.message_id.unwrap_or_default()),
        Some(BulkEmailStatus::AccountThrottled) => {
            Outcome::Throttled(reason(&result.status, &told))
        }
        Some(BulkEmailStatus::TransientFailure) => Outcome::Later(reason(&result.status, &told)),
        Some(
            BulkEmailStatus::AccountDailyQuotaExceeded
            | BulkEmailStatus::AccountSendingPaused
            | BulkEmailStatus::AccountSuspended
            | BulkEmailStatus::ConfigurationSetSendingPaused
            | BulkEmailStatus::MailFromDomainNotVerified,
        ) => Outcome::Paused(reason(&result.status, &told)),
        _ => Outcome::Refused(reason(&result.status, &told)),
    })
}

fn reason(status: &Option<BulkEmailStatus>, told: &str) -> String {
    let word = status
        .as_ref()
        .map_or("unknown", BulkEmailStatus::as_str)
        .to_ascii_lowercase();
    tracing::warn!(
        status = word,
        told_chars = told.len(),
        "a bulk entry was not accepted"
    );
    word
}
