//! The seals of the audit trail: what is to be sealed, and what is to be
//! verified.

use std::collections::{BTreeMap, HashSet};

use domain::audit::{KeptEntry, LATE_SECONDS, Seal, seal};
use domain::ids::{AuditId, TenantId, ulid_floor};
use domain::retention;
use domain::secrets::Secrets;
use domain::time::{Timestamp, plus_seconds};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::StoreError;
use crate::table::{Range, parse, text};
use crate::transaction::Refused;
use crate::{Store, keys};

/// Entries of one seal, which stays far below the size of an item.
const MOST: usize = 500;
/// Seals that are looked at in one go.
const PAGE: u32 = 20;

/// How a turn of sealing ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sealing {
    /// There was nothing to seal.
    Idle,
    Sealed(Box<Seal>),
    /// Somebody else sealed at the same time.
    Lost,
}

impl Sealing {
    /// Whether there may be more to seal at once.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Sealed(seal) if seal.entries.len() == MOST)
    }
}

impl Store {
    /// Seals what came since the last seal, or the first part of it.
    pub async fn seal_audit(
        &self,
        tenant: &TenantId,
        secrets: &Secrets,
    ) -> Result<Sealing, StoreError> {
        let now = self.now();
        let last = self.seals_back_to(tenant, None).await?.pop();
        let from = match &last {
            Some(last) => last.sealed_to,
            None => self.audit_begin(tenant).await?,
        };
        let settled = plus_seconds(now, -LATE_SECONDS);
        let (new, seen) = self.unsealed(tenant, last.as_ref(), from, now).await?;
        // An empty seal puts behind it what was sealed, so that it need not be
        // looked at every minute.
        let settles = seen.is_some_and(|seen| seen < settled);
        if new.is_empty() && !settles {
            return Ok(Sealing::Idle);
        }
        let reaches = match new.get(MOST - 1) {
            Some(kept) => kept.entry.id.instant().unwrap_or(from).min(settled),
            None => settled,
        };
        let sealed_to = reaches.max(from);
        let days = self.kept_as_known(tenant).await?.rest.audit_days;
        let ends = (sealed_to, now, retention::until(now, days));
        let made = seal(tenant, secrets, last.as_ref(), &new, ends);
        // A seal's number is given once: of two sweepers one is refused.
        let put = self
            .transaction()
            .create(&keys::audit_seal(tenant, made.number), &made);
        match put.commit().await {
            Ok(()) => Ok(Sealing::Sealed(Box::new(made))),
            Err(Refused::Conditions(_)) => Ok(Sealing::Lost),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    /// The first entries that no seal has, and the newest instant of any that
    /// was looked at.
    async fn unsealed(
        &self,
        tenant: &TenantId,
        last: Option<&Seal>,
        from: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<KeptEntry>, Option<Timestamp>), StoreError> {
        let mut sealed: Option<HashSet<AuditId>> = None;
        let (mut new, mut seen) = (Vec::new(), None);
        for month in months(from, plus_seconds(now, LATE_SECONDS)) {
            let mut after = None;
            loop {
                let page = self.audit_page(tenant, month, from, after).await?;
                if sealed.is_none() && !page.entries.is_empty() {
                    sealed = Some(self.sealed_from(tenant, last, from).await?);
                }
                for (id, kept) in page.entries {
                    let Some(kept) = kept else {
                        tracing::error!(%tenant, id, "no entry of the audit trail: not sealed");
                        continue;
                    };
                    seen = kept.entry.id.instant().max(seen);
                    let known = sealed.as_ref();
                    if known.is_none_or(|sealed| !sealed.contains(&kept.entry.id)) {
                        new.push(kept);
                    }
                    if new.len() == MOST {
                        return Ok((new, seen));
                    }
                }
                after = page.more;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok((new, seen))
    }

    /// The entries of seals that may have some from an instant on.
    async fn sealed_from(
        &self,
        tenant: &TenantId,
        last: Option<&Seal>,
        from: Timestamp,
    ) -> Result<HashSet<AuditId>, StoreError> {
        let seals = match last {
            Some(_) => self.seals_back_to(tenant, Some(from)).await?,
            None => Vec::new(),
        };
        let entries = seals.into_iter().flat_map(|seal| seal.entries);
        Ok(entries.map(|sealed| sealed.id).collect())
    }

    /// The last seal, or all that may have entries from an instant on. The
    /// newest is the last of them.
    async fn seals_back_to(
        &self,
        tenant: &TenantId,
        from: Option<Timestamp>,
    ) -> Result<Vec<Seal>, StoreError> {
        let mut range = Range {
            newest_first: true,
            consistent: true,
            limit: Some(from.map_or(1, |_| PAGE)),
            ..Range::of(keys::audit_seals(tenant))
        };
        let mut found = Vec::new();
        loop {
            let rows = self.rows::<Seal>(&range).await?;
            for seal in rows.items {
                if from.is_some_and(|from| !seal.may_have(from)) {
                    found.reverse();
                    return Ok(found);
                }
                found.push(seal);
            }
            range.after = rows.more;
            if range.after.is_none() || from.is_none() {
                found.reverse();
                return Ok(found);
            }
        }
    }

    /// Some seals behind one that was seen, the oldest first, and whether there
    /// are more.
    pub async fn audit_seals(
        &self,
        tenant: &TenantId,
        after: Option<u64>,
    ) -> Result<(Vec<Seal>, bool), StoreError> {
        let range = Range {
            consistent: true,
            limit: Some(PAGE),
            after: after.map(|number| keys::audit_seal(tenant, number).sk),
            ..Range::of(keys::audit_seals(tenant))
        };
        let rows = self.rows(&range).await?;
        Ok((rows.items, rows.more.is_some()))
    }

    /// The months in which a tenant's trail may have entries, with their first days.
    pub async fn audit_months(&self, tenant: &TenantId) -> Result<Vec<Date>, StoreError> {
        let from = self.audit_begin(tenant).await?;
        Ok(months(from, plus_seconds(self.now(), LATE_SECONDS)).collect())
    }

    /// What is stored of a month, by the key it is stored under; nothing in place
    /// of what cannot be read as an entry.
    pub async fn audit_of_month(
        &self,
        tenant: &TenantId,
        month: Date,
    ) -> Result<BTreeMap<String, Option<KeptEntry>>, StoreError> {
        let (mut found, mut after) = (BTreeMap::new(), None);
        loop {
            let begin = start(month);
            let page = self.audit_page(tenant, month, begin, after).await?;
            found.extend(page.entries);
            after = page.more;
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    async fn audit_page(
        &self,
        tenant: &TenantId,
        month: Date,
        from: Timestamp,
        after: Option<String>,
    ) -> Result<AuditPage, StoreError> {
        let floor = AuditId::of(&ulid_floor(from).to_string());
        let range = Range {
            consistent: true,
            from: (start(month) < from).then(|| floor.to_string()),
            after,
            ..Range::of(keys::audit_month(tenant, start(month)))
        };
        let (items, last) = self.page(&range).await?;
        let entries = items.into_iter().map(|item| {
            let id = text(&item, "sk").unwrap_or_default();
            (id, parse(item).ok())
        });
        Ok(AuditPage {
            entries: entries.collect(),
            more: last.and_then(|keys| text(&keys, "sk")),
        })
    }

    /// From when on there may be entries: nothing was done before the tenant was
    /// there. How long a tenant keeps its trail does not matter: an entry that was
    /// written while that was longer is still stored.
    async fn audit_begin(&self, tenant: &TenantId) -> Result<Timestamp, StoreError> {
        let made = self.tenant(tenant).await?.map(|tenant| tenant.created_at);
        Ok(made.unwrap_or(self.now()))
    }
}

/// A page of a month.
struct AuditPage {
    entries: Vec<(String, Option<KeptEntry>)>,
    more: Option<String>,
}

/// The first days of the months from one instant to another.
fn months(from: Timestamp, to: Timestamp) -> impl Iterator<Item = Date> {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let last = day(to);
    let first = day(from).first_of_month();
    first
        .series(1.month())
        .take_while(move |month| *month <= last)
}

fn start(month: Date) -> Timestamp {
    let zoned = month.to_zoned(TimeZone::UTC);
    zoned.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}
