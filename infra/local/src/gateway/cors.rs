//! Cross-origin requests, answered by the gateway alone.

use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, Response, StatusCode};

use crate::template::Cors;

/// The answer to a preflight request, if this is one.
pub(super) fn preflight(cors: Option<&Cors>, request: &Parts) -> Option<Response<Body>> {
    let cors = cors.filter(|_| {
        request.method == Method::OPTIONS
            && request
                .headers
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    })?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Some(origin) = allowed(cors, request) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        put(
            headers,
            header::ACCESS_CONTROL_ALLOW_METHODS,
            &cors.methods.join(","),
        );
        put(
            headers,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            &cors.headers.join(","),
        );
        put(
            headers,
            header::ACCESS_CONTROL_MAX_AGE,
            &cors.max_age.to_string(),
        );
    }
    Some(response)
}

/// Adds what a browser needs to show an answer to a page of another origin.
pub(super) fn expose(cors: Option<&Cors>, request: &Parts, response: &mut Response<Body>) {
    let Some(cors) = cors else { return };
    if let Some(origin) = allowed(cors, request) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        put(
            headers,
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            &cors.expose.join(","),
        );
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
}

fn allowed(cors: &Cors, request: &Parts) -> Option<HeaderValue> {
    let origin = request.headers.get(header::ORIGIN)?;
    let shown = origin.to_str().ok()?;
    cors.origins
        .iter()
        .any(|known| known == "*" || known == shown)
        .then(|| origin.clone())
}

fn put(headers: &mut header::HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
