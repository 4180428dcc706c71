//! The pages behind a link: plain HTML without scripts.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Nothing is loaded, and the form leads back to where it came from.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// Asks whether to end it.
pub(crate) fn ask(tenant: &str, category: &str) -> Response {
    let (tenant, category) = (escaped(tenant), escaped(category));
    let body = format!(
        "<h1>Unsubscribe</h1>\n\
         <p>You will get no more e-mails about <b>{category}</b> from {tenant}.</p>\n\
         <form method=\"post\"><button>Unsubscribe</button></form>\n"
    );
    page(StatusCode::OK, &body)
}

/// Tells that it has ended.
pub(crate) fn done(tenant: &str, category: &str) -> Response {
    let (tenant, category) = (escaped(tenant), escaped(category));
    let body = format!(
        "<h1>You are unsubscribed</h1>\n\
         <p>You will get no more e-mails about <b>{category}</b> from {tenant}. \
         What is urgent, or what everybody has to know, still reaches you. \
         You can change this in your preferences at any time.</p>\n"
    );
    page(StatusCode::OK, &body)
}

/// The link is not one of ours, or whom it is about is gone.
pub(crate) fn unknown() -> Response {
    let body = "<h1>This link does not work</h1>\n\
                <p>It may be incomplete. Copy the whole address from the e-mail.</p>\n";
    page(StatusCode::NOT_FOUND, body)
}

fn page(status: StatusCode, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>Unsubscribe</title>\n\
         <style>:root{{color-scheme:light dark;font:1.1rem/1.6 system-ui,sans-serif}}\
         body{{max-width:34rem;margin:15vh auto;padding:0 1.25rem}}\
         button{{font:inherit;padding:.6rem 1.4rem;cursor:pointer}}</style>\n\
         <main>\n{body}</main>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (status, headers, html).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
