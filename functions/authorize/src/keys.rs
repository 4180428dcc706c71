//! The public keys of the identity provider, each bound to one algorithm.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use crate::json;

/// More keys than any provider publishes; a longer list is refused whole.
const MOST_KEYS: usize = 64;

/// One public key and the only algorithm it may verify. Binding the algorithm
/// to the key, never to what a token says, is what ends key confusion.
#[derive(Clone, Debug)]
pub struct Key {
    pub(crate) algorithm: Algorithm,
    pub(crate) decoding: DecodingKey,
}

/// The keys of one JWKS document by their `kid`.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: HashMap<String, Key>,
}

/// Why a JWKS document was refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a usable JWKS document: {0}")]
pub struct BadKeySet(&'static str);

impl KeySet {
    /// Reads a JWKS document. Keys of other kinds, for other uses, too weak or
    /// without a `kid` are left out; a `kid` that two keys claim names neither.
    pub fn from_jwks(document: &[u8]) -> Result<Self, BadKeySet> {
        let document = json::object(document).ok_or(BadKeySet("not a JSON object"))?;
        let list = document
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(BadKeySet("no list of keys"))?;
        if list.len() > MOST_KEYS {
            return Err(BadKeySet("too many keys"));
        }
        let mut found: HashMap<String, Option<Key>> = HashMap::new();
        for jwk in list.iter().filter_map(Value::as_object) {
            let Some((kid, key)) = text(jwk, "kid").zip(key(jwk)) else {
                continue;
            };
            found
                .entry(kid.to_owned())
                .and_modify(|twice| *twice = None)
                .or_insert(Some(key));
        }
        let keys = found
            .into_iter()
            .filter_map(|(kid, key)| Some((kid, key?)))
            .collect();
        Ok(Self { keys })
    }

    /// The key of exactly this `kid`.
    pub fn get(&self, kid: &str) -> Option<&Key> {
        self.keys.get(kid)
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

fn text<'a>(jwk: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    jwk.get(name).and_then(Value::as_str)
}

fn key(jwk: &Map<String, Value>) -> Option<Key> {
    if !for_verifying(jwk) {
        return None;
    }
    let (algorithm, decoding) = match (text(jwk, "kty")?, text(jwk, "crv")) {
        ("RSA", None) => (Algorithm::RS256, rsa(jwk)?),
        ("EC", Some("P-256")) => (Algorithm::ES256, ec(jwk)?),
        ("OKP", Some("Ed25519")) => (Algorithm::EdDSA, ed(jwk)?),
        _ => return None,
    };
    let declared = match jwk.get("alg") {
        None => {
            return Some(Key {
                algorithm,
                decoding,
            });
        }
        Some(declared) => declared.as_str()?,
    };
    algorithm_named(declared)
        .filter(|declared| *declared == algorithm)
        .map(|algorithm| Key {
            algorithm,
            decoding,
        })
}

/// The algorithms that Campanile accepts, by their names in a JOSE header.
pub(crate) fn algorithm_named(name: &str) -> Option<Algorithm> {
    match name {
        "RS256" => Some(Algorithm::RS256),
        "ES256" => Some(Algorithm::ES256),
        // RFC 9864 names the curve instead of the family.
        "EdDSA" | "Ed25519" => Some(Algorithm::EdDSA),
        _ => None,
    }
}

fn for_verifying(jwk: &Map<String, Value>) -> bool {
    let used = jwk.get("use").is_none_or(|used| used == "sig");
    let allowed = jwk.get("key_ops").is_none_or(|operations| {
        operations
            .as_array()
            .is_some_and(|list| list.iter().any(|operation| operation == "verify"))
    });
    used && allowed
}

fn bytes(jwk: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text(jwk, name)?).ok()
}

fn rsa(jwk: &Map<String, Value>) -> Option<DecodingKey> {
    let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
    let bits = n.iter().skip_while(|byte| **byte == 0).count() * 8;
    // Below 2,048 bits a key is too weak; above 8,192 checking it costs too much.
    let fit = (2048..=8192).contains(&bits) && (1..=8).contains(&e.len());
    fit.then(|| DecodingKey::from_rsa_raw_components(&n, &e))
}

fn ec(jwk: &Map<String, Value>) -> Option<DecodingKey> {
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    if x.len() != 32 || y.len() != 32 {
        return None;
    }
    DecodingKey::from_ec_components(text(jwk, "x")?, text(jwk, "y")?).ok()
}

fn ed(jwk: &Map<String, Value>) -> Option<DecodingKey> {
    if bytes(jwk, "x")?.len() != 32 {
        return None;
    }
    DecodingKey::from_ed_components(text(jwk, "x")?).ok()
}
