//! Reads a new request: every fault is told under its field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::ask::{Account, Ask, Price, Upgrade};
use super::change::{MODULES, TIER, held};
use super::decide::MAX_WORDS;
use super::reader::{Details, amount, currency, word};
use super::{Approval, ApprovalStatus, ApprovalType};
use crate::caller::{Caller, Role};
use crate::directory::User;
use crate::ids::{ApprovalId, UserId};
use crate::people::{self, Complaint, MAX_ATTRIBUTE};
use crate::privacy::{Email, Phone};
use crate::problem::{Code, FieldError, Problem};
use crate::text;
use crate::time::Timestamp;

/// Details of a request of one's own kind.
pub const MAX_DETAILS: usize = 20;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct NewRequest {
    pub kind: ApprovalType,
    pub title: Option<String>,
    pub reason: Option<String>,
    pub details: Map<String, Value>,
}

impl NewRequest {
    /// The person whom a staff account names, if the id is one.
    pub fn named(&self) -> Option<UserId> {
        if self.kind != ApprovalType::StaffAccount {
            return None;
        }
        self.details.get("id")?.as_str()?.parse().ok()
    }

    /// The request of `asker`, or everything that is wrong with it. `named` is
    /// whom the directory has under the id that a staff account names.
    pub fn read(
        self,
        caller: &Caller,
        asker: &User,
        named: Option<&User>,
        id: ApprovalId,
        now: Timestamp,
    ) -> Result<Approval, Problem> {
        let mut details = Details::new(self.details);
        let ask = match self.kind {
            ApprovalType::TierUpgrade => details.upgrade(asker),
            ApprovalType::ModuleAccess => details.module(asker),
            ApprovalType::StaffAccount => details.account(named, now),
            ApprovalType::Custom => Some(Ask::Custom(details.custom())),
        };
        let mut errors = details.finish();
        let title = title(self.kind, self.title.as_deref()).map_err(|wrong| errors.push(wrong));
        let reason = words("reason", self.reason.as_deref(), &mut errors);
        match (ask, title) {
            (Some(ask), Ok(title)) if errors.is_empty() => Ok(Approval {
                id,
                title: title.unwrap_or_else(|| ask.title()),
                ask,
                reason,
                requester: asker.id.clone(),
                status: ApprovalStatus::Pending,
                created_at: now,
                decided_at: None,
                decided_by: None,
                comment: None,
                test: caller.is_test(),
                version: 1,
            }),
            _ => Err(Problem::new(Code::Invalid).errors(errors)),
        }
    }
}

fn title(kind: ApprovalType, given: Option<&str>) -> Result<Option<String>, FieldError> {
    match (kind, given) {
        (ApprovalType::Custom, given) => people::name(given.unwrap_or_default())
            .map(Some)
            .map_err(|complaint| complaint.at("title")),
        (_, None) => Ok(None),
        (_, Some(_)) => Err(FieldError::new(
            "title",
            "not_allowed",
            "Only a custom request has a title of its own.",
        )),
    }
}

/// Several lines that may be absent; empty ones are absent.
fn words(field: &str, given: Option<&str>, errors: &mut Vec<FieldError>) -> Option<String> {
    let given = given.filter(|given| !given.trim().is_empty())?;
    match text::check(field, given, MAX_WORDS) {
        Ok(words) => Some(words),
        Err(problem) => {
            errors.extend(problem.errors);
            None
        }
    }
}

impl Details {
    fn upgrade(&mut self, asker: &User) -> Option<Ask> {
        let own = asker.attributes.get(TIER).cloned();
        let from = self.optional("from", word);
        let to = self.required("to", word);
        let price = self.price();
        if from.is_some() && from != own {
            let message = match &own {
                Some(own) => format!("Your tier is {own}."),
                None => "You have no tier.".to_owned(),
            };
            self.fault("from", Complaint::new("not_current", message));
        }
        let to = to?;
        if own.as_ref() == Some(&to) {
            self.fault("to", Complaint::new("held", "You have this tier."));
        }
        Some(Ask::TierUpgrade(Upgrade {
            from: own,
            to,
            price,
        }))
    }

