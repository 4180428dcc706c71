//! Problems as HTTP answers.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::problem::ProblemBody;
use domain::{Code, Problem};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

/// What a handler returns instead of success. Anything that becomes a
/// [`Problem`] becomes one of these with `?`.
#[derive(Debug)]
pub struct Failure(pub Problem);

/// What a handler returns.
pub type Answer<T> = Result<T, Failure>;

impl<E: Into<Problem>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// Carries the problem to the outermost layer, which knows path and request id.
#[derive(Debug, Clone)]
pub(super) struct Raised(pub Problem);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = problem_response(&self.0, None, None);
        response.extensions_mut().insert(Raised(self.0));
        response
    }
}

/// A problem as `application/problem+json`.
pub fn problem_response(
    problem: &Problem,
    instance: Option<String>,
    request_id: Option<String>,
) -> Response {
    let status =
        StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response =
        (status, Json(ProblemBody::of(problem, instance, request_id))).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(seconds) = problem.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.code == Code::Unauthorized {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
