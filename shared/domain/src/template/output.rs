//! What is rendered, held to its limits.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::failure::{RenderCode, RenderError};
use super::headers::header_fault;
use super::render::SUBJECT_MAX;

pub(crate) fn header(part: &'static str, text: String) -> Result<String, RenderError> {
    if header_fault(&text).is_some() {
        let message = format!("the {part} would hold a line break or control character");
        return Err(RenderError::new(RenderCode::InvalidHeader, part, message));
    }
    bounded(part, text.trim().to_owned(), SUBJECT_MAX)
}

pub(crate) fn bounded(
    part: &'static str,
    text: String,
    limit: usize,
) -> Result<String, RenderError> {
    if text.chars().count() > limit {
        return Err(RenderError::new(
            RenderCode::TooLong,
            part,
            format!("the {part} is longer than {limit} characters"),
        ));
    }
    Ok(text)
}

/// A whole document: mail programs guess the character set of a fragment.
pub(crate) fn document(html: &str, values: &Map<String, Value>) -> String {
    let language = values
        .get("locale")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let plain = language
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let language = if plain && !language.is_empty() {
        format!(" lang=\"{language}\"")
    } else {
        String::new()
    };
    format!(
        "<!doctype html><html{language}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"></head><body>{html}</body></html>"
    )
}

/// Refuses what goes over the limit before it takes memory.
pub(crate) struct Bounded {
    pub bytes: Vec<u8>,
    pub limit: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "over the limit"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
