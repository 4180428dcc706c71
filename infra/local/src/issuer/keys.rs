//! The issuer's key ring: three algorithms, rotation, withdrawal.

use std::path::Path;
use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use domain::ids::ulid;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the issuer signs with, in the order of its JWKS document.
pub const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
const FILE: &str = "issuer-keys.json";

/// Why the issuer cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    #[error("a signing key cannot be made or read: {0}")]
    Key(String),
    #[error("the folder of the signing keys: {0}")]
    Folder(#[from] std::io::Error),
}

fn key_error(error: impl std::fmt::Display) -> IssuerError {
    IssuerError::Key(error.to_string())
}

/// One private key with its name.
#[derive(Debug, Clone)]
pub struct SigningKey {
    pub kid: String,
    pub algorithm: Algorithm,
    /// For signing by hand, with whatever algorithm an attacker would try.
    pub encoding: EncodingKey,
    /// The public part as it stands in the JWKS document.
    pub public: Value,
    pem: String,
}

impl SigningKey {
    fn generate(algorithm: Algorithm, now: Timestamp) -> Result<Self, IssuerError> {
        let random = SystemRandom::new();
        let pem = match algorithm {
            Algorithm::RS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(key_error)?;
                pem("PRIVATE KEY", pair.as_der().map_err(key_error)?.as_ref())
            }
            Algorithm::ES256 => {
                let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
                pem("PRIVATE KEY", made.map_err(key_error)?.as_ref())
            }
            Algorithm::EdDSA => {
                let made = Ed25519KeyPair::generate_pkcs8v1(&random);
                pem("PRIVATE KEY", made.map_err(key_error)?.as_ref())
            }
            other => return Err(key_error(format!("no keys are made for {other:?}"))),
        };
        Self::from_pem(format!("key_{}", ulid(now)), algorithm, pem)
    }

    fn from_pem(kid: String, algorithm: Algorithm, pem: String) -> Result<Self, IssuerError> {
        let encoding = match algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(pem.as_bytes()),
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem.as_bytes()),
            _ => EncodingKey::from_ed_pem(pem.as_bytes()),
        }
        .map_err(key_error)?;
        let jwk = Jwk::from_encoding_key(&encoding, algorithm).map_err(key_error)?;
        let mut public = serde_json::to_value(jwk).map_err(key_error)?;
        public["kid"] = json!(kid);
        public["use"] = json!("sig");
        Ok(Self {
            kid,
            algorithm,
            encoding,
            public,
            pem,
        })
    }

    /// The RSA public key as PEM, the text that a key-confusion attack uses as
    /// an HMAC secret. `None` for the other algorithms.
    pub fn rsa_public_pem(&self) -> Option<String> {
        if self.algorithm != Algorithm::RS256 {
            return None;
        }
        let pair = RsaKeyPair::from_der(self.encoding.as_bytes()).ok()?;
        Some(pem("PUBLIC KEY", pair.public_key().as_der().ok()?.as_ref()))
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut lines = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines + &format!("-----END {label}-----\n")
}

/// All keys that were ever made, oldest first.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    key: SigningKey,
    withdrawn: bool,
}

/// A key as it lies in the `--data` folder.
#[derive(Serialize, Deserialize)]
struct Stored {
    kid: String,
    algorithm: Algorithm,
    pem: String,
    withdrawn: bool,
}

impl Ring {
    /// The keys in `folder`, or new ones that are then kept there.
    pub(super) fn open(folder: Option<&Path>, now: Timestamp) -> Result<Self, IssuerError> {
        let Some(folder) = folder else {
            return Self::shared(now);
        };
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => Self::read(&bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let ring = Self::shared(now)?;
                ring.keep(folder)?;
                Ok(ring)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The first three keys of this process. Making an RSA key takes longer
    /// than starting all the rest, and stories start many stacks.
    fn shared(now: Timestamp) -> Result<Self, IssuerError> {
        static FIRST: OnceLock<Ring> = OnceLock::new();
        if let Some(ring) = FIRST.get() {
            return Ok(ring.clone());
        }
        let mut ring = Self {
            entries: Vec::new(),
        };
        ring.rotate(now)?;
        Ok(FIRST.get_or_init(|| ring).clone())
    }

    fn read(bytes: &[u8]) -> Result<Self, IssuerError> {
        let stored: Vec<Stored> = serde_json::from_slice(bytes).map_err(key_error)?;
        let entries = stored.into_iter().map(|stored| {
            let key = SigningKey::from_pem(stored.kid, stored.algorithm, stored.pem)?;
            Ok(Entry {
                key,
                withdrawn: stored.withdrawn,
            })
        });
        Ok(Self {
            entries: entries.collect::<Result<_, IssuerError>>()?,
        })
    }

    pub(super) fn keep(&self, folder: &Path) -> Result<(), IssuerError> {
        let stored: Vec<Stored> = self.entries.iter().map(Stored::of).collect();
        std::fs::create_dir_all(folder)?;
        let text = serde_json::to_string_pretty(&stored).map_err(key_error)?;
        std::fs::write(folder.join(FILE), text)?;
        Ok(())
    }

    /// Makes a new signing key for each algorithm; the old ones stay published.
    pub(super) fn rotate(&mut self, now: Timestamp) -> Result<Vec<String>, IssuerError> {
        let mut kids = Vec::new();
        for algorithm in ALGORITHMS {
            let key = SigningKey::generate(algorithm, now)?;
            kids.push(key.kid.clone());
            self.entries.push(Entry {
                key,
                withdrawn: false,
            });
        }
        Ok(kids)
    }

    /// Takes a key out of the JWKS document; whether there was one.
    pub(super) fn withdraw(&mut self, kid: &str) -> bool {
        let entry = self
            .entries
            .iter_mut()
            .find(|entry| entry.key.kid == kid && !entry.withdrawn);
        entry.map(|entry| entry.withdrawn = true).is_some()
    }

    /// The newest published key of an algorithm.
    pub(super) fn signing(&self, algorithm: Algorithm) -> Option<&SigningKey> {
        self.published().rfind(|key| key.algorithm == algorithm)
    }

    /// Any key ever made, withdrawn ones too.
    pub(super) fn key(&self, kid: &str) -> Option<&SigningKey> {
        self.entries
            .iter()
            .map(|entry| &entry.key)
            .find(|key| key.kid == kid)
    }

    pub(super) fn published(&self) -> impl DoubleEndedIterator<Item = &SigningKey> {
        self.entries
            .iter()
            .filter(|entry| !entry.withdrawn)
            .map(|entry| &entry.key)
    }
}

impl Stored {
    fn of(entry: &Entry) -> Self {
        Self {
            kid: entry.key.kid.clone(),
            algorithm: entry.key.algorithm,
            pem: entry.key.pem.clone(),
            withdrawn: entry.withdrawn,
        }
    }
}
