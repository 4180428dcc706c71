//! Searching the audit trail: newest first, month by month, with bounded work
//! for each request.

use domain::Page;
use domain::audit::AuditEntry;
use domain::ids::{AuditId, TenantId, UserId, ulid_floor};
use domain::retention;
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::StoreError;
use crate::table::{Filter, Range, s};
use crate::{Rows, Store, keys};

/// Queries of one request; a page that is not full by then is answered short.
const ROUNDS: usize = 30;
/// Entries examined by one query.
const EXAMINED: u32 = 200;

/// What a caller looks for.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// An act, or with a dot at the end all acts that begin with it.
    pub act: Option<String>,
    pub actor: Option<UserId>,
    /// First and last day (UTC).
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl AuditFilter {
    fn attributes(&self) -> Option<Filter> {
        let mut filter = Filter::default();
        let mut terms = Vec::new();
        let mut term = |name: &str, value: &str, term: &str| {
            filter.names.insert(format!("#{name}"), name.to_owned());
            filter.values.insert(format!(":{name}"), s(value));
            terms.push(term.to_owned());
        };
        match &self.act {
            Some(act) if act.ends_with('.') => term("act", act, "begins_with(#act, :act)"),
            Some(act) => term("act", act, "#act = :act"),
            None => {}
        }
        if let Some(actor) = &self.actor {
            term("actor", actor.as_str(), "#actor = :actor");
        }
        filter.expression = terms.join(" AND ");
        (!terms.is_empty()).then_some(filter)
    }
}

impl Store {
    /// One page of the trail, newest first, behind an entry that was seen.
    pub async fn search_audit(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        after: Option<&AuditId>,
        limit: u32,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let wanted = limit as usize;
        let now = self.now().to_zoned(TimeZone::UTC);
        // Nothing was done before the tenant was there.
        let made = self.tenant(tenant).await?.map(|tenant| tenant.created_at);
        let days = self.kept(tenant).await?.rest.audit_days;
        let gone = retention::floor(days, self.now());
        let kept = gone.to_zoned(TimeZone::UTC).date();
        let mut first = filter.from.map_or(kept, |from| from.max(kept));
        if let Some(made) = made {
            first = first.max(made.to_zoned(TimeZone::UTC).date());
        }
        let last = filter.to.map_or(now.date(), |to| to.min(now.date()));
        if first > last {
            return Ok(Page::new(Vec::new(), None, limit));
        }
        let mut position = after.map(ToString::to_string);
        let mut month = match after.and_then(AuditId::instant) {
            Some(at) => at.to_zoned(TimeZone::UTC).date(),
            None => last,
        };
        let mut found: Vec<AuditEntry> = Vec::new();
        for _ in 0..ROUNDS {
            if month.last_of_month() < first {
                return Ok(Page::new(found, None, limit));
            }
            let range = Range {
                newest_first: true,
                from: Some(floor(first)),
                to: Some(floor(last.tomorrow().unwrap_or(last))),
                after: position.clone(),
                limit: Some(EXAMINED),
                filter: filter.attributes(),
                ..Range::of(keys::audit_month(tenant, start(month).timestamp()))
            };
            let rows: Rows<AuditEntry> = self.rows(&range).await?;
            // The first day is kept in part only.
            found.extend(rows.items.into_iter().filter(|entry| entry.at > gone));
            if found.len() > wanted {
                found.truncate(wanted);
                let last = found.last().map(|entry| entry.id.to_string());
                return Ok(Page::new(found, last, limit));
            }
            position = rows.more;
            if position.is_none() {
                let Ok(before) = month.first_of_month().yesterday() else {
                    return Ok(Page::new(found, None, limit));
                };
                month = before;
            }
        }
        if position.is_none() && month.last_of_month() < first {
            return Ok(Page::new(found, None, limit));
        }
        // Everything before the month that would have been next is still to be seen.
        let rest = position.unwrap_or_else(|| floor(month.tomorrow().unwrap_or(month)));
        Ok(Page::new(found, Some(rest), limit))
    }
}

fn start(day: Date) -> Zoned {
    day.to_zoned(TimeZone::UTC)
        .unwrap_or_else(|_| Zoned::new(jiff::Timestamp::UNIX_EPOCH, TimeZone::UTC))
}

/// What every entry of a day or later sorts behind.
fn floor(day: Date) -> String {
    AuditId::of(&ulid_floor(start(day).timestamp()).to_string()).to_string()
}
