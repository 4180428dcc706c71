//! A body that may be left out.

use axum::body::HttpBody;
use axum::extract::{FromRequest, Request};
use garde::Validate;
use lambda::rest::{Body, Failure};
use serde::de::DeserializeOwned;

/// A JSON body, or its default where there is none at all.
#[derive(Debug)]
pub(crate) struct Optional<T>(pub(crate) T);

impl<S, T> FromRequest<S> for Optional<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate<Context = ()> + Default,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if request.body().size_hint().exact() == Some(0) {
            return Ok(Self(T::default()));
        }
        let Body(value) = Body::from_request(request, state).await?;
        Ok(Self(value))
    }
}
