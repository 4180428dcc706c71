//! Whom a notice would reach, and what the first of them would get.

use std::collections::BTreeMap;

use domain::Channel;
use domain::automation::{Automation, Occasion};
use domain::compose::{self, Composer, Recipient};
use domain::directory::{Tenant, User};
use domain::dispatch::{Blocks, Skip};
use domain::ids::UserId;
use domain::notification::{Action, Level, Priority, Reference};
use domain::send::Send;
use domain::tasks::PlanCursor;
use domain::template::Rendered;
use serde::Serialize;
use store::automations::Addressed;
use store::resolve::Snapshot;
use store::{Store, StoreError};

/// People looked at, and people shown.
const MAX_PEOPLE: usize = 1_000;
const SAMPLES: usize = 5;

/// What one target of a rule would be told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TargetReach {
    target: String,
    /// The audience with the event's values.
    audience: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    except: Vec<String>,
    /// Audiences that name nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<String>,
    /// People and bare addresses found.
    pub people: u64,
    /// Whether these are all; at most a thousand are looked at.
    complete: bool,
    level: Level,
    priority: Priority,
    popup: bool,
    category: String,
    actor: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<Action>,
    channels: BTreeMap<Channel, ChannelCounts>,
    /// The first of them.
    samples: Vec<PersonTried>,
}

/// How many would get it on one channel, and why others would not.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
struct ChannelCounts {
    reached: u64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    skipped: BTreeMap<String, u64>,
}

/// What one recipient would get.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PersonTried {
    /// Absent for a bare address.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    messages: BTreeMap<Channel, Rendered>,
    /// Channels on which there would be nothing, with the reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    reasons: BTreeMap<Channel, String>,
}

/// Walks the audience of a notice.
pub(crate) async fn reach(
    store: &Store,
    tenant: &Tenant,
    automation: &Automation,
    occasion: &Occasion<'_>,
    one: Addressed,
) -> Result<TargetReach, StoreError> {
    let texts =
        |list: &[domain::audience::Expression]| list.iter().map(ToString::to_string).collect();
    let (audience, except) = (texts(&one.audience.include), texts(&one.audience.except));
    let send = one.notice.send(automation, occasion, one.audience);
    let mut walk = Walk {
        store,
        tenant,
        send: &send,
        composers: BTreeMap::new(),
        channels: BTreeMap::new(),
        samples: Vec::new(),
    };
    for (channel, template) in &one.notice.templates {
        // It was rendered once already, so it can be prepared.
        if let Ok(composer) = Composer::new(&send.content, *channel, Some(template)) {
            walk.composers.insert(*channel, composer);
            walk.channels.insert(*channel, ChannelCounts::default());
        }
    }
    let (people, complete) = walk.everybody().await?;
    let (channels, samples) = (walk.channels, walk.samples);
    Ok(TargetReach {
        target: one.notice.target,
        audience,
        except,
        unknown: one.unknown,
        people: people as u64,
        complete,
        level: send.level,
        priority: send.priority,
        popup: send.popup,
        category: send.category.clone(),
        actor: send.actor.clone(),
        reference: send.reference.clone(),
        redirect_url: send.redirect_url.clone(),
        actions: send.actions.clone(),
        channels,
        samples,
    })
}

struct Walk<'a> {
    store: &'a Store,
    tenant: &'a Tenant,
    send: &'a Send,
    composers: BTreeMap<Channel, Composer<'a>>,
    channels: BTreeMap<Channel, ChannelCounts>,
    samples: Vec<PersonTried>,
}

