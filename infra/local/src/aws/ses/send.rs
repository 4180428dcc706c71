//! `SendEmail` and `SendBulkEmail`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::address::{bare, check, fate};
use super::input::{
    BulkEntry, Destination, NameValue, Raw, SendBulkEmail, SendEmail, Simple, Template,
    TemplateContent,
};
use super::{Inner, account, bad_request, locked, not_found, render};
use crate::aws::mailbox::{Content, Email, Fate, Item};
use crate::aws::wire::{Answer, AwsError, Request, Service, unique_id};

const MAX_RECIPIENTS: usize = 50;
/// SES takes messages up to 40 MB; templates are bounded much tighter.
const MAX_MESSAGE: usize = 40 * 1024 * 1024;

pub(super) fn one(ses: &Inner, request: &Request) -> Result<Answer, AwsError> {
    let mut input: SendEmail = request.input()?;
    let mut email = Email {
        reply_to: input.reply_to_addresses,
        tags: tags(&[&input.email_tags])?,
        configuration_set: input.configuration_set_name,
        ..Email::default()
    };
    let filled = match (
        input.content.simple,
        input.content.raw,
        input.content.template,
    ) {
        (Some(simple), None, None) => simply(simple, &mut email),
        (None, Some(message), None) => raw(&message, &mut email, &mut input.destination),
        (None, None, Some(template)) => templated(
            ses,
            &template,
            template.template_data.as_deref(),
            &mut email,
        ),
        _ => Err(Refusal::Call(bad_request(
            "Exactly one of Simple, Raw and Template is required.",
        ))),
    };
    email.from = input.from_email_address.unwrap_or(email.from);
    check_sender(ses, &email)?;
    check_destination(&input.destination).map_err(bad_request)?;
    admit(ses).map_err(|refusal| {
        let (status, code, message) = refusal.error();
        AwsError::new(Service::Ses, status, code, message)
    })?;
    let id = match filled {
        Ok(()) => accept(ses, input.destination, email),
        Err(Refusal::Rendering(reason)) => unrendered(ses, &input.destination, &email, &reason),
        Err(Refusal::Call(error)) => return Err(error),
    };
    Ok(Answer::json(Service::Ses, &json!({ "MessageId": id })))
}

pub(super) fn bulk(ses: &Inner, request: &Request) -> Result<Answer, AwsError> {
    let input: SendBulkEmail = request.input()?;
    if input.bulk_email_entries.is_empty() || input.bulk_email_entries.len() > MAX_RECIPIENTS {
        return Err(bad_request(
            "The number of BulkEmailEntries must be between 1 and 50.",
        ));
    }
    let Some(template) = input.default_content.template else {
        return Err(bad_request("DefaultContent must contain a template."));
    };
    let email = Email {
        from: input.from_email_address.unwrap_or_default(),
        reply_to: input.reply_to_addresses,
        configuration_set: input.configuration_set_name,
        ..Email::default()
    };
    check_sender(ses, &email)?;
    content_of(ses, &template)?;
    let results: Vec<Value> = input
        .bulk_email_entries
        .into_iter()
        .map(|entry| {
            bulk_entry(
                ses,
                &template,
                &input.default_email_tags,
                email.clone(),
                entry,
            )
        })
        .collect();
    Ok(Answer::json(
        Service::Ses,
        &json!({ "BulkEmailEntryResults": results }),
    ))
}

fn bulk_entry(
    ses: &Inner,
    template: &Template,
    default_tags: &[NameValue],
    mut email: Email,
    entry: BulkEntry,
) -> Value {
    let invalid = |reason: String| json!({ "Status": "INVALID_PARAMETER", "Error": reason });
    if let Err(reason) = check_destination(&entry.destination) {
        return invalid(reason);
    }
    match tags(&[default_tags, &entry.replacement_tags]) {
        Ok(tags) => email.tags = tags,
        Err(error) => return invalid(error.message),
    }
    if let Err(refusal) = admit(ses) {
        let (_, _, message) = refusal.error();
        return json!({ "Status": refusal.status(), "Error": message });
    }
    let replacement = entry
        .replacement_email_content
        .and_then(|content| content.replacement_template);
    let data = replacement.and_then(|template| template.replacement_template_data);
    let id = match templated(ses, template, data.as_deref(), &mut email) {
        Ok(()) => match add_headers(&mut email, entry.replacement_headers) {
            Ok(()) => accept(ses, entry.destination, email),
            Err(error) => return invalid(error.message),
        },
        Err(Refusal::Rendering(reason)) => unrendered(ses, &entry.destination, &email, &reason),
        Err(Refusal::Call(error)) => return invalid(error.message),
    };
    json!({ "Status": "SUCCESS", "MessageId": id })
}

