//! What is known of the recipients of a chunk, in two batch reads.

use std::collections::{HashMap, HashSet};

use domain::directory::User;
use domain::dispatch::Blocks;
use domain::ids::{DeliveryId, TenantId, UserId};
use domain::log::{Address, LogRow};
use domain::{Channel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::{Item, Keys, parse, text};
use crate::{Store, keys};

/// Profiles of a chunk's people, and the deliveries that already ended.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub users: HashMap<UserId, User>,
    pub logged: HashMap<DeliveryId, LogRow>,
}

/// Why an address must not be written to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Suppression {
    /// `bounce`, `complaint`, `unsubscribe`, `stop` or `manual`.
    pub reason: String,
    pub at: Timestamp,
}

impl Store {
    /// Profiles and log rows of a chunk.
    pub async fn recipient_facts(
        &self,
        tenant: &TenantId,
        users: &[UserId],
        deliveries: &[DeliveryId],
    ) -> Result<Facts, StoreError> {
        let unique: HashSet<&UserId> = users.iter().collect();
        let profiles = unique.into_iter().map(|user| keys::user(tenant, user));
        let rows = deliveries.iter().map(|delivery| keys::log(tenant, delivery));
        let mut facts = Facts::default();
        for item in self.batch_get(profiles.chain(rows).collect()).await? {
            if text(&item, "sk").as_deref() == Some("PROFILE") {
                let user: User = parse(item)?;
                facts.users.insert(user.id.clone(), user);
            } else {
                let row: LogRow = parse(item)?;
                facts.logged.insert(row.id.clone(), row);
            }
        }
        Ok(facts)
    }

    /// Suppressions and opt-outs that stand against some recipients, in the
    /// order given.
    pub async fn blocks(
        &self,
        tenant: &TenantId,
        channel: Channel,
        category: &str,
        recipients: &[(Option<UserId>, Address)],
    ) -> Result<Vec<Blocks>, StoreError> {
        let suppression = |address: &Address| keys::suppression(tenant, channel, address.reveal());
        let opt_out = |user: &UserId| keys::opt_out(tenant, category, channel, user);
        let mut wanted: HashSet<Keys> = HashSet::new();
        for (user, address) in recipients {
            wanted.insert(suppression(address));
            wanted.extend(user.as_ref().map(opt_out));
        }
        let found = self.batch_get(wanted.into_iter().collect()).await?;
        let found: HashSet<Keys> = found.iter().filter_map(keys_of).collect();
        let block = |(user, address): &(Option<UserId>, Address)| Blocks {
            suppressed: found.contains(&suppression(address)),
            opted_out: user.as_ref().is_some_and(|user| found.contains(&opt_out(user))),
        };
        Ok(recipients.iter().map(block).collect())
    }

    /// Puts an address on the list; the first reason stands.
    pub async fn suppress(
        &self,
        tenant: &TenantId,
        channel: Channel,
        address: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let suppression = Suppression { reason: reason.to_owned(), at: self.now() };
        let keys = keys::suppression(tenant, channel, address);
        match self.transaction().create(&keys, &suppression).commit().await {
            Ok(()) | Err(crate::Refused::Conditions(_)) => Ok(()),
            Err(crate::Refused::Store(error)) => Err(error),
        }
    }
}

fn keys_of(item: &Item) -> Option<Keys> {
    Some(Keys { pk: text(item, "pk")?, sk: text(item, "sk")? })
}
