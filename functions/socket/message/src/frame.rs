//! Frames as clients send them, checked before anything is built from them.

use domain::frames::{BadFrame, MAX_BYTES, MAX_DEPTH, Request};
use domain::{Code, Problem};
use lambda::socket::SocketEvent;

pub(crate) fn read(event: &SocketEvent) -> Result<Request, BadFrame> {
    let body = event.body.as_deref().unwrap_or_default();
    if event.is_base64_encoded {
        return Err(bad_json("Frames are text, not binary."));
    }
    if body.len() > MAX_BYTES {
        let detail = format!("A frame may have {} KiB.", MAX_BYTES / 1024);
        return Err(nameless(Problem::new(Code::TooLarge).detail(detail)));
    }
    if depth(body) > MAX_DEPTH {
        return Err(bad_json(&format!(
            "A frame may be {MAX_DEPTH} levels deep."
        )));
    }
    let value = serde_json::from_str(body)
        .map_err(|error| bad_json(&format!("line {}, column {}", error.line(), error.column())))?;
    Request::read(value)
}

fn nameless(problem: Problem) -> BadFrame {
    BadFrame { id: None, problem }
}

fn bad_json(detail: &str) -> BadFrame {
    nameless(Problem::new(Code::BadJson).detail(detail))
}

/// How deep brackets nest outside of texts.
fn depth(body: &str) -> usize {
    let (mut depth, mut deepest, mut inside, mut escaped) = (0usize, 0usize, false, false);
    for byte in body.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'[' | b'{' if !inside => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
