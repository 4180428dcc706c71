//! What every request passes, outermost first.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use domain::idempotency::Records;
use domain::limits::Windows;
use domain::{Code, Problem};
use http::header::{self, HeaderName};
use http::{HeaderValue, Uri};
use lambda_http::Request as LambdaHttpRequest;
use tower::util::BoxCloneSyncService;
use tower::{ServiceBuilder, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;

use super::failure::{Failure, Raised, problem_response};
use super::{caller, idempotent, limits};

pub(super) type Wrapped = BoxCloneSyncService<LambdaHttpRequest, Response, Infallible>;

pub(super) fn wrap<R: Records + Windows>(router: Router, records: R) -> Wrapped {
    let router = router
        .fallback(|| async { Failure(Problem::not_found()) })
        .method_not_allowed_fallback(|| async { Failure(Problem::new(Code::MethodNotAllowed)) })
        .layer(middleware::from_fn_with_state(
            records.clone(),
            idempotent::layer::<R>,
        ))
        .layer(middleware::from_fn_with_state(
            records.clone(),
            limits::layer::<R>,
        ))
        .layer(middleware::from_fn_with_state(records, current::<R>))
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

/// Seconds for which clocks may differ, as the authorizer has it.
const LEEWAY: i64 = 30;

/// Turns away whose credential has ended while the gateway still remembered
/// what the authorizer said of it.
async fn current<R: Records>(State(records): State<R>, request: Request, next: Next) -> Response {
    match caller::caller(request.extensions()) {
        Ok(who) if who.expires_at.saturating_add(LEEWAY) < records.now().as_second() => {
            Failure(Problem::new(Code::Unauthorized)).into_response()
        }
        _ => next.run(request).await,
    }
}

/// Gives problems their path and request id, keeps answers out of caches, and
/// writes the one log line of the request.
async fn finish(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // The route, not the path: a path may hold what a log must not.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let request_id = caller::request_id(request.extensions());
    let who = caller::caller(request.extensions()).ok();
    let mut response = next.run(request).await;
    if let Some(Raised(problem)) = response.extensions_mut().remove::<Raised>() {
        let told = std::mem::take(response.headers_mut());
        response = problem_response(&problem, Some(path), request_id.clone());
        // What the layers within have told, such as limits, stays told.
        for (name, value) in &told {
            response.headers_mut().entry(name).or_insert(value.clone());
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
    let route = route.as_ref().map(MatchedPath::as_str).unwrap_or_default();
    if status >= 500 {
        tracing::error!(%method, route, status, request_id, tenant, user, "answered");
    } else {
        tracing::info!(%method, route, status, request_id, tenant, user, "answered");
    }
    response
}
