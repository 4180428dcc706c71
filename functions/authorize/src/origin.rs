//! Which pages may open a socket.
//!
//! A WebSocket handshake is not bound by CORS, so any page could open one. What
//! tells a foreign page from a native app is the `Origin` that browsers always
//! send and scripts cannot change.

use crate::event::Event;

/// The origins of our own web client.
#[derive(Debug, Clone)]
pub(crate) struct Origins(Vec<String>);

impl Origins {
    /// From a comma-separated list such as `https://school.example`.
    pub(crate) fn of(list: &str) -> Self {
        let origins = list
            .split(',')
            .map(|origin| origin.trim().trim_end_matches('/'));
        Self(
            origins
                .filter(|origin| !origin.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Whether the handshake may go on. Origins are compared whole: a
    /// look-alike host, another port or scheme, and `null` are all foreign.
    pub(crate) fn allow(&self, event: &Event) -> bool {
        match event.headers("origin").as_slice() {
            [] => !event.headers("authorization").is_empty() || !looks_like_browser(event),
            [one] => self.0.iter().any(|origin| origin == one),
            _ => false,
        }
    }
}

/// Whether something claims to be a browser although it names no origin. A
/// script in a browser cannot set `Authorization` on a handshake, so whoever
/// does that is spared this question.
fn looks_like_browser(event: &Event) -> bool {
    let marked = event
        .header_names()
        .map(str::to_ascii_lowercase)
        .any(|name| name.starts_with("sec-fetch-") || name.starts_with("sec-ch-ua"));
    marked
        || event
            .headers("user-agent")
            .iter()
            .any(|agent| agent.starts_with("Mozilla/"))
}
