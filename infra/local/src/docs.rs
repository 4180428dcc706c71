//! The API's documents as pages: `/docs`, `/docs/errors`, `/docs/frames`,
//! `/openapi.json`.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use domain::Code;

use crate::door::{escaped, page};
use crate::generate;

/// The documents' routes.
pub fn router() -> Router {
    Router::new()
        .route("/docs", get(reference))
        .route("/docs/errors", get(errors))
        .route("/docs/frames", get(frames))
        .route("/openapi.json", get(openapi))
}

async fn reference() -> Html<String> {
    page("Campanile API", include_str!("docs.html"))
}

async fn openapi() -> Response {
    match generate::openapi() {
        Ok(document) => ([(header::CONTENT_TYPE, "application/json")], document).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error).into_response(),
    }
}

async fn errors() -> Html<String> {
    let mut rows = String::new();
    for code in Code::ALL {
        rows.push_str(&format!(
            "<tr id=\"{code}\"><td><code>{code}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            code.status(),
            escaped(code.title()),
            escaped(code.how_to_fix()),
            code = code.as_str(),
        ));
    }
    let body = format!(
        "<h1>Errors</h1>\n<p>Every answer that is not a success is <code>application/problem+json</code> \
         (RFC 9457). <code>code</code> is stable, the texts are not; <code>errors</code> names fields.</p>\n\
         <table><tr><th>code</th><th>status</th><th>means</th><th>how to mend it</th></tr>\n{rows}</table>"
    );
    page("Campanile errors", &body)
}

async fn frames() -> Html<String> {
    page("Campanile frames", &generate::frames::page(escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_frame_has_its_place_on_the_page_of_frames() {
        let Html(body) = frames().await;
        for frame in generate::frames::EVENTS {
            let id = format!("id=\"event-{}\"", frame.word());
            assert!(body.contains(&id), "{id}");
        }
        assert!(!body.contains('`'), "marks of Markdown are left");
    }

    #[tokio::test]
    async fn every_code_has_its_place_on_the_error_page() {
        let Html(body) = errors().await;
        for code in Code::ALL {
            assert!(
                body.contains(&format!("id=\"{}\"", code.as_str())),
                "{code:?}"
            );
        }
    }
}
