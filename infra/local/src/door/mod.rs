//! Everything at the gateway's port: the APIs, the identity provider, pages for
//! people, and the side door that only a local stack has.

mod control;
mod knobs;
mod look;
mod mailbox;
mod pages;

use axum::Router;
use axum::routing::{delete, get, post, put};

pub(crate) use self::pages::{escaped, page};
use crate::docs;
use crate::stack::Parts;

/// The router of a stack.
pub fn router(parts: &Parts) -> Router {
    let pages = Router::new()
        .route("/_local", get(pages::index))
        .route("/mailbox", get(mailbox::list))
        .route("/mailbox/{id}", get(mailbox::one))
        .route("/mailbox/{id}/html", get(mailbox::html))
        .with_state(parts.clone());
    parts
        .gateway()
        .router()
        .merge(parts.issuer().router())
        .merge(docs::router())
        .merge(pages)
        .merge(side_door().with_state(parts.clone()))
}

fn side_door() -> Router<Parts> {
    Router::new()
        .route(
            "/_local/mailbox",
            get(look::mailbox).delete(look::empty_mailbox),
        )
        .route("/_local/mailbox/emails", get(look::emails))
        .route("/_local/mailbox/texts", get(look::texts))
        .route("/_local/mailbox/counts", get(look::counts))
        .route("/_local/meter", get(look::meter).delete(look::reset_meter))
        .route("/_local/queues", get(look::queues))
        .route("/_local/queues/{name}", get(look::queue))
        .route("/_local/queues/{name}/faults", put(knobs::queue))
        .route("/_local/sources/{function}/faults", put(knobs::source))
        .route("/_local/functions/{function}/faults", put(knobs::function))
        .route("/_local/functions/{function}/kill", post(control::kill))
        .route("/_local/feedback/faults", put(knobs::feedback))
        .route("/_local/sending", put(knobs::sending))
        .route("/_local/texting", put(knobs::texting))
        .route(
            "/_local/faults",
            get(knobs::list).post(knobs::add).delete(knobs::clear),
        )
        .route("/_local/faults/{id}", delete(knobs::remove))
        .route("/_local/settings", get(look::settings))
        .route("/_local/settings/{function}", get(look::settings_of))
        .route("/_local/sockets", get(look::sockets))
        .route("/_local/sockets/faults", put(knobs::sockets))
        .route("/_local/sockets/cut", post(control::cut))
        .route("/_local/clock", get(look::clock))
        .route("/_local/clock/advance", post(control::advance))
        .route("/_local/authorizer/forget", post(control::forget))
        .route("/_local/settle", post(control::settle))
        .route("/_local/sweep", post(control::sweep))
        .route("/_local/reset", post(control::reset))
}
