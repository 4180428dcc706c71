//! The mailbox as pages.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::pages::{escaped, page};
use crate::aws::mailbox::{Content, Filter, Item};
use crate::stack::Parts;

const SHOWN: usize = 200;

pub(super) async fn list(
    State(parts): State<Parts>,
    Query(mut filter): Query<Filter>,
) -> Html<String> {
    filter.limit = Some(filter.limit.unwrap_or(SHOWN).min(SHOWN));
    let items = parts.mailbox().list(&filter);
    let mut rows = String::new();
    for item in &items {
        let (kind, summary) = match &item.content {
            Content::Email(email) => ("e-mail", email.subject.as_str()),
            Content::Sms(text) => ("text", text.body.as_str()),
        };
        rows.push_str(&format!(
            "<tr><td class=\"dim\">{}</td><td><span class=\"tag\">{kind}</span></td><td>{}</td>\
             <td><a href=\"/mailbox/{}\">{}</a></td></tr>\n",
            item.at.strftime("%H:%M:%S"),
            escaped(&item.to.join(", ")),
            escaped(&item.id),
            escaped(summary),
        ));
    }
    let to = escaped(filter.to.as_deref().unwrap_or_default());
    let body = format!(
        "<h1>Mailbox</h1>\n<form><input name=\"to\" value=\"{to}\" placeholder=\"address or number\"> \
         <button>Find</button></form>\n<p class=\"dim\">The newest {} of what left the system.</p>\n\
         <table><tr><th>At</th><th></th><th>To</th><th>Subject or text</th></tr>\n{rows}</table>",
        items.len()
    );
    page("Mailbox", &body)
}

pub(super) async fn one(State(parts): State<Parts>, Path(id): Path<String>) -> Response {
    match parts.mailbox().get(&id) {
        Some(item) => page("Mailbox", &shown(&item)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn shown(item: &Item) -> String {
    let to = escaped(&item.to.join(", "));
    match &item.content {
        Content::Sms(text) => format!(
            "<h1>Text to {to}</h1><p class=\"dim\">{}, {} segments</p><pre>{}</pre>",
            item.at,
            text.segments,
            escaped(&text.body)
        ),
        Content::Email(email) => {
            let mut body = format!(
                "<h1>{}</h1><p>From {}<br>To {to}</p><p class=\"dim\">{}</p>",
                escaped(&email.subject),
                escaped(&email.from),
                item.at
            );
            if email.html.is_some() {
                let id = escaped(&item.id);
                body.push_str(&format!(
                    "<iframe sandbox title=\"HTML part\" src=\"/mailbox/{id}/html\"></iframe>"
                ));
            }
            if let Some(text) = &email.text {
                body.push_str(&format!("<h2>Text part</h2><pre>{}</pre>", escaped(text)));
            }
            body.push_str("<h2>Headers and tags</h2><pre>");
            for (name, value) in &email.headers {
                body.push_str(&format!("{}: {}\n", escaped(name), escaped(value)));
            }
            for (name, value) in &email.tags {
                body.push_str(&format!("{} = {}\n", escaped(name), escaped(value)));
            }
            body + "</pre>"
        }
    }
}

/// The HTML part as a mail program would show it, without any rights.
pub(super) async fn html(State(parts): State<Parts>, Path(id): Path<String>) -> Response {
    let html = parts
        .mailbox()
        .get(&id)
        .and_then(|item| item.email()?.html.clone());
    let Some(html) = html else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let safe = [
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        ),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ];
    (safe, Html(html)).into_response()
}
