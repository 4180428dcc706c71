//! How the tenant wants things done.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use domain::approval::ApprovalType;
use domain::audit::AuditEntry;
use domain::chat::policy::ChatSettings;
use domain::directory::Tenant;
use domain::people::{self, Complaint, MAX_ATTRIBUTE, MAX_NAME};
use domain::preference::{PreferenceRules, RulesInput};
use domain::privacy::Email;
use domain::problem::ProblemBody;
use domain::template::headers::is_sender_name;
use domain::texting::is_country;
use domain::{Problem, Timestamp};
use garde::Validate;
use lambda::rest::{Answer, Authenticated, Body};
use serde::{Deserialize, Serialize};
use store::Refused;
use utoipa::ToSchema;

use crate::Directory;
use crate::chat_settings::ChatChanges;
use crate::fields::{Fields, nullable};
use crate::retention_settings::{RetentionBody, RetentionChanges};
use crate::users_edit::tenant;
use crate::version::{ATTEMPTS, IfMatch, changed, require};

/// Hosts that templates may link to, at most.
const MAX_HOSTS: usize = 100;

/// A tenant's settings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Settings {
    name: String,
    sender_name: String,
    reply_to: Option<Email>,
    address: String,
    academic_year: String,
    link_hosts: Vec<String>,
    locale: String,
    time_zone: String,
    notification_days: u32,
    /// How long each kind of thing is kept.
    retention: RetentionBody,
    chat: ChatSettings,
    preferences: PreferenceRules,
    /// Who may decide about requests of each type, as it is in force.
    approvers: BTreeMap<ApprovalType, Vec<String>>,
    sms_per_hour: u32,
    /// Countries whose numbers are texted, as they are in force.
    sms_countries: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    version: u64,
}

impl From<Tenant> for Settings {
    fn from(tenant: Tenant) -> Self {
        let sms_countries = tenant.texts.allowed(&tenant.locale);
        let retention = RetentionBody::of(&tenant);
        Self {
            name: tenant.name,
            sender_name: tenant.sender_name,
            reply_to: tenant.reply_to,
            address: tenant.address,
            academic_year: tenant.academic_year,
            link_hosts: tenant.link_hosts,
            locale: tenant.locale,
            time_zone: tenant.time_zone,
            notification_days: tenant.notification_days,
            retention,
            chat: tenant.chat,
            preferences: tenant.preferences,
            approvers: tenant.approvers.all(),
            sms_per_hour: tenant.texts.per_hour,
            sms_countries,
            updated_at: tenant.updated_at,
            version: tenant.version,
        }
    }
}

/// Changes to settings; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct SettingsChanges {
    #[serde(default)]
    name: Option<String>,
    /// Name in the From header of e-mails.
    #[serde(default)]
    sender_name: Option<String>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    reply_to: Option<Option<String>>,
    /// Several lines are allowed.
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    academic_year: Option<String>,
    /// Hosts that templates may link to although they would be refused otherwise.
    #[serde(default)]
    link_hosts: Option<Vec<String>>,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    time_zone: Option<String>,
    /// Days for which notifications are kept.
    #[serde(default)]
    #[garde(range(min = 1, max = 365))]
    notification_days: Option<u32>,
    #[serde(default)]
    #[garde(dive)]
    retention: Option<RetentionChanges>,
    #[serde(default)]
    #[garde(dive)]
    chat: Option<ChatChanges>,
    /// What is decided about how people are reached; a list that is given
    /// replaces the one there is.
    #[serde(default)]
    preferences: Option<RulesInput>,
    /// Who may decide about requests of a type: up to 20 audience expressions
    /// in place of those that there are. Null goes back to `role:admin`. For
    /// administrators.
    #[serde(default)]
    approvers: Option<BTreeMap<ApprovalType, Option<Vec<String>>>>,
    /// Texts to one number in an hour; what is urgent passes.
    #[serde(default)]
    #[garde(range(min = 1, max = 100))]
    sms_per_hour: Option<u32>,
    /// Countries whose numbers are texted, such as `["GB", "IE"]`, or `["*"]`
    /// for all. Null goes back to the country of the tenant's locale.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Vec<String>>)]
    sms_countries: Option<Option<Vec<String>>>,
    /// The version that was read; 409 when it has changed since.
    #[serde(default)]
    version: Option<u64>,
}

