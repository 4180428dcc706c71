//! What every request passes, outermost first.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use domain::idempotency::Records;
use domain::{Code, Problem};
use http::header::{self, HeaderName};
use http::{HeaderValue, Uri};
use lambda_http::Request as LambdaHttpRequest;
use tower::util::BoxCloneSyncService;
use tower::{ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;

use super::failure::{Failure, Raised, problem_response};
use super::{caller, idempotent};

pub(super) type Wrapped = BoxCloneSyncService<LambdaHttpRequest, Response, Infallible>;

pub(super) fn wrap<R: Records>(router: Router, records: R) -> Wrapped {
    let router = router
        .fallback(|| async { Failure(Problem::not_found()) })
        .method_not_allowed_fallback(|| async { Failure(Problem::new(Code::MethodNotAllowed)) })
        .layer(middleware::from_fn_with_state(
            records,
            idempotent::layer::<R>,
        ))
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a handler panicked");
            Failure(Problem::new(Code::Internal)).into_response()
        }))
        .layer(middleware::from_fn(finish));
    let service = ServiceBuilder::new()
        .map_request(|request: LambdaHttpRequest| without_trailing_slash(request.map(to_axum_body)))
        .service(router);
    BoxCloneSyncService::new(service.map_response(IntoResponse::into_response))
}

fn to_axum_body(body: lambda_http::Body) -> Body {
    match body {
        lambda_http::Body::Text(text) => Body::from(text),
        lambda_http::Body::Binary(bytes) => Body::from(bytes),
        _ => Body::empty(),
    }
}

/// Answers are data for whoever asked: nothing to keep, to guess at, to show in
/// a frame or to run.
const DEFAULTS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=63072000; includeSubDomains",
    ),
];

/// `/v1/sends/` is `/v1/sends`.
fn without_trailing_slash(mut request: Request) -> Request {
    let uri = request.uri();
    let path = uri.path();
    if path.len() > 1 && path.ends_with('/') {
        let trimmed = path.trim_end_matches('/');
        let query = uri
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = format!("{trimmed}{query}").parse().ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// Gives problems their path and request id, keeps answers out of caches, and
/// writes the one log line of the request.
async fn finish(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let request_id = caller::request_id(request.extensions());
    let who = caller::caller(request.extensions()).ok();
    let mut response = next.run(request).await;
    if let Some(Raised(problem)) = response.extensions_mut().remove::<Raised>() {
        let retry = response.headers().get("idempotent-replayed").cloned();
        response = problem_response(&problem, Some(path.clone()), request_id.clone());
        if let Some(replayed) = retry {
            response
                .headers_mut()
                .insert("idempotent-replayed", replayed);
        }
    }
    for (name, value) in DEFAULTS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().entry(name).or_insert(value);
    }
    let status = response.status().as_u16();
    let tenant = who
        .as_ref()
        .map(|who| who.tenant.as_str())
        .unwrap_or_default();
    let user = who
        .as_ref()
        .map(|who| who.user.as_str())
        .unwrap_or_default();
    if status >= 500 {
        tracing::error!(%method, path, status, request_id, tenant, user, "answered");
    } else {
        tracing::info!(%method, path, status, request_id, tenant, user, "answered");
    }
    response
}
