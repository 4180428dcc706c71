//! What people choose about how they are reached. One row a person holds all of
//! it; choices about the feed are listed by category too, because feeds are
//! written without reading their people one by one.

use std::collections::{BTreeSet, HashMap};

use domain::Channel;
use domain::ids::{SendId, TenantId, UserId};
use domain::preference::{DecidedBy, Decision, FeedChoices, Preferences, Subscriber, Unsubscribe};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::recipients::UNSUBSCRIBED;
use crate::table::{Range, item};
use crate::transaction::{Refused, Transaction};
use crate::{Store, keys};

const DAY: i64 = 86_400;
/// Attempts at a row that others change at the same time.
const ATTEMPTS: usize = 5;

/// One person's choice about the feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct FeedChoice {
    user: UserId,
    allowed: bool,
}

/// Why a send is not in somebody's feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct FeedSkip {
    decision: Decision,
    ttl: i64,
}

impl Store {
    /// What a person has chosen; nothing yet is no choices.
    pub async fn preferences(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Preferences, StoreError> {
        let found = self.read(&keys::preferences(tenant, user)).await?;
        Ok(found.unwrap_or_default())
    }

    /// Keeps choices in the place of those of `before`. Refused if they have
    /// changed meanwhile.
    pub async fn put_preferences(
        &self,
        tenant: &TenantId,
        user: &UserId,
        before: &Preferences,
        after: &Preferences,
    ) -> Result<(), Refused> {
        let row = keys::preferences(tenant, user);
        let transaction = match before.version {
            0 => self.transaction().create(&row, after),
            seen => self.transaction().replace(&row, after, seen),
        };
        listed(transaction, tenant, user, before, after)
            .commit()
            .await
    }

    /// Ends what a link in an e-mail ends; done twice, it is the same.
    pub async fn unsubscribe(&self, link: &Unsubscribe) -> Result<(), StoreError> {
        let (tenant, category) = (&link.tenant, &link.category);
        let user = match &link.subscriber {
            Subscriber::User(user) => user,
            Subscriber::Address(mark) => {
                let keys = keys::suppression(tenant, Channel::Email, mark);
                return self.suppress_keys(&keys, UNSUBSCRIBED).await;
            }
        };
        for _ in 0..ATTEMPTS {
            let before = self.preferences(tenant, user).await?;
            let mut after = before.clone();
            let choices = after.categories.entry(category.clone()).or_default();
            if choices.insert(Channel::Email, false) == Some(false) {
                return Ok(());
            }
            after.version += 1;
            after.updated_at = Some(self.now());
            match self.put_preferences(tenant, user, &before, &after).await {
                Ok(()) => return Ok(()),
                Err(Refused::Conditions(_)) => {}
                Err(Refused::Store(error)) => return Err(error),
            }
        }
        let message = "preferences kept changing".to_owned();
        Err(StoreError::Unavailable(message))
    }

    /// Everybody who has chosen something about the feed that concerns a
    /// category.
    pub async fn feed_choices(
        &self,
        tenant: &TenantId,
        category: &str,
    ) -> Result<FeedChoices, StoreError> {
        let list = |category: &str| {
            let range = Range {
                consistent: true,
                ..Range::of(keys::feed_choices(tenant, category))
            };
            self.all::<FeedChoice>(range)
        };
        let (whole, own) = futures::try_join!(list(keys::WHOLE_CHANNEL), list(category))?;
        let mut found: HashMap<UserId, Preferences> = HashMap::new();
        for choice in whole {
            let choices = &mut found.entry(choice.user).or_default().channels;
            choices.insert(Channel::InApp, choice.allowed);
        }
        for choice in own {
            let categories = &mut found.entry(choice.user).or_default().categories;
            let choices = categories.entry(category.to_owned()).or_default();
            choices.insert(Channel::InApp, choice.allowed);
        }
        Ok(FeedChoices(found))
    }

    /// Notes who does not find a send in the feed, and why. A repeated chunk
    /// notes the same.
    pub async fn note_feed_skips(
        &self,
        tenant: &TenantId,
        send: &SendId,
        skips: &[(UserId, Decision)],
        days: u32,
    ) -> Result<(), StoreError> {
        let ttl = self.now().as_second() + i64::from(days) * DAY;
        let rows = skips.iter().map(|(user, decision)| {
            let skip = FeedSkip {
                decision: *decision,
                ttl,
            };
            item(&keys::feed_skip(tenant, send, user), &skip)
        });
        self.batch_put(rows.collect::<Result<_, _>>()?).await
    }

    /// Who or what kept a send out of somebody's feed.
    pub async fn feed_skip(
        &self,
        tenant: &TenantId,
        send: &SendId,
        user: &UserId,
    ) -> Result<Option<DecidedBy>, StoreError> {
        let keys = keys::feed_skip(tenant, send, user);
        let found: Option<FeedSkip> = self.read(&keys).await?;
        Ok(found.map(|skip| skip.decision.by))
    }
}

/// Adds what changes in the lists of choices about the feed.
fn listed(
    mut transaction: Transaction,
    tenant: &TenantId,
    user: &UserId,
    before: &Preferences,
    after: &Preferences,
) -> Transaction {
    let categories: BTreeSet<&String> = before
        .categories
        .keys()
        .chain(after.categories.keys())
        .collect();
    let of = |preferences: &Preferences, category: &str| match category {
        keys::WHOLE_CHANNEL => preferences.channels.get(&Channel::InApp).copied(),
        category => preferences
            .categories
            .get(category)
            .and_then(|choices| choices.get(&Channel::InApp))
            .copied(),
    };
    let all = categories.into_iter().map(String::as_str);
    for category in all.chain([keys::WHOLE_CHANNEL]) {
        let (was, is) = (of(before, category), of(after, category));
        if was == is {
            continue;
        }
        let keys = keys::feed_choice(tenant, category, user);
        transaction = match is {
            Some(allowed) => {
                let choice = FeedChoice {
                    user: user.clone(),
                    allowed,
                };
                transaction.set(&keys, &choice)
            }
            None => transaction.delete(&keys, None),
        };
    }
    transaction
}

/// Takes a person's choices away along with the person.
pub(crate) fn forgotten(
    transaction: Transaction,
    tenant: &TenantId,
    user: &UserId,
    chosen: &Preferences,
) -> Transaction {
    let transaction = transaction.delete(&keys::preferences(tenant, user), None);
    listed(transaction, tenant, user, chosen, &Preferences::default())
}
