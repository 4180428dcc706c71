//! The REST edge: an axum router behind API Gateway, with everything that all
//! routes share: who is calling, bodies, queries, problems, idempotency.

mod caller;
mod failure;
mod idempotent;
mod input;
mod layers;
mod limits;
mod routes;
mod strict;

use domain::idempotency::Records;
use domain::limits::Windows;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, LambdaEvent, Service};
use lambda_runtime::Context;

pub use axum::Router;
pub use caller::{Authenticated, RequestId, caller_of};
pub use failure::{Answer, Failure, problem_response};
pub use idempotent::{NotRemembered, Once};
pub use routes::answer;
// What `routes!` is made of.
pub use {pastey, utoipa::openapi::OpenApi, utoipa_axum};

pub use input::{Body, Csv, MAX_CSV, MAX_JSON, Path, Query};

use crate::function::Function;

/// A function of HTTP requests. `records` remembers `Idempotency-Key`s of POSTs
/// and counts changes.
pub fn function(router: Router, records: impl Records + Windows) -> Function {
    let service = layers::wrap(router, records);
    Function::new(move |event: LambdaRequest, context: Context| {
        // The call is made outside of the future, which need not hold the adapter.
        let answer = Adapter::from(service.clone()).call(LambdaEvent::new(event, context));
        async move { answer.await.map_err(|never| match never {}) }
    })
}
