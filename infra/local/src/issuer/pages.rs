//! The issuer's routes.

use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use domain::problem::ProblemBody;
use domain::{Code, Problem};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ALGORITHMS, Issuer, LOGIN_TTL, PASSWORD, Person};

pub(super) fn router(issuer: Issuer) -> Router {
    Router::new()
        .route("/.well-known/jwks.json", get(jwks))
        .route("/login", get(page).post(login))
        .with_state(issuer)
}

async fn jwks(State(issuer): State<Issuer>) -> Response {
    issuer.shared.fetches.fetch_add(1, Ordering::Relaxed);
    if issuer.shared.down.load(Ordering::Relaxed) {
        return problem(&Problem::new(Code::Unavailable));
    }
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        Json(issuer.jwks()),
    )
        .into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    tenant: String,
    user: Option<String>,
    email: Option<String>,
    password: String,
}

impl Login {
    fn is(&self, person: &Person) -> bool {
        let by_id = self
            .user
            .as_deref()
            .is_some_and(|user| user == person.user.as_str());
        let address = person.email.as_deref();
        let by_address = self
            .email
            .as_deref()
            .zip(address)
            .is_some_and(|(shown, known)| shown.trim().eq_ignore_ascii_case(known));
        self.tenant == person.tenant.as_str() && (by_id || by_address)
    }
}

async fn login(State(issuer): State<Issuer>, body: axum::body::Bytes) -> Response {
    let Ok(login) = serde_json::from_slice::<Login>(&body) else {
        let detail = "Send `tenant`, `user` or `email`, and `password` as JSON.";
        return problem(&Problem::new(Code::BadJson).detail(detail));
    };
    let people = (issuer.shared.options.people)().await;
    match people.iter().find(|person| login.is(person)) {
        Some(person) if login.password == PASSWORD => token(&issuer, person),
        // The same answer for an unknown person and a wrong password.
        _ => problem(&Problem::new(Code::Unauthorized)),
    }
}

fn token(issuer: &Issuer, person: &Person) -> Response {
    let now = issuer.shared.options.clock.now();
    let [_, algorithm, _] = ALGORITHMS;
    let issued = issuer.issue(
        &person.tenant,
        &person.user,
        &person.roles,
        LOGIN_TTL,
        now,
        algorithm,
    );
    let Ok(token) = issued else {
        return problem(&Problem::new(Code::Internal));
    };
    let answer: Value =
        json!({ "access_token": token, "token_type": "Bearer", "expires_in": LOGIN_TTL });
    ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, Json(ProblemBody::of(problem, None, None))).into_response()
}

async fn page(State(issuer): State<Issuer>) -> Html<String> {
    let people = (issuer.shared.options.people)().await;
    let mut rows = String::new();
    let mut tenant = None;
    for person in &people {
        if tenant != Some(&person.tenant) {
            tenant = Some(&person.tenant);
            rows.push_str(&format!("<h2>{}</h2>\n", escaped(&person.tenant_name)));
        }
        rows.push_str(&row(person));
    }
    Html(include_str!("login.html").replace("<!-- people -->", &rows))
}

fn row(person: &Person) -> String {
    let roles: Vec<&str> = person.roles.iter().map(domain::Role::as_str).collect();
    format!(
        "<button type=\"button\" data-tenant=\"{}\" data-user=\"{}\"><b>{}</b> {}</button>\n",
        escaped(person.tenant.as_str()),
        escaped(person.user.as_str()),
        escaped(&person.name),
        escaped(&roles.join(", ")),
    )
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
