//! What is known of the recipients of a chunk, in two batch reads.

use std::collections::{HashMap, HashSet};

use domain::compose::{self, Recipient};
use domain::directory::User;
use domain::dispatch::{Blocks, Skip, admit};
use domain::ids::{DeliveryId, TenantId, UserId};
use domain::log::{Address, LogRow};
use domain::notification::Priority;
use domain::send::{DeliveryStatus, Send, SendStatus};
use domain::tasks::Chunk;
use domain::{Channel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::{Item, Keys, parse, text};
use crate::{Store, keys};

/// The recipients of a chunk: who is written to, who is not and why, and who
/// has ended already.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    pub open: Vec<(Recipient, Result<Address, Skip>)>,
    /// Statuses of the deliveries that this chunk counts and that have ended.
    pub ended: Vec<DeliveryStatus>,
    /// Deliveries that another chunk of the send has made.
    pub elsewhere: usize,
}

/// Profiles of a chunk's people, and the deliveries that already ended.
#[derive(Debug, Clone, Default)]
struct Facts {
    users: HashMap<UserId, User>,
    logged: HashMap<DeliveryId, LogRow>,
}

/// Why an address must not be written to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Suppression {
    /// `bounce`, `complaint`, `unsubscribe`, `stop` or `manual`.
    pub reason: String,
    pub at: Timestamp,
}

impl Store {
    /// Looks up everybody in a chunk and decides who is written to.
    pub async fn roster(
        &self,
        tenant: &TenantId,
        send: &Send,
        chunk: &Chunk,
    ) -> Result<Roster, StoreError> {
        let mut facts = self.facts(tenant, send, chunk).await?;
        // Whom nothing reached when the chunk was given up is tried again.
        facts
            .logged
            .retain(|_, row| !row.was_given_up() || row.chunk.as_ref() != Some(&chunk.chunk));
        let ended: Vec<DeliveryStatus> = facts
            .logged
            .values()
            .filter(|row| row.chunk.as_ref() == Some(&chunk.chunk))
            .map(|row| row.status)
            .collect();
        let elsewhere = facts.logged.len() - ended.len();
        let recipients: Vec<Recipient> = chunk
            .recipients
            .iter()
            .map(|name| {
                let user = compose::user_of(name).and_then(|id| facts.users.get(&id));
                compose::recipient(send, chunk.channel, name, user)
            })
            .filter(|recipient| !facts.logged.contains_key(&recipient.delivery))
            .collect();
        if send.status == SendStatus::Cancelled {
            let open = recipients
                .into_iter()
                .map(|recipient| (recipient, Err(Skip::Cancelled)))
                .collect();
            return Ok(Roster {
                open,
                ended,
                elsewhere,
            });
        }
        let reachable: Vec<_> = recipients.iter().filter_map(addressed).collect();
        let mut blocks = self
            .blocks(tenant, chunk.channel, &send.category, &reachable)
            .await?
            .into_iter();
        let mandatory = send.priority == Priority::Urgent;
        let mut open = Vec::with_capacity(recipients.len());
        for recipient in recipients {
            let blocks = addressed(&recipient)
                .and_then(|_| blocks.next())
                .unwrap_or_default();
            let decision = match recipient.skip {
                Some(skip) => Err(skip),
                None => admit(recipient.address.as_ref(), blocks, mandatory).cloned(),
            };
            open.push((recipient, decision));
        }
        Ok(Roster {
            open,
            ended,
            elsewhere,
        })
    }

    /// Profiles and log rows of a chunk, in one batch.
    async fn facts(
        &self,
        tenant: &TenantId,
        send: &Send,
        chunk: &Chunk,
    ) -> Result<Facts, StoreError> {
        let users = chunk
            .recipients
            .iter()
            .filter_map(|name| compose::user_of(name));
        let unique: HashSet<UserId> = users.collect();
        let profiles = unique.iter().map(|user| keys::user(tenant, user));
        let rows = chunk
            .recipients
            .iter()
            .map(|name| keys::log(tenant, &send.delivery_id(chunk.channel, name)));
        let mut facts = Facts::default();
        let wanted: Vec<Keys> = profiles.chain(rows).collect();
        for item in self.batch_get(wanted).await? {
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
        if recipients.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.suppression_key(tenant).await?;
        let keys: Vec<(Keys, Option<Keys>)> = recipients
            .iter()
            .map(|(user, address)| {
                let opt_out = user
                    .as_ref()
                    .map(|user| keys::opt_out(tenant, category, channel, user));
                (
                    Self::suppression_place(tenant, channel, &key, address.reveal()),
                    opt_out,
                )
            })
            .collect();
        let wanted: HashSet<Keys> = keys
            .iter()
            .flat_map(|(suppression, opt_out)| std::iter::once(suppression).chain(opt_out).cloned())
            .collect();
        let found = self.batch_get(wanted.into_iter().collect()).await?;
        let found: HashSet<Keys> = found.iter().filter_map(keys_of).collect();
        Ok(keys
            .iter()
            .map(|(suppression, opt_out)| Blocks {
                suppressed: found.contains(suppression),
                opted_out: opt_out.as_ref().is_some_and(|keys| found.contains(keys)),
            })
            .collect())
    }

    /// Puts an address on the list; the first reason stands.
    pub async fn suppress(
        &self,
        tenant: &TenantId,
        channel: Channel,
        address: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let suppression = Suppression {
            reason: reason.to_owned(),
            at: self.now(),
        };
        let key = self.suppression_key(tenant).await?;
        let keys = Self::suppression_place(tenant, channel, &key, address);
        match self
            .transaction()
            .create(&keys, &suppression)
            .commit()
            .await
        {
            Ok(()) | Err(crate::Refused::Conditions(_)) => Ok(()),
            Err(crate::Refused::Store(error)) => Err(error),
        }
    }
}

/// Who and where, of a recipient that may be written to.
fn addressed(recipient: &Recipient) -> Option<(Option<UserId>, Address)> {
    let address = recipient
        .address
        .clone()
        .filter(|_| recipient.skip.is_none())?;
    Some((recipient.user.as_ref().map(|user| user.id.clone()), address))
}

fn keys_of(item: &Item) -> Option<Keys> {
    Some(Keys {
        pk: text(item, "pk")?,
        sk: text(item, "sk")?,
    })
}
