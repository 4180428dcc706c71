//! Who is calling, taken from the authorizer's context.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use domain::{Caller, Code, Problem};
use http::request::Parts;
use lambda_http::request::RequestContext;
use serde_json::Value;

use super::failure::Failure;
use crate::socket::caller_from_texts;

/// API Gateway's id of the request, shown in problems and logs.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(request_id(&parts.extensions).unwrap_or_default()))
    }
}

pub(super) fn request_id(extensions: &http::Extensions) -> Option<String> {
    match extensions.get::<RequestContext>()? {
        RequestContext::ApiGatewayV2(context) => context.request_id.clone(),
        _ => None,
    }
}

pub(super) fn caller(extensions: &http::Extensions) -> Result<Caller, Problem> {
    let fields = match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => {
            context.authorizer.as_ref().map(|a| &a.fields)
        }
        _ => None,
    };
    fields
        .and_then(|fields| caller_from_texts(|name| text(fields.get(name)?)))
        .ok_or_else(|| Problem::new(Code::Unauthorized))
}

/// The caller inside an authorizer's context of a socket event.
pub fn caller_of(context: &Value) -> Result<Caller, Problem> {
    caller_from_texts(|name| text(context.get(name)?))
        .ok_or_else(|| Problem::new(Code::Unauthorized))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The caller, or 401.
#[derive(Debug, Clone)]
pub struct Authenticated(pub Caller);

impl std::ops::Deref for Authenticated {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Authenticated {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self(caller(&parts.extensions)?))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Authenticated {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(caller(&parts.extensions).ok().map(Self))
    }
}
