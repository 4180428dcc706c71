//! The reference of frames: what each is for, with the example that the tests
//! hold the types to.

use domain::frames::{MAX_BYTES, VERSION};

/// A kind of frame.
pub struct Frame {
    /// Its example is `events/frames/<name>.json`.
    pub name: &'static str,
    pub meaning: &'static str,
    pub example: &'static str,
}

impl Frame {
    /// Its word: the `action` of a request, the `type` of an event.
    pub fn word(&self) -> &'static str {
        self.name.trim_end_matches(".request")
    }
}

macro_rules! frames {
    ($($name:literal => $meaning:literal,)*) => {
        &[$(Frame {
            name: $name,
            meaning: $meaning,
            example: include_str!(concat!("../../../../events/frames/", $name, ".json")),
        }),*]
    };
}

/// Frames from a client.
pub const REQUESTS: &[Frame] = frames! {
    "ping" => "Keeps the socket open; send one every five minutes. Answered by `pong`.",
    "resume" => "Asks for the notifications since a cursor, the one of the last push or answer. Answered by `resumed`.",
    "room.sync" => "Takes part in a room on this socket, in at most twenty, and asks for everything after a `seq`; without one, for the newest page. Answered by `room.synced`. Send it on every connect.",
    "room.leave" => "Takes no more part in a room on this socket. Answered by `room.left`.",
    "message.send" => "Writes a message. `client_msg_id` is the client's own name for it, new for each message: sent again after a lost answer it gives the same `seq`, with another text it is a `conflict`. Answered by `message.sent`.",
    "message.edit" => "Gives an own message another text, for as long as the organisation lets authors. Answered by `message.updated`.",
    "message.delete" => "Deletes an own message; a tombstone stays. Moderators of a community delete anybody's. Answered by `message.deleted`.",
    "message.read.request" => "Has read a room up to a place. Answered by `message.read`.",
    "typing.request" => "Is writing, or has stopped. Not stored and not answered.",
    "presence.request" => "Asks who is there, of people with whom one shares a room. Answered by `presence`.",
};

/// Frames to a client.
pub const EVENTS: &[Frame] = frames! {
    "pong" => "The answer to `ping`.",
    "notification.created" => "A new item in the feed, with the cursor to `resume` from and the unread count.",
    "resumed" => "The answer to `resume`. It overlaps by a minute with what came before; drop what you have by its id. With `more`, ask again from the new cursor.",
    "room.synced" => "The answer to `room.sync`: every change after the asked place, each with its message as it is now. `hidden` ones are to be passed over. With `more`, ask again after `through_seq`. Places of what is no longer kept are missing: go by `through_seq`, not by counting.",
    "room.left" => "The answer to `room.leave`; without an `id`, the right to be in the room has ended.",
    "message.sent" => "The answer to `message.send`: the message has its place.",
    "message.created" => "Somebody wrote. Comes to all sockets of both people of a direct room, and in a community to those who take part in the room.",
    "message.updated" => "A message has another text. `seq` is the place of the change, `message.seq` that of the message.",
    "message.deleted" => "A message is gone but for its place.",
    "message.read" => "Somebody has read up to a place.",
    "typing" => "Somebody is writing, or has stopped; forget it after some seconds.",
    "presence" => "Who is there, and when somebody last was.",
    "auth_expired" => "The credential of this socket has ended, and the socket with it: open a new one with a new credential.",
    "error" => "A request that was refused, under its `id`: the problem that the API would answer with.",
};

const INTRODUCTION: &str = "One WebSocket message is one frame, a JSON object as text. A client sends frames with an `action`, the service frames with a `type`.";

