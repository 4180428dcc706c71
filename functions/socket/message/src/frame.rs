//! Frames as clients send them, checked before anything is built from them.

use domain::frames::{MAX_BYTES, MAX_DEPTH, Request};
use domain::{Code, Problem};
use lambda::socket::SocketEvent;

/// Longest id of a client's that is echoed.
const ID: usize = 64;
const ACTIONS: [&str; 2] = ["ping", "resume"];

/// A frame that cannot be answered, with the client's id for it if it had one.
#[derive(Debug)]
pub(crate) struct BadFrame {
    pub id: Option<String>,
    pub problem: Problem,
}

impl From<Problem> for BadFrame {
    fn from(problem: Problem) -> Self {
        Self { id: None, problem }
    }
}

pub(crate) fn read(event: &SocketEvent) -> Result<Request, BadFrame> {
    let body = event.body.as_deref().unwrap_or_default();
    if event.is_base64_encoded {
        return Err(bad_json("Frames are text, not binary.").into());
    }
    if body.len() > MAX_BYTES {
        let detail = format!("A frame may have {} KiB.", MAX_BYTES / 1024);
        return Err(Problem::new(Code::TooLarge).detail(detail).into());
    }
    if depth(body) > MAX_DEPTH {
        return Err(bad_json(&format!("A frame may be {MAX_DEPTH} levels deep.")).into());
    }
    let value: serde_json::Value = serde_json::from_str(body)
        .map_err(|error| bad_json(&format!("line {}, column {}", error.line(), error.column())))?;
    let id = value
        .get("id")
        .and_then(|id| id.as_str())
        .filter(|id| id.len() <= ID);
    let id = id.map(str::to_owned);
    let action = value.get("action").and_then(|action| action.as_str());
    let problem = match action {
        None => Problem::invalid(
            "action",
            "required",
            "A frame names its action, such as `ping`.",
        ),
        Some(action) if !ACTIONS.contains(&action) => {
            let message = format!("Send one of the actions {}.", ACTIONS.join(", "));
            Problem::invalid("action", "unknown_value", message)
        }
        Some(_) => match serde_json::from_value::<Request>(value) {
            Ok(request) if long_id(&request) => {
                Problem::invalid("id", "too_long", format!("An id has at most {ID} bytes."))
            }
            Ok(request) => return Ok(request),
            Err(error) => Problem::invalid("", "invalid", error.to_string()),
        },
    };
    Err(BadFrame { id, problem })
}

fn long_id(request: &Request) -> bool {
    let (Request::Ping { id } | Request::Resume { id, .. }) = request;
    id.as_ref().is_some_and(|id| id.len() > ID)
}

fn bad_json(detail: &str) -> Problem {
    Problem::new(Code::BadJson).detail(detail)
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
