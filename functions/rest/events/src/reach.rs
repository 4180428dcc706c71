//! Whom a notice would reach, and what the first of them would get.

use std::collections::BTreeMap;

use domain::Channel;
use domain::automation::{Automation, Occasion};
use domain::compose::{self, Composer};
use domain::directory::{Tenant, User};
use domain::ids::UserId;
use domain::notification::{Action, Level, Priority, Reference};
use domain::send::Send;
use domain::tasks::PlanCursor;
use domain::template::{RenderError, Rendered};
use serde::Serialize;
use store::automations::Addressed;
use store::reach::Reached;
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
        let mut people: Vec<PersonTried> = names
            .iter()
            .map(|name| PersonTried::of(users.iter().find(|user| user.id.as_str() == name)))
            .collect();
        for (channel, composer) in &self.composers {
            let counts = self.channels.entry(*channel).or_default();
            let found = self
                .store
                .reached(self.tenant, self.send, *channel, names, &users)
                .await?;
            for one in found {
                let position = names.iter().position(|name| name == one.name);
                let Some(person) = position.and_then(|position| people.get_mut(position)) else {
                    continue;
                };
                counts.look(*channel, &one, person, |one| {
                    let (address, at) = (one.address.as_ref(), self.send.created_at);
                    composer.compose(self.tenant, one.user, address, at)
                });
            }
        }
        let left = SAMPLES.saturating_sub(self.samples.len());
        self.samples.extend(people.into_iter().take(left));
        Ok(())
    }
}

impl PersonTried {
    fn of(user: Option<&User>) -> Self {
        Self {
            user_id: user.map(|user| user.id.clone()),
            name: user.map(|user| user.name.clone()),
            messages: BTreeMap::new(),
            reasons: BTreeMap::new(),
        }
    }
}

impl ChannelCounts {
    fn look(
        &mut self,
        channel: Channel,
        one: &Reached<'_>,
        person: &mut PersonTried,
        compose: impl FnOnce(&Reached<'_>) -> Result<Rendered, RenderError>,
    ) {
        if let Err(skip) = one.decision {
            *self.skipped.entry(skip.as_str().to_owned()).or_default() += 1;
            person.reasons.insert(channel, skip.as_str().to_owned());
            return;
        }
        match compose(one) {
            Ok(message) => {
                self.reached += 1;
                person.messages.insert(channel, message);
            }
            Err(error) => {
                let code = error.code.as_str().to_lowercase();
                *self.skipped.entry(code).or_default() += 1;
                person.reasons.insert(channel, error.to_string());
            }
        }
    }
}