/// Get the tenant's settings
#[utoipa::path(
    get,
    path = "/v1/settings",
    operation_id = "getSettings",
    tag = "directory",
    responses(
        (status = 200, description = "The settings", body = Settings),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_settings(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
) -> Answer<Json<Settings>> {
    caller.require_staff()?;
    Ok(Json(tenant(&directory.store, &caller).await?.into()))
}

/// Change the tenant's settings
#[utoipa::path(
    patch,
    path = "/v1/settings",
    operation_id = "updateSettings",
    tag = "directory",
    request_body = SettingsChanges,
    responses(
        (status = 200, description = "The settings", body = Settings),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not valid", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_settings(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    if_match: IfMatch,
    Body(changes): Body<SettingsChanges>,
) -> Answer<Json<Settings>> {
    caller.require_staff()?;
    if changes.approvers.is_some() {
        // Whoever names approvers can name themselves.
        caller.require_admin()?;
    }
    let store = &directory.store;
    let seen = if_match.or(changes.version)?;
    for _ in 0..ATTEMPTS {
        let before = tenant(store, &caller).await?;
        require(seen, before.version)?;
        let mut after = changes.apply(&before)?;
        if after == before {
            return Ok(Json(before.into()));
        }
        after.version += 1;
        after.updated_at = store.now();
        let subject = caller.tenant.as_str();
        let audit = AuditEntry::new(&caller, "settings.updated", subject, store.now());
        match store.update_tenant(&after, before.version, &audit).await {
            Ok(()) => return Ok(Json(after.into())),
            Err(Refused::Conditions(_)) if seen.is_none() => {}
            Err(Refused::Conditions(_)) => return Err(changed().into()),
            Err(Refused::Store(error)) => return Err(error.into()),
        }
    }
    Err(changed().into())
}

impl SettingsChanges {
    fn apply(&self, before: &Tenant) -> Result<Tenant, Problem> {
        let mut after = before.clone();
        let mut fields = Fields::default();
        let mut text = |field: &str, given: &Option<String>, kept: &mut String, read: Read| {
            if let Some(given) = given {
                *kept = fields.check(field, read(given)).unwrap_or_default();
            }
        };
        text("name", &self.name, &mut after.name, people::name);
        text(
            "sender_name",
            &self.sender_name,
            &mut after.sender_name,
            sender,
        );
        text("address", &self.address, &mut after.address, address);
        text(
            "academic_year",
            &self.academic_year,
            &mut after.academic_year,
            year,
        );
        text("locale", &self.locale, &mut after.locale, people::locale);
        text(
            "time_zone",
            &self.time_zone,
            &mut after.time_zone,
            people::time_zone,
        );
        if let Some(reply_to) = &self.reply_to {
            let invalid = |message| Complaint::new("invalid", message);
            let read = |text: &String| Email::parse(text).map_err(invalid);
            let reply_to = reply_to.as_ref().map(read).transpose();
            after.reply_to = fields.check("reply_to", reply_to).flatten();
        }
        if let Some(given) = &self.link_hosts {
            after.link_hosts = fields.check("link_hosts", hosts(given)).unwrap_or_default();
        }
        if let Some(days) = self.notification_days {
            after.notification_days = days;
        }
        if let Some(retention) = &self.retention {
            retention.apply(&mut after);
        }
        if let Some(chat) = &self.chat {
            chat.apply(&mut after.chat);
        }
        if let Some(rules) = &self.preferences {
            match rules.apply(&after.preferences) {
                Ok(rules) => after.preferences = rules,
                Err(faults) => fields.within("preferences", faults),
            }
        }
        if let Some(changes) = &self.approvers {
            fields.extend(after.approvers.apply("approvers", changes));
        }
        if let Some(most) = self.sms_per_hour {
            after.texts.per_hour = most;
        }
        if let Some(given) = &self.sms_countries {
            let given = given.as_deref().map(countries).transpose();
            after.texts.countries = fields.check("sms_countries", given).flatten();
        }
        fields.finish()?;
        Ok(after)
    }
}

type Read = fn(&str) -> Result<String, Complaint>;

fn sender(text: &str) -> Result<String, Complaint> {
    let text = text.trim();
    if is_sender_name(text) {
        Ok(text.to_owned())
    } else {
        Err(Complaint::new(
            "invalid",
            "A sender name has 1 to 100 characters, without quotation marks, angle brackets, backslashes and line breaks.",
        ))
    }
}

fn year(text: &str) -> Result<String, Complaint> {
    people::line(text, MAX_NAME)
}

fn address(text: &str) -> Result<String, Complaint> {
    let lines = text
        .lines()
        .map(|line| people::line(line, MAX_NAME))
        .collect::<Result<Vec<_>, _>>()?;
    let address = lines.join("\n");
    if address.chars().count() > MAX_ATTRIBUTE {
        let message = format!("At most {MAX_ATTRIBUTE} characters.");
        return Err(Complaint::new("too_long", message));
    }
    Ok(address)
}

fn countries(given: &[String]) -> Result<Vec<String>, Complaint> {
    let known = |country: &String| {
        let country = country.trim().to_ascii_uppercase();
        is_country(&country).then_some(country)
    };
    let read: Option<BTreeSet<String>> = given.iter().map(known).collect();
    read.map(|countries| countries.into_iter().collect())
        .ok_or_else(|| Complaint::new("invalid", "A country has two letters, such as GB."))
}

fn hosts(given: &[String]) -> Result<Vec<String>, Complaint> {
    if given.len() > MAX_HOSTS {
        let message = format!("At most {MAX_HOSTS} hosts.");
        return Err(Complaint::new("too_many", message));
    }
    let hosts = given.iter().map(|host| {
        let host = host.trim().to_lowercase();
        let plain = host.len() <= 253
            && host.contains('.')
            && host.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        plain.then_some(host)
    });
    hosts
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Complaint::new("invalid", "A host is a name such as docs.example.org."))
}
