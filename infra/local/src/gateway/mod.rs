//! API Gateway: an HTTP API and a WebSocket API in front of the functions.

mod answer;
mod authorizer;
mod cors;
mod event;
mod http;
mod policy;
mod routes;
mod socket_events;
mod sockets;
#[cfg(test)]
mod tests;
mod throttle;
mod websocket;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use domain::Clock;

pub use sockets::{PostRefusal, SocketFaults, Sockets};

use self::authorizer::Cache;
use self::routes::Routes;
use self::throttle::Throttles;
use crate::runner::Runner;
use crate::template::{Plan, Throttle};

/// Who the gateway says it is.
pub(crate) const ACCOUNT: &str = "000000000000";
pub(crate) const REGION: &str = "us-east-1";
const HTTP_API: &str = "api";
const SOCKET_API: &str = "socketapi";

/// Both APIs. Clones share everything.
#[derive(Debug, Clone)]
pub struct Gateway(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    plan: Plan,
    routes: Routes,
    runner: Runner,
    clock: Clock,
    authorized: Cache,
    throttles: Throttles,
    timeout: Mutex<Duration>,
    sockets: Sockets,
}

impl Gateway {
    pub fn new(plan: &Plan, runner: Runner, clock: Clock, sockets: Sockets) -> Self {
        Self(Arc::new(Inner {
            plan: plan.clone(),
            routes: Routes::new(&plan.http.routes),
            runner,
            clock: clock.clone(),
            authorized: Cache::default(),
            throttles: Throttles::new(plan.http.throttle, clock),
            // The most that API Gateway waits for an integration.
            timeout: Mutex::new(Duration::from_secs(30)),
            sockets,
        }))
    }

    /// The WebSocket API at its stage's name, and the HTTP API everywhere else.
    pub fn router(&self) -> Router {
        let mut router = Router::new().fallback(http::handle);
        if let Some(socket) = &self.0.plan.socket {
            router = router.route(&format!("/{}", socket.stage), any(websocket::handle));
        }
        router.with_state(self.clone())
    }

    /// Forgets who was let in, as the end of the authorizer's TTL would.
    pub fn forget_authorized(&self) {
        self.0.authorized.clear();
    }

    /// Replaces the throttle of every route; `None` takes it away.
    pub fn set_throttle(&self, throttle: Option<Throttle>) {
        self.0.throttles.set(throttle);
    }

    /// How long the gateway waits for a function.
    pub fn set_timeout(&self, timeout: Duration) {
        *self
            .0
            .timeout
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = timeout;
    }

    pub fn sockets(&self) -> &Sockets {
        &self.0.sockets
    }

    fn timeout(&self) -> Duration {
        *self
            .0
            .timeout
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request id in the form that API Gateway gives.
fn request_id() -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(rand::random::<[u8; 11]>())
}
