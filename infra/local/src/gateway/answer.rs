//! From what a function or the gateway says to an HTTP response.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::problem::ProblemBody;
use domain::{Code, Problem};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Formatted {
    status_code: u16,
    #[serde(default)]
    headers: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    multi_value_headers: Option<BTreeMap<String, Vec<Value>>>,
    #[serde(default)]
    cookies: Option<Vec<String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// The response of a function, payload format 2.0: with `statusCode` it is
/// taken at its word, without one it is the body of a 200.
pub(super) fn of_function(answer: &RawValue) -> Option<Response<Body>> {
    let value: Value = serde_json::from_str(answer.get()).ok()?;
    if value.get("statusCode").is_none() {
        let body = match value {
            Value::String(text) => text,
            _ => answer.get().to_owned(),
        };
        let response = Response::builder().header(header::CONTENT_TYPE, "application/json");
        return response.body(Body::from(body)).ok();
    }
    let formatted: Formatted = serde_json::from_value(value).ok()?;
    let body = match (formatted.body, formatted.is_base64_encoded) {
        (None, _) => Vec::new(),
        (Some(text), false) => text.into_bytes(),
        (Some(text), true) => STANDARD.decode(text).ok()?,
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(formatted.status_code).ok()?;
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let single = formatted
        .headers
        .into_iter()
        .flatten()
        .map(|(name, value)| (name, plain(&value)));
    let multiple = formatted.multi_value_headers.into_iter().flatten();
    let multiple = multiple.flat_map(|(name, values)| {
        values
            .iter()
            .map(|value| (name.clone(), plain(value)))
            .collect::<Vec<_>>()
    });
    let cookies = formatted
        .cookies
        .into_iter()
        .flatten()
        .map(|cookie| ("set-cookie".to_owned(), cookie));
    for (name, value) in single.chain(multiple).chain(cookies) {
        let name = HeaderName::try_from(name).ok()?;
        // The server counts for itself.
        if name != header::CONTENT_LENGTH {
            response
                .headers_mut()
                .append(name, HeaderValue::try_from(value).ok()?);
        }
    }
    if !response.headers().contains_key(header::CONTENT_TYPE) {
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
    }
    Some(response)
}

/// What the gateway itself has to say against a request, in the shape of every
/// other problem. An HTTP API in AWS says the same with `{"message": …}`, which
/// cannot be configured there.
pub(super) fn of_problem(problem: &Problem, path: &str, request_id: &str) -> Response<Body> {
    let body = ProblemBody::of(problem, Some(path.to_owned()), Some(request_id.to_owned()));
    let mut response = Response::new(Body::from(serde_json::to_vec(&body).unwrap_or_default()));
    *response.status_mut() =
        StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.code == Code::Unauthorized {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response(answer: &Value) -> Option<Response<Body>> {
        of_function(&serde_json::value::to_raw_value(answer).unwrap())
    }

    #[test]
    fn answers_without_a_status_are_bodies() {
        for answer in [json!({ "a": 1 }), json!("text"), json!([1])] {
            let response = response(&answer).unwrap();
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        }
    }

    #[test]
    fn answers_with_a_status_are_taken_at_their_word() {
        let answer = json!({
            "statusCode": 201, "headers": { "X-One": "1" }, "multiValueHeaders": { "X-Two": ["a", "b"] },
            "cookies": ["c=d"], "body": "aGk=", "isBase64Encoded": true,
        });
        let response = response(&answer).unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["x-one"], "1");
        assert_eq!(response.headers().get_all("x-two").iter().count(), 2);
        assert_eq!(response.headers()["set-cookie"], "c=d");
    }

    #[test]
    fn malformed_answers_are_none() {
        assert!(response(&json!({ "statusCode": "ok" })).is_none());
        assert!(
            response(&json!({ "statusCode": 200, "body": "***", "isBase64Encoded": true }))
                .is_none()
        );
    }
}
