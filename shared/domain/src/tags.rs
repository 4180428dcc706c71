//! Texts as message tags, which take only `[A-Za-z0-9_-]`.

use data_encoding::BASE64URL_NOPAD;

/// Encodes any text; an id is at most 64 bytes, so the tag stays below the 256
/// characters that SES allows.
pub fn encode(text: &str) -> String {
    BASE64URL_NOPAD.encode(text.as_bytes())
}

/// Reads back what [`encode`] wrote.
pub fn decode(tag: &str) -> Option<String> {
    String::from_utf8(BASE64URL_NOPAD.decode(tag.as_bytes()).ok()?).ok()
}