/// Whether the account may send one more at this instant.
fn admit(ses: &Inner) -> Result<(), account::Refusal> {
    locked(&ses.sending).admit(ses.clock.now())
}

/// Why a mail is not accepted as it is.
enum Refusal {
    /// The call fails.
    Call(AwsError),
    /// The call succeeds, and an event tells that nothing was sent.
    Rendering(String),
}

impl From<AwsError> for Refusal {
    fn from(error: AwsError) -> Self {
        Self::Call(error)
    }
}

fn simply(simple: Simple, email: &mut Email) -> Result<(), Refusal> {
    email.subject = simple.subject.data;
    email.html = simple.body.html.map(|part| part.data);
    email.text = simple.body.text.map(|part| part.data);
    if email.html.is_none() && email.text.is_none() {
        return Err(bad_request("The body must contain text or HTML.").into());
    }
    Ok(add_headers(email, simple.headers)?)
}

/// Keeps a raw message and reads its header as far as a mailbox shows it.
fn raw(message: &Raw, email: &mut Email, to: &mut Destination) -> Result<(), Refusal> {
    let bytes = STANDARD
        .decode(&message.data)
        .map_err(|_| bad_request("Invalid raw message."))?;
    if bytes.len() > MAX_MESSAGE {
        return Err(bad_request("The message is too large.").into());
    }
    let source = String::from_utf8_lossy(&bytes).into_owned();
    let head = source.split("\r\n\r\n").next().unwrap_or_default();
    let head = head.split("\n\n").next().unwrap_or_default();
    for line in head
        .replace("\r\n", "\n")
        .replace("\n ", " ")
        .replace("\n\t", " ")
        .lines()
    {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        let addresses = || {
            value
                .split(',')
                .map(|part| part.trim().to_owned())
                .collect::<Vec<_>>()
        };
        match name.to_ascii_lowercase().as_str() {
            "subject" => email.subject = value,
            "from" => email.from = value,
            "to" if to.to_addresses.is_empty() => to.to_addresses = addresses(),
            "cc" if to.cc_addresses.is_empty() => to.cc_addresses = addresses(),
            "reply-to" => email.reply_to = addresses(),
            _ => email.headers.push((name, value)),
        }
    }
    email.raw = Some(source);
    Ok(())
}

fn content_of(ses: &Inner, template: &Template) -> Result<TemplateContent, AwsError> {
    match (&template.template_content, &template.template_name) {
        (Some(content), _) => Ok(content.clone()),
        (None, Some(name)) => {
            let templates = locked(&ses.templates);
            let found = templates.get(name).cloned();
            found.ok_or_else(|| not_found(format!("Template {name} does not exist")))
        }
        (None, None) => Err(bad_request("The template needs a name or a content.")),
    }
}

fn templated(
    ses: &Inner,
    template: &Template,
    replacement: Option<&str>,
    email: &mut Email,
) -> Result<(), Refusal> {
    let content = content_of(ses, template)?;
    let mut data = parse(template.template_data.as_deref())?;
    if let (Value::Object(data), Value::Object(own)) = (&mut data, parse(replacement)?) {
        data.extend(own);
    }
    let fill = |part: Option<String>| {
        part.map(|part| render::render(&part, &data))
            .transpose()
            .map_err(Refusal::Rendering)
    };
    email.subject = fill(content.subject)?.unwrap_or_default();
    email.html = fill(content.html)?;
    email.text = fill(content.text)?;
    if email.subject.contains(['\r', '\n']) {
        return Err(Refusal::Rendering(
            "The subject contains a line break.".to_owned(),
        ));
    }
    Ok(add_headers(email, template.headers.clone())?)
}

