//! Signing in from a browser: OpenID Connect's authorization code with PKCE,
//! as any provider has it, so that the web client knows no other way.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Host, Url};

use super::{ALGORITHMS, Issuer, LOGIN_TTL, PASSWORD, Person, pages, sign};

/// Seconds in which a code must be redeemed.
const CODE_TTL: i64 = 60;
/// Pages of other origins sign in here too, as with every provider.
const ANY_ORIGIN: (HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
const NOT_KEPT: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// Codes that nobody has redeemed yet.
#[derive(Debug, Default)]
pub(super) struct Codes(Mutex<HashMap<String, Grant>>);

#[derive(Debug)]
struct Grant {
    asked: Asked,
    person: Person,
    until: Timestamp,
}

/// What the client asks `/authorize` for.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Asked {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    code_challenge: String,
    code_challenge_method: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    nonce: String,
}

#[derive(Deserialize)]
struct Chosen {
    person: String,
    password: String,
    #[serde(flatten)]
    asked: Asked,
}

#[derive(Deserialize)]
struct Redeemed {
    grant_type: String,
    code: String,
    redirect_uri: String,
    client_id: String,
    code_verifier: String,
}

pub(super) fn router(issuer: Issuer) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/authorize", get(choose).post(chosen))
        .route("/token", post(redeem))
        .with_state(issuer)
}

async fn discovery(State(issuer): State<Issuer>) -> Response {
    let base = &issuer.shared.options.issuer;
    let document = json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
    });
    ([ANY_ORIGIN], Json(document)).into_response()
}

async fn choose(State(issuer): State<Issuer>, Query(asked): Query<Asked>) -> Response {
    match asked.mistake() {
        Some(mistake) => (StatusCode::BAD_REQUEST, mistake).into_response(),
        None => page(&issuer, &asked, "").await.into_response(),
    }
}

async fn chosen(State(issuer): State<Issuer>, Form(chosen): Form<Chosen>) -> Response {
    if let Some(mistake) = chosen.asked.mistake() {
        return (StatusCode::BAD_REQUEST, mistake).into_response();
    }
    let people = (issuer.shared.options.people)().await;
    let known = people
        .into_iter()
        .find(|person| key(person) == chosen.person);
    match known {
        Some(person) if chosen.password == PASSWORD => issuer.send_back(chosen.asked, person),
        _ => {
            let page = page(&issuer, &chosen.asked, "That password is not right.").await;
            (StatusCode::UNAUTHORIZED, page).into_response()
        }
    }
}

async fn redeem(State(issuer): State<Issuer>, Form(redeemed): Form<Redeemed>) -> Response {
    let now = issuer.shared.options.clock.now();
    let grant = issuer.codes().remove(&redeemed.code);
    match grant.filter(|grant| grant.until > now && grant.is_for(&redeemed)) {
        Some(grant) => issuer.tokens(&grant, now),
        None => refused("invalid_grant"),
    }
}

fn refused(error: &str) -> Response {
    let answer = Json(json!({ "error": error }));
    (StatusCode::BAD_REQUEST, [ANY_ORIGIN, NOT_KEPT], answer).into_response()
}

impl Asked {
    /// Why nobody may be sent back with a code. Without a good place to go back
    /// to, the person at the screen is told.
    fn mistake(&self) -> Option<&'static str> {
        let local = Url::parse(&self.redirect_uri).is_ok_and(|uri| match uri.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        });
        match self {
            _ if !local => Some("This provider sends people back to pages of this machine only."),
            asked if asked.response_type != "code" => Some("Ask with response_type=code."),
            asked if asked.code_challenge_method != "S256" || asked.code_challenge.is_empty() => {
                Some("Ask with PKCE: a code_challenge, and code_challenge_method=S256.")
            }
            _ => None,
        }
    }
}

