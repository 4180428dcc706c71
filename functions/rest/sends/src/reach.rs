//! Whom a send would reach, counted page by page.

use std::collections::{BTreeMap, HashSet};

use domain::Channel;
use domain::audience::Audience;
use domain::compose::{self, Composer};
use domain::directory::{Tenant, User};
use domain::dispatch::Skip;
use domain::ids::UserId;
use domain::log::Address;
use domain::send::Send;
use domain::tasks::PlanCursor;
use domain::template::Rendered;
use serde::Serialize;
use store::resolve::Snapshot;
use store::{Store, StoreError};

/// People looked at before a dry run tells what it has: about as many as fit
/// into the time of one request.
pub(crate) const MAX_PEOPLE: u64 = 5_000;
const SAMPLES: usize = 3;

/// What would happen on one channel.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct ChannelReach {
    /// Would go out.
    pub reachable: u64,
    /// No address or number, or suspended.
    pub unreachable: u64,
    pub opted_out: u64,
    /// On the suppression list.
    pub suppressed: u64,
    /// SMS: numbers of countries that are not allowed, and premium numbers.
    pub not_allowed: u64,
    /// With an address that another recipient has too. They are among the
    /// reachable, unless the send is to reach each address once.
    pub duplicates: u64,
    /// Could not be rendered, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub failing: BTreeMap<String, u64>,
    /// SMS: parts that would be sent and charged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<u64>,
    /// What the first ones would get.
    pub samples: Vec<Sample>,
    #[serde(skip)]
    addresses: HashSet<Address>,
}

/// What one recipient would get.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Sample {
    /// Absent for a bare address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub message: Rendered,
}

/// The whole of a dry run.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    pub people: u64,
    pub complete: bool,
    pub channels: BTreeMap<Channel, ChannelReach>,
}

/// Walks the audience of a send that is not made.
pub(crate) async fn reach(
    store: &Store,
    tenant: &Tenant,
    send: &Send,
    composers: &BTreeMap<Channel, Composer<'_>>,
) -> Result<Reach, StoreError> {
    let mut reach = Reach {
        complete: true,
        ..Reach::default()
    };
    for channel in composers.keys() {
        reach.channels.insert(*channel, ChannelReach::default());
    }
    let shards = store.audience_shards(&tenant.id).await?;
    let at = send.created_at.as_second();
    let snapshot = Snapshot {
        tenant: &tenant.id,
        audience: &send.audience,
        at,
        shards,
    };
    let mut cursor = Some(PlanCursor::default());
    while let Some(at) = cursor {
        let page = store.resolve(&snapshot, &at).await?;
        let left = usize::try_from(MAX_PEOPLE - reach.people).unwrap_or(0);
        reach.complete &= page.people.len() <= left;
        let skipped = send.skip_actor.then_some(&send.actor);
        let people = page
            .people
            .into_iter()
            .map(|found| found.user)
            .filter(|user| Some(user) != skipped);
        let names: Vec<String> = people.take(left).map(|user| user.to_string()).collect();
        reach.people += names.len() as u64;
        let bare: Vec<String> = page
            .addresses
            .iter()
            .map(|position| format!("#{position}"))
            .collect();
        for hundred in [names, bare].concat().chunks(100) {
            look(store, tenant, send, composers, hundred, &mut reach).await?;
        }
        cursor = page.next;
        if !reach.complete || (reach.people >= MAX_PEOPLE && cursor.is_some()) {
            reach.complete = false;
            break;
        }
    }
    Ok(reach)
}

/// Counts a hundred recipients on every channel.
async fn look(
    store: &Store,
    tenant: &Tenant,
    send: &Send,
    composers: &BTreeMap<Channel, Composer<'_>>,
    names: &[String],
    reach: &mut Reach,
) -> Result<(), StoreError> {
    let ids: Vec<UserId> = names
        .iter()
        .filter_map(|name| compose::user_of(name))
        .collect();
    let users = store.users(&tenant.id, &ids).await?;
    for (channel, composer) in composers {
        let counts = reach.channels.entry(*channel).or_default();
        for one in store.reached(tenant, send, *channel, names, &users).await? {
            match one.decision {
                Ok(()) => counts.reached(composer, (send, tenant), one.user, one.address),
                Err(Skip::OptedOut) => counts.opted_out += 1,
                Err(Skip::Suppressed) => counts.suppressed += 1,
                Err(Skip::CountryNotAllowed | Skip::PremiumNumber) => counts.not_allowed += 1,
                Err(_) => counts.unreachable += 1,
            }
        }
    }
    Ok(())
}

impl ChannelReach {
    fn reached(
        &mut self,
        composer: &Composer<'_>,
        (send, tenant): (&Send, &Tenant),
        user: Option<&User>,
        address: Option<Address>,
    ) {
        let message = match composer.compose(tenant, user, address.as_ref(), send.created_at) {
            Ok(message) => message,
            Err(error) => {
                *self.failing.entry(error.to_string()).or_default() += 1;
                return;
            }
        };
        if let Some(address) = address
            && !self.addresses.insert(address)
        {
            self.duplicates += 1;
            if send.dedupe_by_address {
                return;
            }
        }
        self.reachable += 1;
        if let Rendered::Sms { segments, .. } = &message {
            *self.segments.get_or_insert(0) += u64::from(segments.segments);
        }
        if self.samples.len() < SAMPLES {
            let (user_id, name) = (
                user.map(|user| user.id.clone()),
                user.map(|user| user.name.clone()),
            );
            self.samples.push(Sample {
                user_id,
                name,
                message,
            });
        }
    }
}

/// The audience as a caller wrote it, with nobody in it checked yet.
pub(crate) fn written(
    recipients: Vec<String>,
    except: Vec<String>,
) -> Result<Audience, domain::Problem> {
    use domain::audience::{AudienceDifference, AudienceInput};
    AudienceInput::Difference(AudienceDifference {
        include: recipients,
        except,
    })
    .parse("recipients")
}