fn parse(data: Option<&str>) -> Result<Value, AwsError> {
    let text = data.filter(|text| !text.is_empty()).unwrap_or("{}");
    serde_json::from_str(text)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| bad_request("Template data is not a JSON object."))
}

/// Adds headers; one of the same name replaces what was there.
fn add_headers(email: &mut Email, headers: Vec<NameValue>) -> Result<(), AwsError> {
    for NameValue { name, value } in headers {
        let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b':');
        if !named || value.len() > 995 || !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            return Err(bad_request(format!("Invalid header {name:?}.")));
        }
        email
            .headers
            .retain(|(existing, _)| !existing.eq_ignore_ascii_case(&name));
        email.headers.push((name, value));
    }
    Ok(())
}

fn tags(layers: &[&[NameValue]]) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = BTreeMap::new();
    for tag in layers.iter().copied().flatten() {
        let fits = |text: &str| {
            (1..=256).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'@'))
        };
        if !fits(&tag.name) || !fits(&tag.value) {
            return Err(bad_request(format!("Invalid message tag {}.", tag.name)));
        }
        tags.insert(tag.name.clone(), tag.value.clone());
    }
    if tags.len() > MAX_RECIPIENTS {
        return Err(bad_request("Too many message tags."));
    }
    Ok(tags)
}

fn check_sender(ses: &Inner, email: &Email) -> Result<(), AwsError> {
    if !locked(&ses.sending).limits.verified {
        let message = "Email address is not verified.";
        return Err(AwsError::new(Service::Ses, 400, "MessageRejected", message));
    }
    if email.from.is_empty() {
        return Err(bad_request("Missing required parameter FromEmailAddress."));
    }
    let mut addresses = std::iter::once(&email.from).chain(&email.reply_to);
    addresses
        .try_for_each(|address| check(address))
        .map_err(bad_request)
}

fn check_destination(destination: &Destination) -> Result<(), String> {
    let Destination {
        to_addresses,
        cc_addresses,
        bcc_addresses,
    } = destination;
    let all: Vec<&String> = to_addresses
        .iter()
        .chain(cc_addresses)
        .chain(bcc_addresses)
        .collect();
    if all.is_empty() || all.len() > MAX_RECIPIENTS {
        return Err("The number of recipients must be between 1 and 50.".to_owned());
    }
    all.into_iter().try_for_each(|address| check(address))
}

/// Puts the mail into the mailbox and publishes what becomes of it.
fn accept(ses: &Inner, destination: Destination, mut email: Email) -> String {
    let to = destination.to_addresses;
    let recipients: Vec<&String> = to
        .iter()
        .chain(&destination.cc_addresses)
        .chain(&destination.bcc_addresses)
        .collect();
    let suppressed = |address: &str| locked(&ses.suppressed).contains_key(bare(address));
    let mut fates = recipients.iter().map(|address| {
        if suppressed(address) {
            Fate::Bounced
        } else {
            fate(address)
        }
    });
    let fate = fates
        .find(|fate| *fate != Fate::Delivered)
        .unwrap_or_default();
    email.cc = destination.cc_addresses;
    email.bcc = destination.bcc_addresses;
    let item = Item {
        id: message_id(),
        at: ses.clock.now(),
        to,
        fate,
        content: Content::Email(email),
    };
    if let Some(feedback) = &ses.feedback {
        feedback.accepted(&item);
    }
    let id = item.id.clone();
    ses.mailbox.accept(item);
    id
}

fn unrendered(ses: &Inner, to: &Destination, email: &Email, reason: &str) -> String {
    let id = message_id();
    if let Some(feedback) = &ses.feedback {
        feedback.unrendered(&id, &to.to_addresses, email, reason);
    }
    id
}

fn message_id() -> String {
    format!("0107{}-000000", unique_id().replace('-', "").split_at(28).0)
}
