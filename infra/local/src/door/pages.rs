//! Pages for people: plain HTML, no scripts from elsewhere.

use axum::extract::State;
use axum::response::Html;

use crate::stack::Parts;

/// A page in the common frame. `body` is HTML already.
pub(crate) fn page(title: &str, body: &str) -> Html<String> {
    let frame = include_str!("frame.html");
    Html(
        frame
            .replace("<!-- title -->", &escaped(title))
            .replace("<!-- body -->", body),
    )
}

/// Text that is safe inside HTML, attributes included.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

pub(super) async fn index(State(parts): State<Parts>) -> Html<String> {
    let counts = parts.mailbox().counts();
    let mut queues = String::new();
    for (name, depth) in parts.queue_depths() {
        let link = format!("/_local/queues/{name}");
        queues.push_str(&format!(
            "<tr><td><a href=\"{link}\">{name}</a></td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            depth.visible, depth.in_flight, depth.delayed
        ));
    }
    let body = include_str!("index.html")
        .replace("<!-- url -->", &parts.url())
        .replace("<!-- socket -->", &parts.socket_url())
        .replace("<!-- aws -->", &parts.aws_url())
        .replace("<!-- emails -->", &counts.emails.to_string())
        .replace("<!-- texts -->", &counts.texts.to_string())
        .replace("<!-- sockets -->", &parts.sockets().count().to_string())
        .replace("<!-- now -->", &parts.now().to_string())
        .replace("<!-- queues -->", &queues);
    page("Campanile", &body)
}
