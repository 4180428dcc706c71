//! Where a request or a handshake carries its credential.

use std::fmt;

use crate::event::Event;

/// A secret text that does not print itself.
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// The one credential that was shown.
#[derive(Debug)]
pub(crate) enum Shown {
    Token(Secret),
    ApiKey(Secret),
    Ticket(Secret),
}

/// The credential of an HTTP request: exactly one `Authorization: Bearer`.
pub(crate) fn of_request(event: &Event) -> Result<Shown, &'static str> {
    match event.headers("authorization").as_slice() {
        [] => Err("no_credential"),
        [one] => bearer(one).ok_or("malformed"),
        _ => Err("several_credentials"),
    }
}

/// The credential of a handshake: a browser cannot set `Authorization`, so a
/// ticket, a sub-protocol and, unless turned off, a token in the query are
/// taken as well. Showing more than one is refused: which would count?
pub(crate) fn of_handshake(event: &Event, token_in_query: bool) -> Result<Shown, &'static str> {
    let mut shown = Vec::new();
    if !event.headers("authorization").is_empty() {
        shown.push(of_request(event)?);
    }
    shown.extend(of_protocols(event)?);
    for ticket in event.parameters("ticket") {
        shown.push(Shown::Ticket(plain(ticket).ok_or("malformed")?));
    }
    for token in event.parameters("token") {
        if !token_in_query {
            return Err("token_in_query");
        }
        shown.push(Shown::Token(plain(token).ok_or("malformed")?));
    }
    match (shown.pop(), shown.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(_), false) => Err("several_credentials"),
        (None, _) => Err("no_credential"),
    }
}

/// `Sec-WebSocket-Protocol: bearer, <token>`. Other protocols are not ours.
fn of_protocols(event: &Event) -> Result<Option<Shown>, &'static str> {
    let headers = event.headers("sec-websocket-protocol");
    let mut offered = headers
        .iter()
        .flat_map(|header| header.split(','))
        .map(str::trim);
    if !offered.any(|protocol| protocol == "bearer") {
        return Ok(None);
    }
    let token = offered.next().and_then(plain).ok_or("malformed")?;
    Ok(Some(Shown::Token(token)))
}

fn bearer(header: &str) -> Option<Shown> {
    let (scheme, text) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let secret = plain(text.trim_start())?;
    let is_key = secret.0.starts_with("ck_");
    Some(if is_key {
        Shown::ApiKey(secret)
    } else {
        Shown::Token(secret)
    })
}

/// RFC 6750's letters. A comma, the sign of two headers joined into one, is not
/// among them.
fn plain(text: &str) -> Option<Secret> {
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    (!text.is_empty() && text.bytes().all(fit)).then(|| Secret(text.to_owned()))
}
