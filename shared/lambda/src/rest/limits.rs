//! How often one caller may change something: every change is counted, and the
//! answer tells what is left. Reading is left to the gateway's own throttle,
//! since counting would cost more than most reads.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::limits::{Limit, Used, Windows};
use domain::{Caller, Code, Problem};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::caller;
use super::failure::Failure;

pub(super) async fn layer<W: Windows>(
    State(windows): State<W>,
    request: Request,
    next: Next,
) -> Response {
    let changes = matches!(
        *request.method(),
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE
    );
    match caller::caller(request.extensions()) {
        Ok(who) if changes => counted(&windows, &who, request, next).await,
        _ => next.run(request).await,
    }
}

async fn counted<W: Windows>(windows: &W, who: &Caller, request: Request, next: Next) -> Response {
    let limit = Limit::of(who);
    let used = match windows.count_change(who, limit).await {
        Ok(used) => used,
        Err(problem) => return Failure(problem).into_response(),
    };
    let mut response = match used.left(limit) {
        Some(_) => next.run(request).await,
        None => {
            let detail = format!(
                "At most {} changes in {} seconds.",
                limit.acts, limit.seconds
            );
            let problem = Problem::new(Code::RateLimited)
                .detail(detail)
                .retry_after(used.ends_in);
            Failure(problem).into_response()
        }
    };
    tell(response.headers_mut(), limit, used);
    response
}

fn tell(headers: &mut HeaderMap, limit: Limit, used: Used) {
    let figures = [
        ("ratelimit-limit", limit.acts),
        ("ratelimit-remaining", used.left(limit).unwrap_or(0)),
        ("ratelimit-reset", used.ends_in),
    ];
    for (name, figure) in figures {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(figure));
    }
}
