//! Searching the communication log: newest first over the days and their
//! shards, or along one recipient's rows, with bounded work for each request.

use std::collections::HashMap;

use domain::ids::{DeliveryId, SendId, TenantId, ulid_floor};
use domain::log::{Address, LogRow};
use domain::retention;
use domain::send::DeliveryStatus;
use domain::{Channel, Page, Timestamp};
use futures::future::try_join_all;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::StoreError;
use crate::table::{Filter, Range, s};
use crate::{Rows, Store, keys};

/// Rounds of queries in one request. A page that is not full by then is
/// answered short, with a cursor.
const ROUNDS: usize = 40;
/// Rows examined by one query when a filter leaves some of them out.
const EXAMINED: u32 = 200;

/// What a caller looks for.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    pub channel: Option<Channel>,
    pub status: Option<DeliveryStatus>,
    /// First and last day (UTC) on which the send was made.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub recipient: Option<Recipient>,
    pub send: Option<SendId>,
}

/// Whose deliveries.
#[derive(Debug, Clone)]
pub enum Recipient {
    Exact(Address),
    /// The beginning of an address or number.
    Prefix(String),
}

impl LogFilter {
    fn attributes(&self) -> Option<Filter> {
        let mut terms = Vec::new();
        let mut filter = Filter::default();
        let mut equals = |name: &str, value: &str| {
            filter.names.insert(format!("#{name}"), name.to_owned());
            filter.values.insert(format!(":{name}"), s(value));
            terms.push(format!("#{name} = :{name}"));
        };
        if let Some(channel) = self.channel {
            equals("channel", channel.as_str());
        }
        if let Some(status) = self.status {
            equals("status", status.as_str());
        }
        if let Some(Recipient::Prefix(prefix)) = &self.recipient {
            let more: HashMap<_, _> = [("#recipient".to_owned(), "recipient".to_owned())].into();
            filter.names.extend(more);
            filter.values.insert(":recipient".to_owned(), s(prefix));
            terms.push("begins_with(#recipient, :recipient)".to_owned());
        }
        filter.expression = terms.join(" AND ");
        (!terms.is_empty()).then_some(filter)
    }

    /// What the ids of the wanted send's rows begin with.
    fn prefix(&self) -> Option<String> {
        let send = self.send.as_ref()?;
        Some(DeliveryId::of(send.bare()).to_string())
    }
}

/// The newest rows of one day behind a position, and where to go on.
struct Slice {
    rows: Vec<LogRow>,
    /// The last id examined, while the day has more.
    frontier: Option<String>,
}

