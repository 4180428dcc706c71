//! The local stack's identity provider: the login page, tokens and the JWKS
//! document. In AWS the organisation's own provider takes its place; functions
//! see no difference, because all they know is `JWKS_URL`, issuer and audience.

mod keys;
mod oidc;
mod pages;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{TenantId, UserId, ulid};
use domain::{Clock, Role, Timestamp};
use futures::future::BoxFuture;
use serde_json::{Value, json};

pub use jsonwebtoken::Algorithm;
pub use keys::{ALGORITHMS, IssuerError, SigningKey};

/// The password of everybody in the demonstration.
pub const PASSWORD: &str = "campanile";
/// Seconds for which a token from the login is good.
pub const LOGIN_TTL: i64 = 8 * 60 * 60;

/// Somebody who may log in.
#[derive(Debug, Clone)]
pub struct Person {
    pub tenant: TenantId,
    pub tenant_name: String,
    pub user: UserId,
    pub name: String,
    pub email: Option<String>,
    pub roles: Vec<Role>,
}

/// Asked anew for each page and login, so that it may read the directory.
pub type People = Arc<dyn Fn() -> BoxFuture<'static, Vec<Person>> + Send + Sync>;

/// What an issuer needs to know.
#[derive(Clone)]
pub struct IssuerOptions {
    /// The `iss` of its tokens, which functions get as `JWT_ISSUER`.
    pub issuer: String,
    /// The `aud` of its tokens, which functions get as `JWT_AUDIENCE`.
    pub audience: String,
    pub clock: Clock,
    /// Where keys are kept between runs; nowhere if `None`.
    pub folder: Option<PathBuf>,
    pub people: People,
}

impl std::fmt::Debug for IssuerOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerOptions")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// The identity provider. Clones share keys and counters.
#[derive(Debug, Clone)]
pub struct Issuer {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: IssuerOptions,
    ring: RwLock<keys::Ring>,
    down: AtomicBool,
    fetches: AtomicU64,
    codes: oidc::Codes,
}

impl Issuer {
    /// An issuer with the keys of its folder, or with new ones.
    pub fn new(options: IssuerOptions) -> Result<Self, IssuerError> {
        let ring = keys::Ring::open(options.folder.as_deref(), options.clock.now())?;
        let shared = Shared {
            options,
            ring: RwLock::new(ring),
            down: AtomicBool::new(false),
            fetches: AtomicU64::new(0),
            codes: oidc::Codes::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// `/login`, `/.well-known/jwks.json`, and what OpenID Connect needs.
    pub fn router(&self) -> axum::Router {
        pages::router(self.clone()).merge(oidc::router(self.clone()))
    }

    /// An access token that is in force from `now` for `ttl` seconds.
    pub fn issue(
        &self,
        tenant: &TenantId,
        user: &UserId,
        roles: &[Role],
        ttl: i64,
        now: Timestamp,
        algorithm: Algorithm,
    ) -> Result<String, IssuerError> {
        let key = self.signing_key(algorithm)?;
        let mut claims = self.claims(tenant, user, ttl, now);
        claims["roles"] = json!(roles);
        let header = json!({ "alg": key.algorithm, "kid": key.kid, "typ": "at+jwt" });
        sign(
            &key,
            key.algorithm,
            &header.to_string(),
            &claims.to_string(),
        )
    }

    /// What [`Issuer::issue`] would sign, to be spoilt by a test.
    pub fn claims(&self, tenant: &TenantId, user: &UserId, ttl: i64, now: Timestamp) -> Value {
        let second = now.as_second();
        json!({
            "iss": self.shared.options.issuer,
            "aud": self.shared.options.audience,
            "sub": user,
            "tenant": tenant,
            "iat": second,
            "nbf": second,
            "exp": second + ttl,
            "jti": ulid(now).to_string(),
        })
    }

    /// Signs any header and claims, valid or not, with the key `kid`.
    pub fn sign_as(&self, kid: &str, header: &str, claims: &str) -> Result<String, IssuerError> {
        let key = self
            .key(kid)
            .ok_or_else(|| IssuerError::Key(format!("there is no key {kid}")))?;
        sign(&key, key.algorithm, header, claims)
    }

    /// The key that signs now for an algorithm.
    pub fn signing_key(&self, algorithm: Algorithm) -> Result<SigningKey, IssuerError> {
        let missing = || IssuerError::Key(format!("there is no key for {algorithm:?}"));
        self.ring().signing(algorithm).cloned().ok_or_else(missing)
    }

    /// Any key that was ever made, withdrawn ones too.
    pub fn key(&self, kid: &str) -> Option<SigningKey> {
        self.ring().key(kid).cloned()
    }

    /// The JWKS document: every key that was not withdrawn.
    pub fn jwks(&self) -> Value {
        let keys: Vec<Value> = self
            .ring()
            .published()
            .map(|key| key.public.clone())
            .collect();
        json!({ "keys": keys })
    }

    /// New signing keys, whose ids are returned in the order of [`ALGORITHMS`];
    /// the old ones stay published and tokens signed with them good.
    pub fn rotate(&self) -> Result<Vec<String>, IssuerError> {
        let mut ring = self.ring_mut();
        let kids = ring.rotate(self.shared.options.clock.now())?;
        self.keep(&ring)?;
        Ok(kids)
    }

    /// Takes a key out of the JWKS document; whether it was in it.
    pub fn withdraw(&self, kid: &str) -> Result<bool, IssuerError> {
        let mut ring = self.ring_mut();
        let withdrawn = ring.withdraw(kid);
        self.keep(&ring)?;
        Ok(withdrawn)
    }

    /// While down, the JWKS document answers 503.
    pub fn set_down(&self, down: bool) {
        self.shared.down.store(down, Ordering::Relaxed);
    }

    /// How often the JWKS document was asked for.
    pub fn fetches(&self) -> u64 {
        self.shared.fetches.load(Ordering::Relaxed)
    }

    fn keep(&self, ring: &keys::Ring) -> Result<(), IssuerError> {
        self.shared
            .options
            .folder
            .as_deref()
            .map_or(Ok(()), |folder| ring.keep(folder))
    }

    fn ring(&self) -> RwLockReadGuard<'_, keys::Ring> {
        self.shared
            .ring
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_mut(&self) -> RwLockWriteGuard<'_, keys::Ring> {
        self.shared
            .ring
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signs texts as they are, with whatever algorithm the key's family allows.
pub fn sign(
    key: &SigningKey,
    algorithm: Algorithm,
    header: &str,
    claims: &str,
) -> Result<String, IssuerError> {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &key.encoding, algorithm);
    Ok(format!(
        "{signed}.{}",
        signature.map_err(|error| IssuerError::Key(error.to_string()))?
    ))
}
