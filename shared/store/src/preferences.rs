//! What people choose about how they are reached. One row a person holds all of
//! it; what of it is about the feed stands in a list too, because feeds are written
//! without reading their people one by one.

use std::collections::BTreeMap;

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

/// In the place of a category: the choice for the whole feed.
const WHOLE_FEED: &str = "*";

/// Somebody whose feed is not written like all others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FeedException {
    user: UserId,
    /// What the person has chosen, by category.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    choices: BTreeMap<String, bool>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    erased: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
}

impl FeedException {
    /// Somebody who was erased.
    pub(crate) fn erased(user: &UserId, ttl: i64) -> Self {
        Self {
            user: user.clone(),
            choices: BTreeMap::new(),
            erased: true,
            ttl: Some(ttl),
        }
    }

    /// What of somebody's choices is about the feed, if anything is.
    fn chosen(user: &UserId, preferences: &Preferences) -> Option<Self> {
        let whole = preferences.channels.get(&Channel::InApp);
        let whole = whole.map(|allowed| (WHOLE_FEED.to_owned(), *allowed));
        let each = preferences.categories.iter();
        let each = each.filter_map(|(category, choices)| {
            let allowed = choices.get(&Channel::InApp)?;
            Some((category.clone(), *allowed))
        });
        let choices: BTreeMap<String, bool> = whole.into_iter().chain(each).collect();
        (!choices.is_empty()).then(|| Self {
            user: user.clone(),
            choices,
            erased: false,
            ttl: None,
        })
    }
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
    /// category, and who was erased of late.
    pub async fn feed_choices(
        &self,
        tenant: &TenantId,
        category: &str,
    ) -> Result<FeedChoices, StoreError> {
        let listed: Vec<FeedException> = self
            .all(Range {
                consistent: true,
                ..Range::of(keys::feed_exceptions(tenant))
            })
            .await?;
        let mut found = FeedChoices::default();
        for one in listed {
            if one.erased {
                found.erased.insert(one.user);
                continue;
            }
            let mut chosen = Preferences::default();
            let whole = one.choices.get(WHOLE_FEED);
            chosen
                .channels
                .extend(whole.map(|allowed| (Channel::InApp, *allowed)));
            if let Some(allowed) = one.choices.get(category) {
                let choices = [(Channel::InApp, *allowed)].into();
                chosen.categories.insert(category.to_owned(), choices);
            }
            found.chosen.insert(one.user, chosen);
        }
        Ok(found)
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

/// Adds what changes in the list of those whose feed is an exception.
fn listed(
    transaction: Transaction,
    tenant: &TenantId,
    user: &UserId,
    before: &Preferences,
    after: &Preferences,
) -> Transaction {
    let (was, is) = (
        FeedException::chosen(user, before),
        FeedException::chosen(user, after),
    );
    let keys = keys::feed_choice(tenant, user);
    match is {
        _ if was == is => transaction,
        Some(exception) => transaction.set(&keys, &exception),
        None => transaction.delete(&keys, None),
    }
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
