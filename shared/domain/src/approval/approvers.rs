//! Who may decide about requests of each type: data of the tenant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ApprovalType;
use crate::audience::{Audience, Expression};
use crate::caller::Role;
use crate::problem::FieldError;
use crate::visibility::{PersonFacts, visible};

/// Expressions that name the approvers of one type.
pub const MAX_APPROVERS: usize = 20;

/// The approvers of each type; administrators where nothing is said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = BTreeMap<ApprovalType, Vec<String>>)]
pub struct Approvers(BTreeMap<ApprovalType, Vec<Expression>>);

impl Approvers {
    /// Who may decide about requests of a type.
    pub fn of(&self, kind: ApprovalType) -> Vec<Expression> {
        let usual = || Role::parse("admin").map(Expression::Role).ok();
        match self.0.get(&kind) {
            Some(said) => said.clone(),
            None => usual().into_iter().collect(),
        }
    }

    /// The same for every type, as it is in force.
    pub fn all(&self) -> BTreeMap<ApprovalType, Vec<String>> {
        let of = |kind| self.of(kind).iter().map(ToString::to_string).collect();
        ApprovalType::ALL.map(|kind| (kind, of(kind))).into()
    }

    /// The types about which a person may decide.
    pub fn decided_by(&self, person: &PersonFacts) -> Vec<ApprovalType> {
        let decides = |kind: &ApprovalType| {
            let audience = Audience {
                include: self.of(*kind),
                except: Vec::new(),
            };
            visible(&audience, person)
        };
        ApprovalType::ALL.into_iter().filter(decides).collect()
    }

    /// Takes over what is said of some types; null and an empty list go back to
    /// the administrators. Tells what is wrong under `field`.
    pub fn apply(
        &mut self,
        field: &str,
        changes: &BTreeMap<ApprovalType, Option<Vec<String>>>,
    ) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for (kind, said) in changes {
            let place = format!("{field}.{}", kind.as_str());
            let said = said.as_deref().unwrap_or_default();
            if said.len() > MAX_APPROVERS {
                let message = format!("At most {MAX_APPROVERS} expressions.");
                errors.push(FieldError::new(&place, "too_many", message));
                continue;
            }
            let mut read = Vec::with_capacity(said.len());
            for (at, text) in said.iter().enumerate() {
                match expression(text) {
                    Ok(expression) => read.push(expression),
                    Err(message) => {
                        let place = format!("{place}[{at}]");
                        errors.push(FieldError::new(place, "invalid", message));
                    }
                }
            }
            if read.is_empty() {
                self.0.remove(kind);
            } else {
                self.0.insert(*kind, read);
            }
        }
        errors
    }
}

/// An expression that names people of the directory.
fn expression(text: &str) -> Result<Expression, String> {
    match text.parse()? {
        Expression::Email(_) | Expression::Phone(_) => {
            Err("Approvers are people of the directory, not addresses.".to_owned())
        }
        expression => Ok(expression),
    }
}
