//! Access tokens under attack: verification itself, without a stack around it.

mod claims;
mod header;
mod keys;

use std::sync::{Arc, LazyLock};

use authorize::keys::KeySet;
use authorize::token::{Claims, Expected, Refusal, verify};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Clock, Timestamp};
use local::issuer::{Algorithm, Issuer, IssuerOptions, SigningKey};
use serde_json::{Value, json};

const ISSUER: &str = "https://login.school.example";
const AUDIENCE: &str = "campanile";
const NOW: i64 = 1_800_000_000;

static BENCH: LazyLock<Bench> = LazyLock::new(Bench::new);

/// An issuer, the keys it publishes, and the instant at which all is judged.
struct Bench {
    issuer: Issuer,
    keys: KeySet,
    expected: Expected,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        let options = IssuerOptions {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            clock: Clock::system(),
            folder: None,
            people: Arc::new(|| Box::pin(async { Vec::new() })),
        };
        let issuer = Issuer::new(options).unwrap();
        let keys = KeySet::from_jwks(issuer.jwks().to_string().as_bytes()).unwrap();
        let expected = Expected {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
        };
        Self {
            issuer,
            keys,
            expected,
            now: Timestamp::from_second(NOW).unwrap(),
        }
    }

    fn verify(&self, token: &str) -> Result<Claims, Refusal> {
        verify(token, &self.keys, &self.expected, self.now)
    }

    fn key(&self, algorithm: Algorithm) -> SigningKey {
        self.issuer.signing_key(algorithm).unwrap()
    }

    /// Header and claims that would be accepted with the ES256 key.
    fn good(&self) -> (Value, Value) {
        let (tenant, user) = ("school".parse().unwrap(), "10".parse().unwrap());
        let claims = self.issuer.claims(&tenant, &user, 3600, self.now);
        let kid = self.key(Algorithm::ES256).kid;
        (json!({ "alg": "ES256", "kid": kid, "typ": "JWT" }), claims)
    }

    fn signed(&self, header: &str, claims: &str) -> String {
        self.issuer
            .sign_as(&self.key(Algorithm::ES256).kid, header, claims)
            .unwrap()
    }

    /// The verdict on the good token after `spoil` changed its header.
    fn with_header(&self, spoil: impl Fn(&mut Value)) -> Result<Claims, Refusal> {
        let (mut header, claims) = self.good();
        spoil(&mut header);
        self.verify(&self.signed(&header.to_string(), &claims.to_string()))
    }

    /// The verdict on the good token with one claim set, or removed by `None`.
    fn with_claim(&self, name: &str, value: Option<Value>) -> Result<Claims, Refusal> {
        let (header, mut claims) = self.good();
        match value {
            Some(value) => claims[name] = value,
            None => drop(claims.as_object_mut().unwrap().remove(name)),
        }
        self.verify(&self.signed(&header.to_string(), &claims.to_string()))
    }
}

fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}
