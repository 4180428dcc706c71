//! The HTTP API: one request in, one function's answer out.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::request::Parts;
use domain::{Code, Problem};

use super::event::Incoming;
use super::routes::Found;
use super::{Gateway, answer, cors, request_id};
use crate::runner::InvokeError;

/// API Gateway's limit for a body; the limit for the event is Lambda's 6 MB.
const MAX_BODY: usize = 10 * 1024 * 1024;

pub(super) async fn handle(State(gateway): State<Gateway>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let allowed = gateway.0.plan.http.cors.as_ref();
    if let Some(response) = cors::preflight(allowed, &parts) {
        return response;
    }
    let request_id = request_id();
    let answered = gateway.serve(&parts, body, &request_id).await;
    let mut response = answered
        .unwrap_or_else(|problem| answer::of_problem(&problem, parts.uri.path(), &request_id));
    cors::expose(allowed, &parts, &mut response);
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("apigw-requestid"), id);
    }
    response
}

impl Gateway {
    async fn serve(
        &self,
        parts: &Parts,
        body: Body,
        request_id: &str,
    ) -> Result<Response<Body>, Problem> {
        let path = parts.uri.path();
        let (route, parameters) = match self.0.routes.find(parts.method.as_str(), path) {
            Found::Route(route, parameters) => (route, parameters),
            Found::OtherMethods(methods) => {
                let detail = format!("This path takes {}.", methods.join(", "));
                return Err(Problem::new(Code::MethodNotAllowed).detail(detail));
            }
            Found::Nothing => return Err(Problem::not_found()),
        };
        let route_key = match route.path.as_str() {
            "$default" => "$default".to_owned(),
            path => format!("{} {path}", route.method),
        };
        if !self.0.throttles.admit(&route_key) {
            return Err(Problem::new(Code::RateLimited).retry_after(1));
        }
        let request_id = request_id.to_owned();
        let incoming = Incoming {
            parts,
            route_key,
            parameters,
            request_id,
            now: self.0.clock.now(),
        };
        let context = match &self.0.plan.http.authorizer {
            Some(authorizer) if route.authorized => {
                Some(self.authorize(authorizer, &incoming).await?)
            }
            _ => None,
        };
        let body = read(body).await?;
        let event = incoming.event(&body, context);
        let running = self.0.runner.invoke(&route.function, &event);
        let answer = match tokio::time::timeout(self.timeout(), running).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(InvokeError::TooLarge)) => return Err(Problem::new(Code::TooLarge)),
            Err(_) | Ok(Err(InvokeError::TimedOut(_))) => {
                return Err(Problem::new(Code::Unavailable).retry_after(1));
            }
            Ok(Err(_)) => return Err(Problem::new(Code::Internal)),
        };
        answer::of_function(&answer).ok_or_else(|| Problem::new(Code::Internal))
    }
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    // The limit is the only way in which reading a body fails that anybody is
    // still there to be told of.
    to_bytes(body, MAX_BODY)
        .await
        .map_err(|_| Problem::new(Code::TooLarge))
}
