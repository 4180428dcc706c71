//! Woken by the HTTP API: single-use tickets for opening a socket. A repeated
//! request makes another ticket, and the first one expires unused.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::Timestamp;
use domain::problem::ProblemBody;
use lambda::rest::{Answer, Authenticated, NotRemembered};
use lambda::{Env, EnvError, Function, rest};
use serde::Serialize;
use store::Store;

#[derive(Clone)]
struct Realtime {
    store: Store,
    socket_url: String,
    reconnect: ReconnectBody,
}

/// Seconds: the first window, and the least that the last one may be.
const FIRST_WINDOW: u64 = 3;
const LAST_WINDOW: u64 = 24;

/// Reads `TABLE_NAME`, `SOCKET_URL`, the public address of the socket, and
/// `RECONNECT_SECONDS`.
pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let socket_url = settings.required("SOCKET_URL");
    let last = settings.number("RECONNECT_SECONDS", LAST_WINDOW);
    settings.finish()?;
    let store = Store::new(env.aws(), table, env.clock());
    let router = router().with_state(Realtime {
        store: store.clone(),
        socket_url,
        reconnect: ReconnectBody {
            min_seconds: FIRST_WINDOW,
            max_seconds: last.max(LAST_WINDOW),
        },
    });
    Ok(rest::function(router, store))
}

lambda::routes! {
    Realtime:
    create_ticket,
}

/// A ticket for one handshake.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TicketBody {
    /// Good for one socket, once, until `expires_at`.
    ticket: String,
    /// Half a minute from now.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Where to open the socket: the address with the ticket in it.
    url: String,
    reconnect: ReconnectBody,
}

/// When to come back after a socket was lost: after a random part of a window
/// that is `min_seconds` at first and doubles with each attempt that fails, up to
/// `max_seconds`. So a thousand clients do not come back in the same second.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
struct ReconnectBody {
    min_seconds: u64,
    max_seconds: u64,
}

/// Make a ticket for opening a socket
///
/// For clients that can put neither a header nor a sub-protocol on a handshake.
/// The socket speaks for the caller and ends when the caller's credential does.
#[utoipa::path(
    post,
    path = "/v1/realtime/tickets",
    operation_id = "createRealtimeTicket",
    tag = "realtime",
    responses(
        (status = 201, description = "The ticket", body = TicketBody),
        (status = 401, description = "No valid credential", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn create_ticket(
    State(realtime): State<Realtime>,
    Authenticated(caller): Authenticated,
) -> Answer<(StatusCode, Extension<NotRemembered>, Json<TicketBody>)> {
    let ticket = realtime.store.issue_ticket(&caller).await?;
    let url = format!("{}?ticket={}", realtime.socket_url, ticket.secret);
    let body = TicketBody {
        ticket: ticket.secret,
        expires_at: ticket.expires_at,
        url,
        reconnect: realtime.reconnect,
    };
    // A ticket is a secret, and dead before anybody would ask for it again.
    Ok((StatusCode::CREATED, Extension(NotRemembered), Json(body)))
}
