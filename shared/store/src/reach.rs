//! Whom a send that is not made would reach, for dry runs: the same decisions
//! as those of deliveries, without a delivery.

use domain::Channel;
use domain::compose;
use domain::directory::{Tenant, User};
use domain::dispatch::{Skip, admit};
use domain::log::Address;
use domain::send::Send;

use crate::Store;
use crate::error::StoreError;
use crate::recipients::Addressed;

/// One recipient, and whether a channel reaches them.
#[derive(Debug, Clone)]
pub struct Reached<'a> {
    /// As a chunk would name it.
    pub name: &'a str,
    pub user: Option<&'a User>,
    pub address: Option<Address>,
    pub decision: Result<(), Skip>,
}

impl Store {
    /// The recipients that a channel could have, in the order given. `users` are
    /// the profiles of those who are people; a bare address belongs to one
    /// channel only.
    pub async fn reached<'a>(
        &self,
        tenant: &Tenant,
        send: &Send,
        channel: Channel,
        names: &'a [String],
        users: &'a [User],
    ) -> Result<Vec<Reached<'a>>, StoreError> {
        let mut found: Vec<Reached<'a>> = names
            .iter()
            .filter_map(|name| {
                let user = users.iter().find(|user| user.id.as_str() == name);
                let recipient = compose::recipient(send, channel, name, user);
                let fits = recipient
                    .address
                    .as_ref()
                    .is_some_and(|to| fits(to, channel));
                (user.is_some() || fits).then_some(Reached {
                    name,
                    user,
                    address: recipient.address,
                    decision: recipient.skip.map_or(Ok(()), Err),
                })
            })
            .collect();
        if channel == Channel::InApp {
            self.decide_feed(tenant, send, &mut found).await?;
        } else {
            self.decide_addressed(tenant, send, channel, &mut found)
                .await?;
        }
        Ok(found)
    }

    async fn decide_feed(
        &self,
        tenant: &Tenant,
        send: &Send,
        found: &mut [Reached<'_>],
    ) -> Result<(), StoreError> {
        let (rules, matter) = (&tenant.preferences, send.matter(Channel::InApp));
        let choices = self.feed_choices(&tenant.id, &send.category).await?;
        for one in found.iter_mut().filter(|one| one.decision.is_ok()) {
            let allowed = one.user.is_none_or(|user| {
                let decision = choices.decide(rules, &user.id, &user.roles, matter);
                decision.allowed
            });
            if !allowed {
                one.decision = Err(Skip::OptedOut);
            }
        }
        Ok(())
    }

    async fn decide_addressed(
        &self,
        tenant: &Tenant,
        send: &Send,
        channel: Channel,
        found: &mut [Reached<'_>],
    ) -> Result<(), StoreError> {
        let asked: Vec<Addressed<'_>> = found
            .iter()
            .filter_map(|one| {
                let (user, address) = (one.user, one.address.clone()?);
                Some(Addressed { user, address })
            })
            .collect();
        let matter = send.matter(channel);
        let blocks = self
            .blocks(&tenant.id, &tenant.preferences, matter, &asked)
            .await?;
        let mut blocks = blocks.into_iter();
        for one in found {
            let known = one.address.as_ref().and_then(|_| blocks.next());
            one.decision = one.decision.and_then(|()| {
                let address = admit(one.address.as_ref(), known.unwrap_or_default())?;
                texted(tenant, address)
            });
        }
        Ok(())
    }
}

/// Whether the tenant's rules let a number be texted.
fn texted(tenant: &Tenant, address: &Address) -> Result<(), Skip> {
    let Address::Phone(phone) = address else {
        return Ok(());
    };
    match tenant.texts.refuses(phone, &tenant.locale) {
        Some(skip) => Err(skip),
        None => Ok(()),
    }
}

fn fits(address: &Address, channel: Channel) -> bool {
    matches!(
        (address, channel),
        (Address::Email(_), Channel::Email) | (Address::Phone(_), Channel::Sms)
    )
}
