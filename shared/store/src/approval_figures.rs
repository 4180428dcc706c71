//! Counters of requests. They change only inside the transaction that moves a
//! request, so that they are exact, and are spread over several items, so that
//! none of them is hot.

use domain::approval::{Approval, ApprovalStatus, ApprovalType, Figures, Summary};
use domain::ids::TenantId;
use domain::period::Period;

use crate::error::StoreError;
use crate::table::{Item, Range, number, text};
use crate::transaction::Transaction;
use crate::{Store, keys};

fn shard() -> u32 {
    rand::random_range(0..keys::COUNTER_SHARDS)
}

impl Transaction {
    /// Counts that one more of a type waits, or one fewer.
    pub(crate) fn waiting(self, tenant: &TenantId, kind: ApprovalType, by: i64) -> Self {
        let keys = keys::approvals_waiting(tenant, kind, shard());
        self.tally(&keys, &[("pending", by)], None)
    }

    /// Counts what became of a request that waited.
    pub(crate) fn decided(self, tenant: &TenantId, approval: &Approval) -> Self {
        let Some(at) = approval.decided_at else {
            return self;
        };
        let waited = match approval.status {
            ApprovalStatus::Approved | ApprovalStatus::Rejected => approval.waited(),
            ApprovalStatus::Pending | ApprovalStatus::Withdrawn => 0,
        };
        let day = domain::time::day(at);
        let keys = keys::approvals_decided(tenant, &day, approval.kind(), shard());
        let counters = [(approval.status.as_str(), 1), ("waited", waited)];
        self.tally(&keys, &counters, None)
            .waiting(tenant, approval.kind(), -1)
    }
}

impl Store {
    /// How many of each type wait now, and what became of those that were
    /// decided in a period, from one query for each of its months.
    pub async fn approval_figures(
        &self,
        tenant: &TenantId,
        period: Period,
    ) -> Result<Summary, StoreError> {
        let mut sums = Sums::default();
        let counts = Range {
            consistent: true,
            ..Range::of(keys::approval_counts(tenant))
        };
        sums.read(self, counts, 0).await?;
        let mut month = period.from.first_of_month();
        while month <= period.to {
            let range = Range {
                from: Some(period.from.max(month).to_string()),
                // `~` is behind every `#`, so the last day is in.
                to: Some(format!("{}~", period.to.min(month.last_of_month()))),
                consistent: true,
                ..Range::of(keys::approvals_month(tenant, &month.to_string()))
            };
            sums.read(self, range, 1).await?;
            match month.last_of_month().tomorrow() {
                Ok(next) => month = next,
                Err(_) => break,
            }
        }
        Ok(sums.summary())
    }
}

/// A single shard may be below zero, the sum of all never is.
#[derive(Default)]
struct Sums(std::collections::BTreeMap<ApprovalType, [i64; 5]>);

const COUNTERS: [&str; 5] = ["pending", "approved", "rejected", "withdrawn", "waited"];

impl Sums {
    /// Adds a range of counters, in whose sort keys the type is the part `at`.
    async fn read(&mut self, store: &Store, mut range: Range, at: usize) -> Result<(), StoreError> {
        loop {
            let (items, last) = store.page(&range).await?;
            for item in &items {
                self.add(item, at);
            }
            range.after = last.as_ref().and_then(|key| text(key, "sk"));
            if range.after.is_none() {
                return Ok(());
            }
        }
    }

    fn add(&mut self, item: &Item, at: usize) {
        let sk = text(item, "sk").unwrap_or_default();
        let word = sk.split('#').nth(at);
        let mut kinds = ApprovalType::ALL.into_iter();
        let Some(kind) = kinds.find(|kind| Some(kind.as_str()) == word) else {
            return;
        };
        let sums = self.0.entry(kind).or_default();
        for (sum, counter) in sums.iter_mut().zip(COUNTERS) {
            *sum += number(item, counter).unwrap_or(0);
        }
    }

    fn summary(self) -> Summary {
        let mut summary = Summary::default();
        for (kind, sums) in self.0 {
            let [pending, approved, rejected, withdrawn, waited] =
                sums.map(|sum| u64::try_from(sum).unwrap_or(0));
            let figures = Figures {
                pending,
                approved,
                rejected,
                withdrawn,
                waited,
            };
            summary.add(kind, figures);
        }
        summary
    }
}
