//! Whether a trail is as it was sealed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::seal::{entry_hash, opening};
use super::{KeptEntry, Seal};
use crate::ids::{AuditId, TenantId};
use crate::secrets::Secrets;
use crate::time::Timestamp;

/// Something in a trail that is not as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "flaw", rename_all = "snake_case")]
pub enum Flaw {
    #[error("entry {id} was changed after it was sealed")]
    Changed { id: String },
    #[error("entry {id} was sealed and is gone before its time")]
    Missing { id: String },
    #[error("entry {id} was put in later: it is older than the last seal, which has it not")]
    PutIn { id: String },
    #[error("seal {number} was changed, or does not follow the one before it")]
    SealChanged { number: u64 },
    #[error("seal {number} is gone before its time")]
    SealMissing { number: u64 },
    #[error("seal {number} was made with a secret that was not given ({secret})")]
    SecretUnknown { number: u64, secret: String },
    #[error("seal {number} is not the one that was kept: the end of the trail is another or gone")]
    OtherHead { number: u64 },
}

/// The end of a chain. Kept elsewhere, it shows later that nothing was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    pub number: u64,
    pub hash: String,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl std::str::FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected the number and the hash of a seal, as in 12:0f3…";
        let (number, hash) = text.split_once(':').ok_or(EXPECTED)?;
        Ok(Self {
            number: number.parse().map_err(|_| EXPECTED)?,
            hash: hash.to_owned(),
        })
    }
}

/// Goes through a trail, seal by seal, the oldest first.
#[derive(Debug)]
pub struct Verification<'a> {
    tenant: &'a TenantId,
    secrets: &'a Secrets,
    /// What is stored, by the key it is stored under; nothing in place of what
    /// cannot be read as an entry.
    entries: BTreeMap<String, Option<KeptEntry>>,
    now: Timestamp,
    last: Option<Seal>,
    /// A head that was kept and not yet met.
    kept: Option<Head>,
    verdict: Verdict,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub seals: usize,
    /// Entries that are as they were sealed.
    pub intact: usize,
    /// Entries that were sealed and whose time is over.
    pub expired: usize,
    /// Entries that came after the last seal.
    pub unsealed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsealed_since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
    /// In the order of the chain: the first one is where it was broken first.
    pub flaws: Vec<Flaw>,
}

impl<'a> Verification<'a> {
    pub fn new(
        tenant: &'a TenantId,
        secrets: &'a Secrets,
        entries: BTreeMap<String, Option<KeptEntry>>,
        now: Timestamp,
    ) -> Self {
        Self {
            tenant,
            secrets,
            entries,
            now,
            last: None,
            kept: None,
            verdict: Verdict::default(),
        }
    }

    /// A head that was kept elsewhere must be among the seals.
    pub fn expecting(mut self, head: Option<Head>) -> Self {
        self.kept = head;
        self
    }

    /// The next seal.
    pub fn take(&mut self, seal: Seal) {
        self.verdict.seals += 1;
        self.follow(&seal);
        let secrets = self.secrets.called(&seal.secret);
        if secrets.is_none() {
            let (number, secret) = (seal.number, seal.secret.clone());
            self.found(Flaw::SecretUnknown { number, secret });
        }
        let mut before = seal.opening.as_str();
        for sealed in &seal.entries {
            let flaw = match self.entries.remove(sealed.id.as_str()) {
                None if sealed.ttl <= self.now.as_second() => {
                    self.verdict.expired += 1;
                    None
                }
                None => Some(Flaw::Missing {
                    id: sealed.id.to_string(),
                }),
                Some(stored) => {
                    let as_sealed = secrets.as_ref().is_none_or(|secrets| {
                        stored.is_some_and(|kept| entry_hash(secrets, before, &kept) == sealed.hash)
                    });
                    self.verdict.intact += usize::from(as_sealed && secrets.is_some());
                    (!as_sealed).then(|| Flaw::Changed {
                        id: sealed.id.to_string(),
                    })
                }
            };
            self.verdict.flaws.extend(flaw);
            before = &sealed.hash;
        }
        let opened = secrets.is_none_or(|secrets| {
            opening(self.tenant, &secrets, &seal) == seal.opening && before == seal.hash
        });
        if !opened {
            let number = seal.number;
            self.found(Flaw::SealChanged { number });
        }
        let head = Head {
            number: seal.number,
            hash: seal.hash.clone(),
        };
        self.kept.take_if(|kept| *kept == head);
        self.verdict.head = Some(head);
        self.last = Some(seal);
    }

    /// Whether a seal stands behind the one that was taken before it.
    fn follow(&mut self, seal: &Seal) {
        let expected = self.last.as_ref().map_or(1, |last| last.number + 1);
        let last = self.last.as_ref();
        if seal.number == expected {
            let follows =
                last.is_none_or(|last| (&seal.before, seal.before_ttl) == (&last.hash, last.ttl));
            if !follows {
                let number = seal.number;
                self.found(Flaw::SealChanged { number });
            }
        } else if seal.before_ttl > self.now.as_second() {
            // The table has not forgotten it: its time was still to come.
            let number = seal.number.saturating_sub(1);
            self.found(Flaw::SealMissing { number });
        }
    }

    fn found(&mut self, flaw: Flaw) {
        self.verdict.flaws.push(flaw);
    }

    /// What was found, when there is no other seal.
    pub fn finish(mut self) -> Verdict {
        if let Some(Head { number, .. }) = self.kept {
            self.found(Flaw::OtherHead { number });
        }
        let sealed_to = self.last.as_ref().map(|last| last.sealed_to);
        for id in std::mem::take(&mut self.entries).into_keys() {
            let made = id.parse().ok().and_then(|id: AuditId| id.instant());
            // What was not made by us has no instant in its id.
            let put_in = made.is_none_or(|made| sealed_to.is_some_and(|to| made < to));
            if put_in {
                self.found(Flaw::PutIn { id });
            } else {
                self.verdict.unsealed += 1;
                self.verdict.unsealed_since = self.verdict.unsealed_since.or(made);
            }
        }
        self.verdict
    }
}
