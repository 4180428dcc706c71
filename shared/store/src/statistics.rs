//! Counters of what went out and what did not, by day and channel. They change
//! only inside the transaction that settles a delivery, so that they are exact,
//! and are spread over several items, so that none of them is hot.

use domain::Channel;
use domain::ids::TenantId;
use domain::log::{Tallies, Tally};

use crate::error::StoreError;
use crate::table::{Range, n, number, text};
use crate::transaction::{Expression, Transaction};
use crate::{Store, keys};

impl Transaction {
    /// Adds to the counters of a day (`YYYY-MM-DD`) and channel; one write.
    /// Adding nothing writes nothing.
    pub fn count(
        self,
        tenant: &TenantId,
        day: &str,
        channel: Channel,
        sent: i64,
        failed: i64,
    ) -> Self {
        if sent == 0 && failed == 0 {
            return self;
        }
        let shard = rand::random_range(0..keys::COUNTER_SHARDS);
        let add = Expression::new("ADD #sent :sent, #failed :failed")
            .value(":sent", n(sent))
            .value(":failed", n(failed));
        self.update(&keys::statistics(tenant, day, channel, shard), add, None)
    }
}

impl Store {
    /// The counters of a period, both ends included, from one query for each of
    /// its months.
    pub async fn tallies(
        &self,
        tenant: &TenantId,
        from: jiff::civil::Date,
        to: jiff::civil::Date,
    ) -> Result<Tallies, StoreError> {
        let mut sums: std::collections::BTreeMap<(String, Channel), (i64, i64)> =
            std::collections::BTreeMap::new();
        let mut month = from.first_of_month();
        while month <= to {
            let mut range = Range {
                from: Some(from.max(month).to_string()),
                // `~` is behind every `#`, so the last day is in.
                to: Some(format!("{}~", to.min(month.last_of_month()))),
                ..Range::of(keys::statistics_month(tenant, &month.to_string()))
            };
            loop {
                let (items, last) = self.page(&range).await?;
                for item in &items {
                    let Some((day, channel)) = text(item, "sk").as_deref().and_then(place) else {
                        continue;
                    };
                    let sum = sums.entry((day, channel)).or_default();
                    sum.0 += number(item, "sent").unwrap_or(0);
                    sum.1 += number(item, "failed").unwrap_or(0);
                }
                range.after = last.as_ref().and_then(|key| text(key, "sk"));
                if range.after.is_none() {
                    break;
                }
            }
            match month.last_of_month().tomorrow() {
                Ok(next) => month = next,
                Err(_) => break,
            }
        }
        let mut tallies = Tallies::default();
        for ((day, channel), (sent, failed)) in sums {
            // A single shard may be below zero, the sum of all never is.
            let tally = Tally {
                sent: u64::try_from(sent).unwrap_or(0),
                failed: u64::try_from(failed).unwrap_or(0),
            };
            tallies.add(&day, channel, tally);
        }
        Ok(tallies)
    }
}

/// Day and channel of a counter's sort key.
fn place(sk: &str) -> Option<(String, Channel)> {
    let mut parts = sk.split('#');
    let (day, channel) = (parts.next()?, parts.next()?);
    let channel = Channel::ALL.into_iter().find(|c| c.as_str() == channel)?;
    Some((day.to_owned(), channel))
}
