//! Audiences as callers name them: what the tenant knows of them, and what it
//! does not.

use std::collections::{BTreeSet, HashMap};

use domain::audience::{Audience, Expression};
use domain::ids::{GroupId, TenantId};
use domain::problem::FieldError;

use crate::error::StoreError;
use crate::resolve::fits;
use crate::table::parse;
use crate::{Store, keys};

impl Store {
    /// An audience as it was written, made fit to be reached: everybody in it
    /// exists, and addresses and numbers of people in the directory have become these
    /// people, so that one person named twice is reached once. The other answer
    /// is what names nobody of the tenant, or another kind or role than it
    /// says; by position, revealing nothing else.
    pub async fn known_audience(
        &self,
        tenant: &TenantId,
        field: &str,
        audience: Audience,
    ) -> Result<Result<Audience, Vec<FieldError>>, StoreError> {
        let Audience { include, except } = audience;
        let mut wrong = self.unknown(tenant, field, &include).await?;
        wrong.extend(
            self.unknown(tenant, &format!("{field}.except"), &except)
                .await?,
        );
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
        let known = Audience {
            include: self.people_behind(tenant, include).await?,
            except: self.people_behind(tenant, except).await?,
        };
        Ok(Ok(known.distinct()))
    }

    /// The part of an audience that names somebody, and what names nobody.
    pub async fn known_part(
        &self,
        tenant: &TenantId,
        audience: Audience,
    ) -> Result<(Audience, Vec<Expression>), StoreError> {
        let mut unknown = Vec::new();
        let mut known = Vec::new();
        for mut expressions in [audience.include, audience.except] {
            let strange = self.strange(tenant, &expressions).await?;
            for position in strange.into_iter().rev() {
                unknown.push(expressions.remove(position));
            }
            known.push(self.people_behind(tenant, expressions).await?);
        }
        let except = known.pop().unwrap_or_default();
        let include = known.pop().unwrap_or_default();
        Ok((Audience { include, except }.distinct(), unknown))
    }

    async fn people_behind(
        &self,
        tenant: &TenantId,
        expressions: Vec<Expression>,
    ) -> Result<Vec<Expression>, StoreError> {
        let mut known = Vec::with_capacity(expressions.len());
        for expression in expressions {
            let people = match &expression {
                Expression::Email(email) => self.users_by_email(tenant, email).await?,
                Expression::Phone(phone) => self.users_by_phone(tenant, phone).await?,
                _ => Vec::new(),
            };
            known.push(match people.as_slice() {
                [person] => Expression::User {
                    role: None,
                    id: person.id.clone(),
                },
                _ => expression,
            });
        }
        Ok(known)
    }

    /// Complaints about expressions that name nobody.
    async fn unknown(
        &self,
        tenant: &TenantId,
        field: &str,
        expressions: &[Expression],
    ) -> Result<Vec<FieldError>, StoreError> {
        let strange = self.strange(tenant, expressions).await?.into_iter();
        let complaint = |position| {
            FieldError::new(
                format!("{field}[{position}]"),
                "unknown_audience",
                "There is nobody of this description.",
            )
        };
        Ok(strange.map(complaint).collect())
    }

    /// Positions of expressions that name nobody.
    async fn strange(
        &self,
        tenant: &TenantId,
        expressions: &[Expression],
    ) -> Result<Vec<usize>, StoreError> {
        let ids = expressions
            .iter()
            .filter_map(|expression| match expression {
                Expression::User { id, .. } | Expression::GuardiansOfUser { id, .. } => {
                    Some(id.clone())
                }
                _ => None,
            })
            .collect::<BTreeSet<_>>();
        let people = self.profiles(tenant, ids.into_iter().collect()).await?;
        let kinds = self.group_kinds(tenant, expressions).await?;
        let exists = |expression: &Expression| match expression {
            Expression::User { id, role } | Expression::GuardiansOfUser { id, role } => {
                people.get(id).is_some_and(|user| fits(user, role.as_ref()))
            }
            Expression::Group { id, kind }
            | Expression::StudentsOf { id, kind }
            | Expression::GuardiansOf { id, kind } => kinds
                .get(id)
                .is_some_and(|actual| kind.as_ref().is_none_or(|kind| kind == actual)),
            _ => true,
        };
        let wrong = expressions
            .iter()
            .enumerate()
            .filter(|(_, expression)| !exists(expression));
        Ok(wrong.map(|(position, _)| position).collect())
    }

    async fn group_kinds(
        &self,
        tenant: &TenantId,
        expressions: &[Expression],
    ) -> Result<HashMap<GroupId, String>, StoreError> {
        let ids: BTreeSet<&GroupId> = expressions
            .iter()
            .filter_map(|expression| match expression {
                Expression::Group { id, .. }
                | Expression::StudentsOf { id, .. }
                | Expression::GuardiansOf { id, .. } => Some(id),
                _ => None,
            })
            .collect();
        let items = self
            .batch_get(ids.into_iter().map(|id| keys::group(tenant, id)).collect())
            .await?;
        let groups = items
            .into_iter()
            .map(parse::<domain::directory::Group>)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(groups
            .into_iter()
            .map(|group| (group.id, group.kind))
            .collect())
    }
}
