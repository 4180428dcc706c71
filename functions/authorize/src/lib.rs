//! Woken by both APIs, before anything else: their REQUEST authorizer, which
//! says who is calling. A token, an API key or a ticket goes in; tenant, user
//! and roles come out, or nothing does.

mod answer;
mod credential;
mod event;
mod identity;
mod json;
pub mod jwks;
pub mod keys;
mod origin;
pub mod token;
pub mod trust;

use std::sync::Arc;

use lambda::{Env, EnvError, Error, Function};
use serde_json::Value;
use store::Store;

use crate::event::Event;
use crate::identity::{Denied, Identity};
use crate::jwks::Jwks;
use crate::origin::Origins;
use crate::token::Expected;

struct Authorizer {
    identity: Identity,
    origins: Origins,
    token_in_query: bool,
}

/// Reads `TABLE_NAME`, `JWKS_URL`, `JWT_ISSUER`, `JWT_AUDIENCE`, `WEB_ORIGIN`
/// (a comma-separated list) and `TOKEN_IN_QUERY` (`off` refuses `?token=`).
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let jwks_url = settings.required("JWKS_URL");
    let expected = Expected {
        issuer: settings.required("JWT_ISSUER"),
        audience: settings.required("JWT_AUDIENCE"),
    };
    let origins = Origins::of(&settings.or("WEB_ORIGIN", ""));
    let token_in_query = settings.or("TOKEN_IN_QUERY", "on") != "off";
    settings.finish()?;
    let wrong = |error: &dyn std::error::Error| EnvError(vec![error.to_string()]);
    let tls = trust::provider(env.names_roots()).map_err(|error| wrong(&error))?;
    let jwks = Jwks::new(jwks_url, tls, env.clock()).map_err(|error| wrong(&error))?;
    let identity = Identity {
        store: Store::new(env.aws(), table, env.clock()),
        jwks,
        expected,
        clock: env.clock(),
    };
    let authorizer = Arc::new(Authorizer {
        identity,
        origins,
        token_in_query,
    });
    Ok(Function::new(move |event: Event, _| {
        let authorizer = Arc::clone(&authorizer);
        async move { authorizer.answer(&event).await }
    }))
}

impl Authorizer {
    async fn answer(&self, event: &Event) -> Result<Value, Error> {
        match &event.method_arn {
            Some(method_arn) => self.handshake(event, method_arn).await,
            None => self.request(event).await,
        }
    }

    async fn request(&self, event: &Event) -> Result<Value, Error> {
        let caller = match credential::of_request(event) {
            Ok(shown) => self.identity.prove(&shown).await,
            Err(reason) => Err(Denied::Refused(reason.to_owned())),
        };
        match caller {
            Ok(caller) => Ok(answer::authorized(&caller)),
            Err(Denied::Refused(reason)) => Ok(answer::nobody(&noted(reason))),
            Err(Denied::Unavailable(reason)) => Err(unavailable(&reason)),
        }
    }

    async fn handshake(&self, event: &Event, method_arn: &str) -> Result<Value, Error> {
        // Before the credential, so that a foreign page cannot use up a ticket.
        if !self.origins.allow(event) {
            return Ok(answer::deny(
                method_arn,
                &noted("foreign_origin".to_owned()),
            ));
        }
        let caller = match credential::of_handshake(event, self.token_in_query) {
            Ok(shown) => self.identity.prove(&shown).await,
            Err(reason) => Err(Denied::Refused(reason.to_owned())),
        };
        match caller {
            Ok(caller) => Ok(answer::allow(method_arn, &caller)),
            Err(Denied::Refused(reason)) => {
                noted(reason);
                // API Gateway answers 401 to exactly this error and no other.
                Err(Error::from("Unauthorized"))
            }
            Err(Denied::Unavailable(reason)) => Err(unavailable(&reason)),
        }
    }
}

fn noted(reason: String) -> String {
    tracing::info!(reason, "refused");
    reason
}

/// Neither yes nor no: API Gateway answers 5xx, and nobody comes in.
fn unavailable(reason: &str) -> Error {
    tracing::error!(reason, "nobody can be let in");
    Error::from("Unavailable")
}