    fn price(&mut self) -> Option<Price> {
        let inner = match self.left.remove("price") {
            None | Some(Value::Null) => return None,
            Some(Value::Object(inner)) => inner,
            Some(_) => {
                let message = "A price is an amount and a currency.";
                self.fault("price", Complaint::new("wrong_type", message));
                return None;
            }
        };
        let mut fields = Details::new(inner);
        let amount = fields.required("amount", amount);
        let currency = fields.required("currency", currency);
        for error in fields.finish() {
            let field = error.field.replacen("details.", "details.price.", 1);
            self.errors.push(FieldError { field, ..error });
        }
        Some(Price {
            amount: amount?,
            currency: currency?,
        })
    }

    fn module(&mut self, asker: &User) -> Option<Ask> {
        let module = self.required("module", word)?;
        let own = asker.attributes.get(MODULES);
        if held(own).any(|own| own == module) {
            let complaint = Complaint::new("held", "You have access to this module.");
            self.fault("module", complaint);
        }
        Some(Ask::ModuleAccess { module })
    }

    fn account(&mut self, named: Option<&User>, now: Timestamp) -> Option<Ask> {
        let id = self.optional("id", |text| {
            let bad = |_| Complaint::new("invalid", "This is not an id.");
            text.parse::<UserId>().map_err(bad)
        });
        let name = self.required("name", people::name);
        let invalid = |message: String| Complaint::new("invalid", message);
        let email = self.required("email", |text| Email::parse(text).map_err(invalid));
        let phone = self.optional("phone", |text| Phone::parse(text).map_err(invalid));
        let roles = self.roles();
        if let (Some(named), Some(email)) = (named, &email) {
            let theirs = named.email.as_ref() == Some(email);
            if !theirs {
                let message = "Somebody else has this id; give their address to add to their roles, or another id.";
                self.fault("id", Complaint::new("taken", message));
            }
        }
        Some(Ask::StaffAccount(Account {
            id: id.unwrap_or_else(|| UserId::new(now)),
            name: named.map(|named| named.name.clone()).or(name)?,
            email: email?,
            phone,
            roles: roles?,
            known: named.is_some(),
        }))
    }

    fn roles(&mut self) -> Option<BTreeSet<Role>> {
        let given = match self.left.remove("roles") {
            Some(Value::Array(given)) => given,
            None => Vec::new(),
            Some(_) => {
                let complaint = Complaint::new("wrong_type", "This has to be a list.");
                self.fault("roles", complaint);
                return None;
            }
        };
        let texts: Option<Vec<&str>> = given.iter().map(Value::as_str).collect();
        let checked = match texts {
            Some(texts) if !texts.is_empty() => people::roles(texts.into_iter()),
            Some(_) => Err(Complaint::new("required", "At least one role.")),
            None => Err(Complaint::new("wrong_type", "Roles are texts.")),
        };
        self.read("roles", checked)
    }

    fn custom(&mut self) -> BTreeMap<String, String> {
        if self.left.len() > MAX_DETAILS {
            let complaint = Complaint::new("too_many", format!("At most {MAX_DETAILS} details."));
            self.errors.push(complaint.at("details"));
            self.left.clear();
        }
        let names: Vec<String> = self.left.keys().cloned().collect();
        let mut details = BTreeMap::new();
        for name in names {
            if let Err(complaint) = people::attribute_name(&name) {
                self.left.remove(&name);
                self.errors.push(complaint.at("details"));
                continue;
            }
            let line = |text: &str| people::line(text, MAX_ATTRIBUTE);
            if let Some(value) = self.optional(&name, line) {
                details.insert(name, value);
            }
        }
        details
    }
}
