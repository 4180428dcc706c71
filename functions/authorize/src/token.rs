//! Verification of a person's access token, without any I/O.
//!
//! Header and claims are read once, by our own strict reader, and what was read
//! is what is used: there is no second parser that could see something else.
//! `jsonwebtoken` only answers whether the signature is that of the key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::ids::{TenantId, UserId};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::json;
use crate::keys::{KeySet, algorithm_named};

/// Seconds by which the clocks of issuer and verifier may differ.
pub const LEEWAY: i64 = 30;
/// No honest access token is longer; longer ones are not even decoded.
pub const LONGEST: usize = 8 * 1024;
const LONGEST_KID: usize = 128;
/// The last second of the year 9999: nothing later is an instant.
const END_OF_TIME: i64 = 253_402_300_799;
/// Header fields that bring a key of their own or change what is signed.
const REFUSED_FIELDS: [&str; 8] = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "cty"];

/// What a token must say besides being in force.
#[derive(Debug, Clone)]
pub struct Expected {
    pub issuer: String,
    pub audience: String,
}

/// What a verified token says. Roles are not among it: the directory has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub tenant: TenantId,
    pub user: UserId,
    pub issued_at: Option<i64>,
    pub expires_at: i64,
}

/// Why a token is not accepted. The caller only ever learns that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("malformed")]
    Malformed,
    #[error("header_{0}")]
    Header(&'static str),
    #[error("unknown_key")]
    UnknownKey,
    #[error("wrong_algorithm")]
    WrongAlgorithm,
    #[error("bad_signature")]
    BadSignature,
    #[error("claim_{0}")]
    Claim(&'static str),
    #[error("expired")]
    Expired,
    #[error("not_yet_in_force")]
    NotYet,
}

/// Verifies `token` against `keys` at `now`.
pub fn verify(
    token: &str,
    keys: &KeySet,
    expected: &Expected,
    now: Timestamp,
) -> Result<Claims, Refusal> {
    let parts = Parts::of(token)?;
    let header = Header::read(&parts.header)?;
    let key = keys.get(&header.kid).ok_or(Refusal::UnknownKey)?;
    if key.algorithm != header.algorithm {
        return Err(Refusal::WrongAlgorithm);
    }
    let genuine = jsonwebtoken::crypto::verify(
        parts.signature,
        parts.signed.as_bytes(),
        &key.decoding,
        key.algorithm,
    );
    if !matches!(genuine, Ok(true)) {
        return Err(Refusal::BadSignature);
    }
    let claims = json::object(&parts.claims).ok_or(Refusal::Malformed)?;
    in_force(&claims, now)?;
    read_claims(&claims, expected)
}

struct Parts<'a> {
    header: Vec<u8>,
    claims: Vec<u8>,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > LONGEST {
            return Err(Refusal::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
        // The decoder refuses padding, foreign letters (so also a fourth part)
        // and spare bits, so that one token has one spelling.
        let decoded = |part: &str| match URL_SAFE_NO_PAD.decode(part) {
            Ok(bytes) if !bytes.is_empty() => Ok(bytes),
            _ => Err(Refusal::Malformed),
        };
        decoded(signature)?;
        Ok(Self {
            header: decoded(header)?,
            claims: decoded(claims)?,
            signed,
            signature,
        })
    }
}

struct Header {
    algorithm: Algorithm,
    kid: String,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let header = json::object(bytes).ok_or(Refusal::Malformed)?;
        if let Some(field) = REFUSED_FIELDS
            .into_iter()
            .find(|field| header.contains_key(*field))
        {
            return Err(Refusal::Header(field));
        }
        let named = header.get("alg").and_then(Value::as_str);
        let algorithm = named
            .and_then(algorithm_named)
            .ok_or(Refusal::Header("alg"))?;
        let kid = header
            .get("kid")
            .and_then(Value::as_str)
            .ok_or(Refusal::Header("kid"))?;
        if kid.is_empty() || kid.len() > LONGEST_KID {
            return Err(Refusal::Header("kid"));
        }
        match header.get("typ") {
            None => {}
            Some(Value::String(kind)) if is_token_type(kind) => {}
            Some(_) => return Err(Refusal::Header("typ")),
        }
        Ok(Self {
            algorithm,
            kid: kid.to_owned(),
        })
    }
}

fn is_token_type(kind: &str) -> bool {
    ["JWT", "at+jwt", "application/at+jwt"]
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
}

fn in_force(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
    let now = now.as_second();
    let expires = instant(claims, "exp")?.ok_or(Refusal::Claim("exp"))?;
    if now > expires + LEEWAY {
        return Err(Refusal::Expired);
    }
    for name in ["nbf", "iat"] {
        if instant(claims, name)?.is_some_and(|begins| begins > now + LEEWAY) {
            return Err(Refusal::NotYet);
        }
    }
    Ok(())
}

fn read_claims(claims: &Map<String, Value>, expected: &Expected) -> Result<Claims, Refusal> {
    if string(claims, "iss")? != expected.issuer {
        return Err(Refusal::Claim("iss"));
    }
    if !is_for(claims.get("aud"), &expected.audience) {
        return Err(Refusal::Claim("aud"));
    }
    Ok(Claims {
        tenant: string(claims, "tenant")?
            .parse()
            .map_err(|_| Refusal::Claim("tenant"))?,
        user: string(claims, "sub")?
            .parse()
            .map_err(|_| Refusal::Claim("sub"))?,
        issued_at: instant(claims, "iat")?,
        expires_at: instant(claims, "exp")?.ok_or(Refusal::Claim("exp"))?,
    })
}

/// A NumericDate that is a whole, non-negative number and nothing else.
fn instant(claims: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, Refusal> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .filter(|second| (0..=END_OF_TIME).contains(second))
            .map(Some)
            .ok_or(Refusal::Claim(name)),
    }
}

fn string<'a>(claims: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, Refusal> {
    claims
        .get(name)
        .and_then(Value::as_str)
        .ok_or(Refusal::Claim(name))
}

fn is_for(audience: Option<&Value>, ours: &str) -> bool {
    match audience {
        Some(Value::String(one)) => one == ours,
        Some(Value::Array(list)) => {
            list.iter().all(Value::is_string) && list.iter().any(|one| one == ours)
        }
        _ => false,
    }
}