impl Grant {
    /// Whether whoever redeems the code is the one who asked for it.
    fn is_for(&self, redeemed: &Redeemed) -> bool {
        let shown = URL_SAFE_NO_PAD.encode(Sha256::digest(redeemed.code_verifier.as_bytes()));
        redeemed.grant_type == "authorization_code"
            && redeemed.client_id == self.asked.client_id
            && redeemed.redirect_uri == self.asked.redirect_uri
            && shown == self.asked.code_challenge
    }
}

impl Issuer {
    fn codes(&self) -> std::sync::MutexGuard<'_, HashMap<String, Grant>> {
        let Codes(codes) = &self.shared.codes;
        codes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send_back(&self, asked: Asked, person: Person) -> Response {
        let code = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
        let now = self.shared.options.clock.now();
        let ends = now.checked_add(jiff::SignedDuration::from_secs(CODE_TTL));
        let (Ok(until), Ok(mut back)) = (ends, Url::parse(&asked.redirect_uri)) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        back.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &asked.state)
            .append_pair("iss", &self.shared.options.issuer);
        let mut codes = self.codes();
        codes.retain(|_, grant| grant.until > now);
        codes.insert(
            code,
            Grant {
                asked,
                person,
                until,
            },
        );
        Redirect::to(back.as_str()).into_response()
    }

    fn tokens(&self, grant: &Grant, now: Timestamp) -> Response {
        let [_, algorithm, _] = ALGORITHMS;
        let Grant { person, asked, .. } = grant;
        let (tenant, user) = (&person.tenant, &person.user);
        let access = self.issue(tenant, user, &person.roles, LOGIN_TTL, now, algorithm);
        let identity = self.signing_key(algorithm).and_then(|key| {
            let mut claims = self.claims(tenant, user, LOGIN_TTL, now);
            claims["aud"] = json!(asked.client_id);
            claims["nonce"] = json!(asked.nonce);
            claims["name"] = json!(person.name);
            let header = json!({ "alg": algorithm, "kid": key.kid, "typ": "JWT" });
            sign(&key, algorithm, &header.to_string(), &claims.to_string())
        });
        let (Ok(access), Ok(identity)) = (access, identity) else {
            return refused("server_error");
        };
        let answer: Value = json!({
            "access_token": access, "id_token": identity, "token_type": "Bearer",
            "expires_in": LOGIN_TTL, "scope": asked.scope,
        });
        ([ANY_ORIGIN, NOT_KEPT], Json(answer)).into_response()
    }
}

fn key(person: &Person) -> String {
    format!("{}/{}", person.tenant, person.user)
}

async fn page(issuer: &Issuer, asked: &Asked, failure: &str) -> Html<String> {
    let people = (issuer.shared.options.people)().await;
    let mut rows = String::new();
    for (index, person) in people.iter().enumerate() {
        if index == 0 || people.get(index - 1).map(|p| &p.tenant) != Some(&person.tenant) {
            let end = if index == 0 { "" } else { "</ul></section>" };
            let name = pages::escaped(&person.tenant_name);
            rows.push_str(&format!("{end}<section><h2>{name}</h2><ul>\n"));
        }
        let roles: Vec<&str> = person.roles.iter().map(domain::Role::as_str).collect();
        rows.push_str(&format!(
            "<li><button name=\"person\" value=\"{}\"><b>{}</b><span>{}</span></button></li>\n",
            pages::escaped(&key(person)),
            pages::escaped(&person.name),
            pages::escaped(&roles.join(", ")),
        ));
    }
    let fields = serde_json::to_value(asked).unwrap_or_default();
    let hidden: String = fields
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let value = pages::escaped(value.as_str().unwrap_or_default());
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n")
        })
        .collect();
    let frame = include_str!("authorize.html");
    Html(
        frame
            .replace("<!-- failure -->", failure)
            .replace("<!-- asked -->", &hidden)
            .replace("<!-- people -->", &format!("{rows}</ul></section>")),
    )
}
