//! `Idempotency-Key` on POST.

use std::convert::Infallible;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::HEXLOWER;
use domain::idempotency::{Attempt, Begun, Effect, Records, StoredAnswer};
use domain::problem::ProblemBody;
use domain::{Caller, Code, Problem};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use sha2::{Digest, Sha256};

use super::caller;
use super::failure::{Failure, Raised, problem_response};

const KEY: &str = "idempotency-key";
/// Larger answers are not kept; only those come near that change nothing, such
/// as previews.
const MAX_ANSWER: usize = 300 * 1024;

/// Put on an answer that is not to be kept for replays: it holds a secret, or
/// the request changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct NotRemembered;

/// What a request with an `Idempotency-Key` brings about; nothing without one.
#[derive(Debug, Clone)]
pub struct Once(pub Option<Effect>);

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Effect>().cloned()))
    }
}

pub(super) async fn layer<R: Records>(
    State(records): State<R>,
    request: Request,
    next: Next,
) -> Response {
    let key = request.headers().get(KEY).cloned();
    match (
        request.method() == Method::POST,
        key,
        caller::caller(request.extensions()),
    ) {
        (true, Some(key), Ok(who)) => match once(&records, &who, &key, request, next).await {
            Ok(response) => response,
            Err(problem) => axum::response::IntoResponse::into_response(Failure(problem)),
        },
        _ => next.run(request).await,
    }
}

async fn once<R: Records>(
    records: &R,
    who: &Caller,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut request, attempt) = attempt(key, request).await?;
    match records.begin(who, &attempt).await? {
        Begun::New(effect) => {
            request.extensions_mut().insert(effect);
        }
        Begun::Replay(answer) => return Ok(replay(answer)),
        Begun::Mismatch => return Err(Problem::new(Code::IdempotencyMismatch)),
        Begun::StillRunning => return Err(Problem::new(Code::InProgress).retry_after(1)),
    }
    let (parts, body) = next.run(request).await.into_parts();
    let bytes = to_bytes(body, usize::MAX)
        .await
        .map_err(|_| Problem::new(Code::Internal))?;
    let unsaid = parts.extensions.get::<NotRemembered>().is_some() || bytes.len() > MAX_ANSWER;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if keeps(parts.status) && !unsaid {
        let content_type = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let answer = StoredAnswer {
            status: parts.status.as_u16(),
            content_type: content_type.unwrap_or_default().to_owned(),
            body: text,
        };
        records.finish(who, &attempt, &answer).await?;
    } else {
        records.abandon(who, &attempt).await?;
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// What is remembered: effects, and refusals that came from the state of
/// things. A request that was itself wrong may be mended under the same key.
fn keeps(status: StatusCode) -> bool {
    status.is_success() || matches!(status.as_u16(), 404 | 409 | 410)
}

async fn attempt(key: &HeaderValue, request: Request) -> Result<(Request, Attempt), Problem> {
    let key = key
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()))
        .ok_or_else(|| {
            let message = "An Idempotency-Key has 1 to 255 visible ASCII characters.";
            Problem::new(Code::BadQuery).field("Idempotency-Key", "invalid", message)
        })?;
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, super::MAX_CSV + 1)
        .await
        .map_err(|_| Problem::new(Code::TooLarge))?;
    let attempt = Attempt {
        key: key.to_owned(),
        route: format!("{} {}", parts.method, parts.uri.path()),
        body: HEXLOWER.encode(&Sha256::digest(&bytes)),
    };
    Ok((Request::from_parts(parts, Body::from(bytes)), attempt))
}

fn replay(answer: StoredAnswer) -> Response {
    let refused = problem(&answer);
    let mut built = Response::builder()
        .status(answer.status)
        .header("idempotent-replayed", "true");
    // An answer without a body has no type either.
    if !answer.content_type.is_empty() {
        built = built.header(CONTENT_TYPE, answer.content_type);
    }
    let built = built.body(Body::from(answer.body));
    let mut response =
        built.unwrap_or_else(|_| problem_response(&Problem::new(Code::Internal), None, None));
    if let Some(problem) = refused {
        // It is shown with the path and the id of the request that asks now.
        response.extensions_mut().insert(Raised(problem));
    }
    response
}

/// The problem that an answer was.
fn problem(answer: &StoredAnswer) -> Option<Problem> {
    if answer.content_type != "application/problem+json" {
        return None;
    }
    let body: ProblemBody = serde_json::from_str(&answer.body).ok()?;
    let code = Code::ALL.iter().find(|code| code.as_str() == body.code)?;
    Some(Problem {
        detail: body.detail,
        errors: body.errors,
        ..Problem::new(*code)
    })
}
