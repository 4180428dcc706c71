//! How far announcements reached.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use domain::announcement::{Announcement, AnnouncementType};
use domain::ids::{AnnouncementId, SendId};
use domain::log::percent;
use domain::period::Period;
use domain::problem::ProblemBody;
use domain::send::{DeliveryStatus, Progress, Send};
use domain::{Caller, Channel, Problem};
use futures::future::try_join_all;
use jiff::civil::Date;
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use store::Store;
use store::ledger::progress;

use crate::access;

/// Announcements that one answer sums up.
const MOST: u32 = 500;
/// Announcements looked into at the same time.
const AT_ONCE: usize = 16;

/// Deliveries on one channel.
#[derive(Debug, Default, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct ChannelFigures {
    /// People to be reached on it.
    recipients: u64,
    /// Accepted by the person's feed or by the provider, and not come back.
    delivered: u64,
    failed: u64,
    /// Not attempted: no address, opted out, suppressed, cancelled.
    skipped: u64,
    /// Each status with its deliveries.
    statuses: BTreeMap<DeliveryStatus, u64>,
}

/// How far something reached.
#[derive(Debug, Default, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Figures {
    /// People in the audience when it was published.
    audience: u64,
    /// Deliveries, over all channels.
    delivered: u64,
    failed: u64,
    skipped: u64,
    /// People who opened it.
    read: u64,
    /// Per cent of the audience who opened it, to two decimals.
    read_rate: f64,
    by_channel: BTreeMap<Channel, ChannelFigures>,
}

impl Figures {
    fn add(&mut self, send: Option<&Send>, deliveries: &Progress, read: u64) {
        self.read += read;
        if let Some(plan) = send.and_then(|send| send.plan.as_ref()) {
            self.audience += plan.people;
            for (channel, recipients) in &plan.recipients {
                self.by_channel.entry(*channel).or_default().recipients += recipients;
            }
        }
        for (channel, counts) in &deliveries.by_channel {
            let figures = self.by_channel.entry(*channel).or_default();
            for (status, count) in counts {
                *figures.statuses.entry(*status).or_default() += count;
                let (kind, all) = match status {
                    status if status.is_success() => (&mut figures.delivered, &mut self.delivered),
                    status if status.is_failure() => (&mut figures.failed, &mut self.failed),
                    DeliveryStatus::Skipped => (&mut figures.skipped, &mut self.skipped),
                    _ => continue,
                };
                *kind += count;
                *all += count;
            }
        }
        // People who joined later read it too, though it never reached for them.
        self.read_rate = percent(self.read, self.audience).min(100.0);
    }
}

/// Get an announcement's statistics
///
/// Of its latest publication.
#[utoipa::path(
    get,
    path = "/v1/announcements/{id}/statistics",
    operation_id = "getAnnouncementStatistics",
    tag = "announcements",
    params(("id" = AnnouncementId, Path)),
    responses(
        (status = 200, description = "How far it reached", body = Figures),
        (status = 403, description = "Not its author and not staff", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "There is none, or not for the caller", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_announcement_statistics(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Path(id): Path<AnnouncementId>,
) -> Answer<Json<Figures>> {
    let announcement = access::managed(&store, &caller, &id).await?;
    let send = match &announcement.send {
        Some(send) => store.send(&caller.tenant, send).await?,
        None => None,
    };
    let (deliveries, read) = reached(&store, &caller, &announcement, send.as_ref()).await?;
    let mut figures = Figures::default();
    figures.add(send.as_ref(), &deliveries, read);
    Ok(Json(figures))
}

/// What became of an announcement's deliveries, and how many have read it.
async fn reached(
    store: &Store,
    caller: &Caller,
    announcement: &Announcement,
    send: Option<&Send>,
) -> Result<(Progress, u64), Problem> {
    let read = store
        .announcement_readers(&caller.tenant, &announcement.id)
        .await?;
    // Feedback of providers goes on changing the ledger after a send is
    // complete, so the ledger tells more than the figures kept with the send.
    let deliveries = match send {
        Some(send) => progress(&store.ledger(&caller.tenant, &send.id).await?),
        None => Progress::default(),
    };
    Ok((deliveries, read))
}

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodQuery {
    /// The first day of publication (UTC); 30 days ago unless named.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day; today unless named.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// Announcements of a period, summed up.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct Totals {
    /// How many are summed up.
    announcements: u64,
    /// Whether these are all of the period; if not, ask for a shorter one.
    complete: bool,
    overall: Figures,
    by_type: BTreeMap<AnnouncementType, TypeTotals>,
}

impl Totals {
    fn add(
        &mut self,
        kind: AnnouncementType,
        send: Option<&Send>,
        deliveries: &Progress,
        read: u64,
    ) {
        self.announcements += 1;
        self.overall.add(send, deliveries, read);
        let of_type = self.by_type.entry(kind).or_default();
        of_type.announcements += 1;
        of_type.figures.add(send, deliveries, read);
    }
}

/// Announcements of one type.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct TypeTotals {
    announcements: u64,
    #[serde(flatten)]
    figures: Figures,
}

/// Get statistics of all announcements
///
/// Of those published in a period and still out, by type and by channel.
#[utoipa::path(
    get,
    path = "/v1/announcements/statistics",
    operation_id = "getAnnouncementTotals",
    tag = "announcements",
    params(PeriodQuery),
    responses(
        (status = 200, description = "How far they reached", body = Totals),
        (status = 403, description = "Not staff", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_announcement_totals(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Query(query): Query<PeriodQuery>,
) -> Answer<Json<Totals>> {
    caller.require_staff()?;
    let now = store.now();
    let (from, to) = Period::asked(query.from, query.to, now)?.instants();
    let page = store
        .published_announcements(&caller.tenant, (from, to.min(now)), None, MOST, |_| true)
        .await?;
    let ids: Vec<SendId> = page
        .items
        .iter()
        .filter_map(|one| one.send.clone())
        .collect();
    let sends = store.sends_by_id(&caller.tenant, &ids).await?;
    let sends: BTreeMap<SendId, Send> = sends.into_iter().map(|s| (s.id.clone(), s)).collect();
    let mut totals = Totals {
        complete: page.page.after.is_none(),
        ..Totals::default()
    };
    for some in page.items.chunks(AT_ONCE) {
        let send_of = |one: &Announcement| one.send.as_ref().and_then(|id| sends.get(id));
        let found = some
            .iter()
            .map(|one| reached(&store, &caller, one, send_of(one)));
        let found = try_join_all(found.collect::<Vec<_>>()).await?;
        for (one, (deliveries, read)) in some.iter().zip(found) {
            totals.add(one.kind, send_of(one), &deliveries, read);
        }
    }
    Ok(Json(totals))
}