/// What is true of all frames.
pub fn rules() -> Vec<String> {
    let kib = MAX_BYTES / 1024;
    vec![
        "Open the socket at the `url` of `POST /v1/realtime/tickets`, whose ticket is good for one socket and 30 seconds; or with the access token, in an `Authorization` header or as the sub-protocol after `bearer`.".to_owned(),
        format!("A request may carry an `id`, a text of at most 64 bytes that its answer repeats, and a `v`, the version of this contract: {VERSION}. Another version is answered with `unknown_version`, another action with `unknown_action`. New types and new fields are not a new version: pass over what you do not know."),
        format!("A frame of a client has at most {kib} KiB and 16 levels. A socket takes ten frames a second and twenty at once; whoever goes on after `rate_limited` is disconnected."),
        "Each room counts its changes, messages, edits and deletions, by `seq`, without a gap. Keep the last `seq` of each room: what comes with the next one is to be shown, what comes with an older one was shown already, and after a gap `room.sync` gives the rest. Truth is what the service keeps; a push is a hint, and may be lost or come twice.".to_owned(),
        "Reconnect after a random part of a window that is `reconnect.min_seconds` of the ticket's answer at first and doubles up to `reconnect.max_seconds`; then `room.sync` each room and `resume` the notifications.".to_owned(),
        "What sockets do, the API does under `/v1/chat/rooms`, with the same rules; clients without sockets poll there.".to_owned(),
    ]
}

/// All of it as Markdown.
pub(super) fn reference() -> Result<String, String> {
    let mut text = format!(
        "# Frames\n\n{INTRODUCTION} This file is made by `cargo generate` from the examples in\n[events/frames](../events/frames), which the tests hold the types to.\n\n"
    );
    for rule in rules() {
        text.push_str(&format!("- {rule}\n"));
    }
    for (title, frames) in [("From a client", REQUESTS), ("To a client", EVENTS)] {
        text.push_str(&format!("\n## {title}\n"));
        for frame in frames {
            text.push_str(&format!(
                "\n### {}\n\n{}\n\n```json\n{}\n```\n",
                frame.word(),
                frame.meaning,
                frame.example.trim_end(),
            ));
        }
    }
    Ok(text)
}

/// All of it as a page, with `escaped` for texts.
pub(crate) fn page(escaped: fn(&str) -> String) -> String {
    let code = |text: &str| {
        let parts = escaped(text);
        let mut inside = false;
        let parts = parts.split('`').map(|part| {
            let shown = if inside {
                format!("<code>{part}</code>")
            } else {
                part.to_owned()
            };
            inside = !inside;
            shown
        });
        parts.collect::<String>()
    };
    let mut body = format!("<h1>Frames</h1>\n<p>{}</p>\n<ul>\n", code(INTRODUCTION));
    for rule in rules() {
        body.push_str(&format!("<li>{}</li>\n", code(&rule)));
    }
    body.push_str("</ul>\n");
    for (title, side, frames) in [
        ("From a client", "request", REQUESTS),
        ("To a client", "event", EVENTS),
    ] {
        body.push_str(&format!("<h2>{title}</h2>\n"));
        for frame in frames {
            body.push_str(&format!(
                "<h3 id=\"{side}-{word}\"><code>{word}</code></h3>\n<p>{}</p>\n<pre>{}</pre>\n",
                code(frame.meaning),
                escaped(frame.example.trim_end()),
                word = frame.word(),
            ));
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::frames::Action;
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_example_is_in_the_reference() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/frames");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.trim_end_matches(".json").to_owned()
        });
        let files: BTreeSet<String> = files.collect();
        let listed = REQUESTS
            .iter()
            .chain(EVENTS)
            .map(|frame| frame.name.to_owned());
        assert_eq!(files, listed.collect());
    }

    #[test]
    fn a_frame_is_named_by_its_word() {
        for (frames, field) in [(REQUESTS, "action"), (EVENTS, "type")] {
            for frame in frames {
                let example: Value = serde_json::from_str(frame.example).unwrap();
                assert_eq!(example[field], frame.word(), "{}", frame.name);
            }
        }
        let words: Vec<&str> = REQUESTS.iter().map(Frame::word).collect();
        assert_eq!(words, Action::ALL);
    }
}
