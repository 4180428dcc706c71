//! Seals: each takes the entries that came since the one before into a chain of
//! keyed hashes. Who can write to the table but has not the secret can neither
//! change, take away nor add an entry without breaking the chain.
//!
//! Entries are sealed by the sweeper, each minute, and not in the transaction of
//! their act: one chain for each tenant would make its acts wait for one
//! another. So the newest entries are unsealed for about a minute.

use serde::{Deserialize, Serialize};

use super::AuditEntry;
use crate::ids::{AuditId, TenantId};
use crate::secrets::Secrets;
use crate::time::{Timestamp, plus_seconds};

/// Characters of a hash: all 256 bits.
const HASH: usize = 52;

/// An entry's id is made before its transaction is. A function runs for 30
/// seconds at most, clocks of machines differ by less than the rest: after this
/// time no entry comes that belongs before.
pub const LATE_SECONDS: i64 = 600;

/// An entry as it is stored, with the epoch second at which the table forgets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEntry {
    #[serde(flatten)]
    pub entry: AuditEntry,
    pub ttl: i64,
}

/// What a seal says of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedEntry {
    pub id: AuditId,
    /// Over the entry and everything before it.
    pub hash: String,
    /// When the table may forget the entry.
    pub ttl: i64,
}

/// One link of a tenant's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Counted from 1.
    pub number: u64,
    /// The name of the secret that sealed it.
    pub secret: String,
    /// The hash of the seal before; empty in the first.
    pub before: String,
    /// When the table may forget the seal before.
    pub before_ttl: i64,
    /// Over what this seal says of itself and everything before it.
    pub opening: String,
    /// By the order of their ids.
    pub entries: Vec<SealedEntry>,
    /// Every entry with an earlier id is sealed.
    pub sealed_to: Timestamp,
    pub at: Timestamp,
    /// Over its entries too: that of the last one, or the opening of an empty seal.
    pub hash: String,
    pub ttl: i64,
}

/// Seals entries behind the last seal. `ttl` is when the table may forget the
/// seal itself, if that is later than for all of its entries.
pub fn seal(
    tenant: &TenantId,
    secrets: &Secrets,
    last: Option<&Seal>,
    entries: &[KeptEntry],
    (sealed_to, at, ttl): (Timestamp, Timestamp, i64),
) -> Seal {
    let mut new = Seal {
        number: last.map_or(0, |last| last.number) + 1,
        secret: secrets.name(),
        before: last.map(|last| last.hash.clone()).unwrap_or_default(),
        before_ttl: last.map_or(0, |last| last.ttl),
        opening: String::new(),
        entries: Vec::with_capacity(entries.len()),
        sealed_to,
        at,
        hash: String::new(),
        ttl: entries.iter().map(|kept| kept.ttl).fold(ttl, i64::max),
    };
    new.opening = opening(tenant, secrets, &new);
    new.hash = new.opening.clone();
    for kept in entries {
        let hash = entry_hash(secrets, &new.hash, kept);
        new.entries.push(SealedEntry {
            id: kept.entry.id.clone(),
            hash: hash.clone(),
            ttl: kept.ttl,
        });
        new.hash = hash;
    }
    new
}

impl Seal {
    /// Whether this seal may have entries from an instant on. Clocks that are
    /// ahead make ids that are.
    pub fn may_have(&self, from: Timestamp) -> bool {
        plus_seconds(self.at, LATE_SECONDS) >= from
    }
}

/// The hash of what a seal says of itself, behind everything before it.
pub(super) fn opening(tenant: &TenantId, secrets: &Secrets, seal: &Seal) -> String {
    let parts = [
        "audit seal",
        tenant.as_str(),
        &seal.before,
        &seal.secret,
        &seal.number.to_string(),
        &seal.before_ttl.to_string(),
        &seal.ttl.to_string(),
        &seal.sealed_to.to_string(),
        &seal.at.to_string(),
    ];
    secrets.sign(&parts, HASH)
}

/// The hash of an entry, behind everything before it.
pub(super) fn entry_hash(secrets: &Secrets, before: &str, kept: &KeptEntry) -> String {
    let entry = &kept.entry;
    let parts = [
        "audit entry",
        before,
        entry.id.as_str(),
        &entry.act,
        entry.actor.as_str(),
        &entry.subject,
        if entry.detail.is_some() { "+" } else { "-" },
        entry.detail.as_deref().unwrap_or_default(),
        &entry.at.to_string(),
        &kept.ttl.to_string(),
    ];
    secrets.sign(&parts, HASH)
}