impl Store {
    /// One page of the log, newest first. `after` is a cursor of an earlier page.
    pub async fn list_log(
        &self,
        tenant: &TenantId,
        filter: &LogFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<LogRow>, StoreError> {
        let Some((first, last)) = self.days(tenant, filter).await? else {
            return Ok(Page::new(Vec::new(), None, limit));
        };
        let mut page = match &filter.recipient {
            Some(Recipient::Exact(address)) => {
                self.of_recipient(tenant, address, filter, (first, last), after, limit)
                    .await?
            }
            _ => {
                self.by_day(tenant, filter, (first, last), after, limit)
                    .await?
            }
        };
        // The first day is kept in part only.
        let days = self.kept(tenant).await?.rest.log_days;
        let now = self.now();
        page.items
            .retain(|row| !retention::has_expired(row.created_at, days, now));
        Ok(page)
    }

    /// The first and last day that can hold what is looked for.
    async fn days(
        &self,
        tenant: &TenantId,
        filter: &LogFilter,
    ) -> Result<Option<(Date, Date)>, StoreError> {
        let today = date(self.now());
        let days = self.kept(tenant).await?.rest.log_days;
        let kept = today.saturating_sub(i64::from(days).days());
        // Nothing was sent before the tenant was there.
        let made = self.tenant(tenant).await?.map(|t| date(t.created_at));
        let mut first = filter.from.unwrap_or(kept).max(kept);
        first = first.max(made.unwrap_or(first));
        let mut last = filter.to.unwrap_or(today).min(today);
        if let Some(send) = &filter.send {
            let Some(day) = send.instant().map(date) else {
                return Ok(None);
            };
            (first, last) = (first.max(day), last.min(day));
        }
        Ok((first <= last).then_some((first, last)))
    }

    async fn by_day(
        &self,
        tenant: &TenantId,
        filter: &LogFilter,
        (first, last): (Date, Date),
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<LogRow>, StoreError> {
        let wanted = limit as usize;
        let (mut day, mut position) = after.and_then(open).unwrap_or((last, None));
        let mut found: Vec<LogRow> = Vec::new();
        for _ in 0..ROUNDS {
            if day < first {
                return Ok(Page::new(found, None, limit));
            }
            let slice = self
                .slice(tenant, filter, day, position.as_deref(), limit)
                .await?;
            found.extend(slice.rows);
            if found.len() > wanted {
                found.truncate(wanted);
                let last = found.last().map(|row| row.id.to_string());
                return Ok(Page::new(found, Some(seal(day, last.as_deref())), limit));
            }
            match (slice.frontier, day.yesterday()) {
                (Some(frontier), _) => position = Some(frontier),
                (None, Ok(before)) => (day, position) = (before, None),
                (None, Err(_)) => return Ok(Page::new(found, None, limit)),
            }
            if found.len() == wanted {
                break;
            }
        }
        let more = (day >= first).then(|| seal(day, position.as_deref()));
        Ok(Page::new(found, more, limit))
    }

    /// The shards of a day, merged. A shard that was cut off tells nothing of
    /// what is behind its last key, so the merge ends at the newest of these.
    async fn slice(
        &self,
        tenant: &TenantId,
        filter: &LogFilter,
        day: Date,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Slice, StoreError> {
        let attributes = filter.attributes();
        let examined = if attributes.is_some() {
            EXAMINED
        } else {
            limit + 1
        };
        let shards = (0..keys::LOG_SHARDS).map(|shard| Range {
            prefix: filter.prefix(),
            after: after.map(ToOwned::to_owned),
            newest_first: true,
            limit: Some(examined),
            filter: attributes.clone(),
            ..Range::of(keys::log_day(tenant, &day.to_string(), shard))
        });
        let pages: Vec<Rows<LogRow>> =
            try_join_all(shards.map(|range| async move { self.rows(&range).await })).await?;
        let frontier = pages.iter().filter_map(|page| page.more.clone()).max();
        let mut rows: Vec<LogRow> = pages.into_iter().flat_map(|page| page.items).collect();
        rows.sort_by(|a, b| b.id.cmp(&a.id));
        if let Some(frontier) = &frontier {
            rows.retain(|row| row.id.as_str() >= frontier.as_str());
        }
        Ok(Slice { rows, frontier })
    }

    async fn of_recipient(
        &self,
        tenant: &TenantId,
        address: &Address,
        filter: &LogFilter,
        (first, last): (Date, Date),
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<LogRow>, StoreError> {
        let attributes = filter.attributes();
        let by_send = filter.prefix();
        let bounds = by_send.is_none();
        let mut range = Range {
            index: true,
            newest_first: true,
            prefix: by_send,
            from: bounds.then(|| floor(first)),
            to: bounds.then(|| floor(last.tomorrow().unwrap_or(last))),
            limit: Some(if attributes.is_some() {
                EXAMINED
            } else {
                limit
            }),
            filter: attributes,
            after: after.map(ToOwned::to_owned),
            ..Range::of(keys::log_recipient(tenant, address.reveal()))
        };
        let wanted = limit as usize;
        let mut found: Vec<LogRow> = Vec::new();
        for _ in 0..ROUNDS {
            let seen: Option<DeliveryId> = range.after.as_ref().and_then(|id| id.parse().ok());
            range.after_keys = seen.map(|id| keys::log(tenant, &id));
            let rows: Rows<LogRow> = self.rows(&range).await?;
            found.extend(rows.items);
            if found.len() > wanted {
                found.truncate(wanted);
                let last = found.last().map(|row| row.id.to_string());
                return Ok(Page::new(found, last, limit));
            }
            range.after = rows.more;
            if range.after.is_none() || found.len() == wanted {
                break;
            }
        }
        Ok(Page::new(found, range.after, limit))
    }
}

fn date(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// What every row of a day or later sorts behind.
fn floor(day: Date) -> String {
    let start = day.to_zoned(TimeZone::UTC).map(|start| start.timestamp());
    DeliveryId::of(&ulid_floor(start.unwrap_or_default()).to_string()).to_string()
}

/// A position: the day, and the last id seen of it.
fn seal(day: Date, id: Option<&str>) -> String {
    format!("{day}/{}", id.unwrap_or_default())
}

fn open(position: &str) -> Option<(Date, Option<String>)> {
    let (day, id) = position.split_once('/')?;
    let id = (!id.is_empty()).then(|| id.to_owned());
    Some((day.parse().ok()?, id))
}
