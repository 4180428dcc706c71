//! E-mail: SES v2 up to the point where a mail would leave the machine.

mod account;
mod address;
mod feedback;
mod input;
mod render;
mod send;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Clock;
use serde_json::json;

pub use account::SendLimits;
pub use feedback::FeedbackFaults;

use self::account::Account;
use self::feedback::Feedback;
use self::input::{NewTemplate, Suppressed, TemplateContent};
use super::mailbox::Mailbox;
use super::sqs::Sqs;
use super::wire::{Answer, AwsError, Request, Service};

/// The simulated e-mail service.
#[derive(Debug, Clone)]
pub struct Ses(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    account: String,
    mailbox: Mailbox,
    feedback: Option<Feedback>,
    templates: Mutex<BTreeMap<String, TemplateContent>>,
    suppressed: Mutex<BTreeMap<String, String>>,
    sending: Mutex<Account>,
}

impl Ses {
    pub(super) fn new(
        clock: Clock,
        region: &str,
        account: &str,
        mailbox: Mailbox,
        feedback: Option<(Sqs, String)>,
    ) -> Self {
        let feedback =
            feedback.map(|(sqs, queue)| Feedback::new(sqs, queue, region, account, clock.clone()));
        Self(Arc::new(Inner {
            clock,
            account: account.to_owned(),
            mailbox,
            feedback,
            templates: Mutex::default(),
            suppressed: Mutex::default(),
            sending: Mutex::default(),
        }))
    }

    /// What goes wrong with the events about sent mails.
    pub fn set_feedback_faults(&self, faults: FeedbackFaults) {
        if let Some(feedback) = &self.0.feedback {
            feedback.set_faults(faults);
        }
    }

    pub fn feedback_faults(&self) -> FeedbackFaults {
        self.0
            .feedback
            .as_ref()
            .map(Feedback::faults)
            .unwrap_or_default()
    }

    /// What the account may send from now on.
    pub fn set_limits(&self, limits: SendLimits) {
        locked(&self.0.sending).limits = limits;
    }

    pub(super) fn handle(&self, request: &Request) -> Result<Answer, AwsError> {
        match request.action.as_str() {
            "SendEmail" => send::one(&self.0, request),
            "SendBulkEmail" => send::bulk(&self.0, request),
            "GetAccount" => {
                let told = locked(&self.0.sending).told(self.0.clock.now());
                Ok(Answer::json(Service::Ses, &told))
            }
            "GetEmailIdentity" => get_identity(&self.0, request),
            "CreateEmailTemplate" | "UpdateEmailTemplate" => save_template(&self.0, request),
            "GetEmailTemplate" => get_template(&self.0, request),
            "DeleteEmailTemplate" => {
                locked(&self.0.templates).remove(&request.last_segment());
                Ok(empty())
            }
            "PutSuppressedDestination" => {
                let input: Suppressed = request.input()?;
                locked(&self.0.suppressed).insert(input.email_address, input.reason);
                Ok(empty())
            }
            "GetSuppressedDestination" => get_suppressed(&self.0, request),
            "DeleteSuppressedDestination" => {
                let removed = locked(&self.0.suppressed).remove(&request.last_segment());
                removed.map(|_| empty()).ok_or_else(|| {
                    not_found("Email address does not exist on your suppression list.")
                })
            }
            _ => Err(AwsError::not_implemented(request)),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn empty() -> Answer {
    Answer::json(Service::Ses, &json!({}))
}

fn bad_request(message: impl Into<String>) -> AwsError {
    AwsError::new(Service::Ses, 400, "BadRequestException", message)
}

fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new(Service::Ses, 404, "NotFoundException", message)
}

fn get_identity(ses: &Inner, request: &Request) -> Result<Answer, AwsError> {
    let identity = request.last_segment();
    if !locked(&ses.sending).limits.verified {
        return Err(not_found(format!(
            "Email identity {identity} does not exist."
        )));
    }
    let kind = if identity.contains('@') {
        "EMAIL_ADDRESS"
    } else {
        "DOMAIN"
    };
    Ok(Answer::json(
        Service::Ses,
        &json!({
            "IdentityType": kind,
            "VerificationStatus": "SUCCESS",
            "VerifiedForSendingStatus": true,
        }),
    ))
}

fn save_template(ses: &Inner, request: &Request) -> Result<Answer, AwsError> {
    let input: NewTemplate = request.input()?;
    let create = request.action == "CreateEmailTemplate";
    let name = match input.template_name {
        Some(name) => name,
        None => request.last_segment(),
    };
    let mut templates = locked(&ses.templates);
    if create && templates.contains_key(&name) {
        let message = format!(
            "Template {name} already exists for account id {}",
            ses.account
        );
        return Err(AwsError::new(
            Service::Ses,
            400,
            "AlreadyExistsException",
            message,
        ));
    }
    if !create && !templates.contains_key(&name) {
        return Err(not_found(format!("Template {name} does not exist")));
    }
    templates.insert(name, input.template_content);
    Ok(empty())
}

fn get_template(ses: &Inner, request: &Request) -> Result<Answer, AwsError> {
    let name = request.last_segment();
    let templates = locked(&ses.templates);
    let content = templates
        .get(&name)
        .ok_or_else(|| not_found(format!("Template {name} does not exist")))?;
    Ok(Answer::json(
        Service::Ses,
        &json!({ "TemplateName": name, "TemplateContent": content }),
    ))
}

fn get_suppressed(ses: &Inner, request: &Request) -> Result<Answer, AwsError> {
    let address = request.last_segment();
    let suppressed = locked(&ses.suppressed);
    let reason = suppressed
        .get(&address)
        .ok_or_else(|| not_found("Email address does not exist on your suppression list."))?;
    let at = ses.clock.now().as_second();
    Ok(Answer::json(
        Service::Ses,
        &json!({ "SuppressedDestination": {
            "EmailAddress": address, "Reason": reason, "LastUpdateTime": at,
        } }),
    ))
}
