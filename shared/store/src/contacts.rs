//! How two people stand to each other: one row for a pair, and every change of
//! it conditional on what was read.

use std::collections::HashMap;

use domain::chat::contact::{Contact, Pair};
use domain::chat::policy::{ChatSettings, share_group};
use domain::directory::User;
use domain::ids::{TenantId, UserId};

use crate::error::StoreError;
use crate::table::parse;
use crate::tenants::version_is;
use crate::transaction::{Expression, Transaction};
use crate::{Store, keys};

impl Transaction {
    /// Puts a contact in place of the one that was read.
    pub(crate) fn put_contact(self, tenant: &TenantId, seen: &Contact, after: &Contact) -> Self {
        let keys = keys::contact(tenant, &seen.pair);
        let after = Contact {
            version: seen.version + 1,
            ..after.clone()
        };
        if seen.version == 0 {
            self.create(&keys, &after)
        } else {
            self.replace(&keys, &after, seen.version)
        }
    }

    /// Holds everything else to a contact that has not changed since it was read.
    pub fn hold_contact(self, tenant: &TenantId, seen: &Contact) -> Self {
        let same = if seen.version == 0 {
            Expression::new("attribute_not_exists(#pk)")
        } else {
            version_is(seen.version)
        };
        self.check(&keys::contact(tenant, &seen.pair), same)
    }
}

impl Store {
    /// How two people stand to each other.
    pub async fn contact(
        &self,
        tenant: &TenantId,
        one: &UserId,
        other: &UserId,
    ) -> Result<Contact, StoreError> {
        let pair = Pair::of(one, other);
        let found = self.read(&keys::contact(tenant, &pair)).await?;
        Ok(found.unwrap_or_else(|| Contact::strangers(one, other)))
    }

    /// How one person stands to many others; strangers are absent.
    pub async fn contacts_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
        others: &[UserId],
    ) -> Result<HashMap<UserId, Contact>, StoreError> {
        let mut pairs: Vec<Pair> = others.iter().map(|other| Pair::of(user, other)).collect();
        pairs.sort();
        pairs.dedup();
        let wanted = pairs.iter().map(|pair| keys::contact(tenant, pair));
        let found = self.batch_get_consistent(wanted.collect()).await?;
        found
            .into_iter()
            .map(|item| {
                let contact: Contact = parse(item)?;
                Ok((contact.pair.other(user).clone(), contact))
            })
            .collect()
    }

    /// How the tenant wants people to talk.
    pub async fn chat_settings(&self, tenant: &TenantId) -> Result<ChatSettings, StoreError> {
        let found = self.tenant(tenant).await?;
        Ok(found.map(|tenant| tenant.chat).unwrap_or_default())
    }

    /// Whether the tenant's rules let one person ask another to chat.
    pub async fn may_invite(
        &self,
        tenant: &TenantId,
        settings: &ChatSettings,
        from: &User,
        to: &User,
    ) -> Result<bool, StoreError> {
        if !settings.asks_for_groups(from, to) {
            return Ok(settings.may_invite(from, to, false));
        }
        let (mine, theirs) = tokio::try_join!(
            self.memberships_of(tenant, &from.id),
            self.memberships_of(tenant, &to.id),
        )?;
        Ok(settings.may_invite(from, to, share_group(&mine, &theirs, self.now())))
    }
}