impl Walk<'_> {
    /// How many there are, and whether they are all.
    async fn everybody(&mut self) -> Result<(usize, bool), StoreError> {
        let snapshot = Snapshot {
            tenant: &self.tenant.id,
            audience: &self.send.audience,
            at: self.send.created_at.as_second(),
            shards: self.store.audience_shards(&self.tenant.id).await?,
        };
        let mut found = 0;
        let mut cursor = Some(PlanCursor::default());
        while let Some(at) = cursor {
            let page = self.store.resolve(&snapshot, &at).await?;
            let people = page.people.into_iter().map(|found| found.user.to_string());
            let bare = page.addresses.iter().map(|position| format!("#{position}"));
            let mut names: Vec<String> = people.chain(bare).collect();
            let more = found + names.len() > MAX_PEOPLE;
            names.truncate(MAX_PEOPLE - found);
            found += names.len();
            for hundred in names.chunks(100) {
                self.look(hundred).await?;
            }
            cursor = page.next;
            if more || (found == MAX_PEOPLE && cursor.is_some()) {
                return Ok((found, false));
            }
        }
        Ok((found, true))
    }

    async fn look(&mut self, names: &[String]) -> Result<(), StoreError> {
        let ids: Vec<UserId> = names
            .iter()
            .filter_map(|name| compose::user_of(name))
            .collect();
        let users = self.store.users(&self.tenant.id, &ids).await?;
        let mut blocked = BTreeMap::new();
        for channel in [Channel::Email, Channel::Sms] {
            if self.composers.contains_key(&channel) {
                blocked.insert(channel, self.blocked(channel, names, &users).await?);
            }
        }
        for name in names {
            let user = users.iter().find(|user| user.id.as_str() == name);
            let mut person = PersonTried {
                user_id: user.map(|user| user.id.clone()),
                name: user.map(|user| user.name.clone()),
                messages: BTreeMap::new(),
                reasons: BTreeMap::new(),
            };
            for channel in [Channel::InApp, Channel::Email, Channel::Sms] {
                let blocks = blocked.get(&channel).and_then(|found| found.get(name));
                let blocks = blocks.copied().unwrap_or_default();
                self.person(channel, (name, user), blocks, &mut person);
            }
            if self.samples.len() < SAMPLES {
                self.samples.push(person);
            }
        }
        Ok(())
    }

    fn person(
        &mut self,
        channel: Channel,
        (name, user): (&str, Option<&User>),
        blocks: Blocks,
        person: &mut PersonTried,
    ) {
        let Some(composer) = self.composers.get(&channel) else {
            return;
        };
        let recipient = compose::recipient(self.send, channel, name, user);
        let reason = self.skip(channel, &recipient, blocks);
        let counts = self.channels.entry(channel).or_default();
        if let Some(skip) = reason {
            *counts.skipped.entry(skip.as_str().to_owned()).or_default() += 1;
            person.reasons.insert(channel, skip.as_str().to_owned());
            return;
        }
        let (address, at) = (recipient.address.as_ref(), self.send.created_at);
        match composer.compose(self.tenant, user, address, at) {
            Ok(message) => {
                counts.reached += 1;
                person.messages.insert(channel, message);
            }
            Err(error) => {
                let code = error.code.as_str().to_lowercase();
                *counts.skipped.entry(code).or_default() += 1;
                person.reasons.insert(channel, error.to_string());
            }
        }
    }

    /// Why somebody would not be reached on a channel.
    fn skip(&self, channel: Channel, recipient: &Recipient, blocks: Blocks) -> Option<Skip> {
        if recipient.skip.is_some() {
            return recipient.skip;
        }
        if channel == Channel::InApp {
            let nobody = recipient.user.is_none();
            return nobody.then_some(Skip::UnknownUser);
        }
        if recipient.address.is_none() {
            Some(Skip::NoAddress)
        } else if blocks.suppressed {
            Some(Skip::Suppressed)
        } else if blocks.opted_out && self.send.priority != Priority::Urgent {
            Some(Skip::OptedOut)
        } else {
            None
        }
    }

    /// What stands against some recipients, by their names.
    async fn blocked(
        &self,
        channel: Channel,
        names: &[String],
        users: &[User],
    ) -> Result<BTreeMap<String, Blocks>, StoreError> {
        let mut named = Vec::new();
        let mut asked = Vec::new();
        for name in names {
            let user = users.iter().find(|user| user.id.as_str() == name);
            let recipient = compose::recipient(self.send, channel, name, user);
            if let Some(address) = recipient.address {
                named.push(name.clone());
                asked.push((user.map(|user| user.id.clone()), address));
            }
        }
        let category = &self.send.category;
        let found = self
            .store
            .blocks(&self.tenant.id, channel, category, &asked)
            .await?;
        Ok(named.into_iter().zip(found).collect())
    }
}
