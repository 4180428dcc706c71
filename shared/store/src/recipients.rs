//! What is known of the recipients of a chunk, in two batch reads.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::compose::{self, Recipient};
use domain::directory::User;
use domain::dispatch::{Blocks, Skip, admit};
use domain::ids::{DeliveryId, TenantId, UserId};
use domain::log::{Address, LogRow};
use domain::preference::{Matter, PreferenceRules, Preferences, decide};
use domain::send::{DeliveryStatus, Send, SendStatus};
use domain::tasks::Chunk;
use domain::{Channel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::table::{Item, Keys, parse, s, text};
use crate::transaction::{Expression, Refused};
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

/// The reason of an address that wants no more of what may be ended. What is
/// urgent or mandatory still goes there.
pub(crate) const UNSUBSCRIBED: &str = "unsubscribe";

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
        rules: &PreferenceRules,
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
        let matter = send.matter(chunk.channel);
        let reachable: Vec<_> = recipients.iter().filter_map(addressed).collect();
        let blocks = self.blocks(tenant, rules, matter, &reachable).await?;
        let mut blocks = blocks.into_iter();
        let mut open = Vec::with_capacity(recipients.len());
        for mut recipient in recipients {
            let found = addressed(&recipient).and_then(|_| blocks.next());
            recipient.decided_by = found.map(|blocks| blocks.decision.by);
            let decision = match recipient.skip {
                Some(skip) => Err(skip),
                None => admit(recipient.address.as_ref(), found.unwrap_or_default()).cloned(),
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

    /// What stands against some recipients, or does not, in the order given.
    pub async fn blocks(
        &self,
        tenant: &TenantId,
        rules: &PreferenceRules,
        matter: Matter<'_>,
        recipients: &[Addressed<'_>],
    ) -> Result<Vec<Blocks>, StoreError> {
        if recipients.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.suppression_key(tenant).await?;
        let suppressed = |one: &Addressed<'_>| {
            Self::suppression_place(tenant, matter.channel, &key, one.address.reveal())
        };
        let chosen = |one: &Addressed<'_>| Some(keys::preferences(tenant, &one.user?.id));
        let wanted: HashSet<Keys> = recipients
            .iter()
            .flat_map(|one| std::iter::once(suppressed(one)).chain(chosen(one)))
            .collect();
        let found = self.batch_get(wanted.into_iter().collect()).await?;
        let found: HashMap<Keys, Item> = found
            .into_iter()
            .filter_map(|item| Some((keys_of(&item)?, item)))
            .collect();
        let nobody = BTreeSet::new();
        let each = recipients.iter().map(|one| {
            let suppression = found.get(&suppressed(one));
            let unsubscribed = suppression
                .is_some_and(|item| text(item, "reason").as_deref() == Some(UNSUBSCRIBED));
            let own = match chosen(one).and_then(|keys| found.get(&keys)) {
                Some(item) => Some(parse::<Preferences>(item.clone())?),
                // A bare address can say no more than that.
                None => unsubscribed.then(|| Preferences {
                    channels: [(matter.channel, false)].into(),
                    ..Preferences::default()
                }),
            };
            let roles = one.user.map_or(&nobody, |user| &user.roles);
            Ok(Blocks {
                suppressed: suppression.is_some() && !unsubscribed,
                decision: decide(rules, roles, own.as_ref(), matter),
            })
        });
        each.collect()
    }

    /// Puts an address on the list; the first reason stands.
    pub async fn suppress(
        &self,
        tenant: &TenantId,
        channel: Channel,
        address: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let key = self.suppression_key(tenant).await?;
        let keys = Self::suppression_place(tenant, channel, &key, address);
        self.suppress_keys(&keys, reason).await
    }

    /// An address that was only unsubscribed is suppressed when something worse
    /// comes; no other reason is replaced.
    pub(crate) async fn suppress_keys(&self, keys: &Keys, reason: &str) -> Result<(), StoreError> {
        let suppression = Suppression {
            reason: reason.to_owned(),
            at: self.now(),
        };
        let weaker = Expression::new("attribute_not_exists(#pk) OR #reason = :unsubscribed")
            .value(":unsubscribed", s(UNSUBSCRIBED));
        let put = self
            .transaction()
            .put(crate::table::item(keys, &suppression)?, Some(weaker));
        match put.commit().await {
            Ok(()) | Err(Refused::Conditions(_)) => Ok(()),
            Err(Refused::Store(error)) => Err(error),
        }
    }
}

/// Somebody with an address who may be written to.
#[derive(Debug, Clone)]
pub struct Addressed<'a> {
    /// None for a bare address.
    pub user: Option<&'a User>,
    pub address: Address,
}

/// Who and where, of a recipient that may be written to.
fn addressed(recipient: &Recipient) -> Option<Addressed<'_>> {
    let open = recipient.skip.is_none();
    let address = recipient.address.clone().filter(|_| open)?;
    Some(Addressed {
        user: recipient.user.as_ref(),
        address,
    })
}

fn keys_of(item: &Item) -> Option<Keys> {
    Some(Keys {
        pk: text(item, "pk")?,
        sk: text(item, "sk")?,
    })
}
