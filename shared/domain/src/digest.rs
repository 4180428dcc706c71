//! Deterministic ids and keyed hashes. The same facts always give the same
//! text, which is what makes a repeated message harmless.

use data_encoding::{BASE32HEX_NOPAD, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Lower-case base32 without padding: letters and digits only, because an SES
/// message tag takes nothing but `[A-Za-z0-9_-]`.
fn encoding() -> Encoding {
    BASE32HEX_NOPAD
}

fn joined(parts: &[&str]) -> Vec<u8> {
    // A length before each part, so that ("ab","c") and ("a","bc") differ.
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// The first `length` characters (at most 51) of a SHA-256 over the parts.
pub fn fingerprint(parts: &[&str], length: usize) -> String {
    let hash = Sha256::digest(joined(parts));
    let mut text = encoding().encode(&hash).to_ascii_lowercase();
    text.truncate(length);
    text
}

/// A keyed hash over the parts: nobody without the key can make or check one.
pub fn keyed(key: &[u8], parts: &[&str], length: usize) -> String {
    // HMAC takes a key of any length, so this cannot fail; an empty text would
    // never match a real signature.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(&joined(parts));
    let mut text = encoding()
        .encode(&mac.finalize().into_bytes())
        .to_ascii_lowercase();
    text.truncate(length);
    text
}

/// Compares two signatures without telling by its time where they differ.
pub fn same(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left
            .bytes()
            .zip(right.bytes())
            .fold(0u8, |all, (a, b)| all | (a ^ b))
            == 0
}
