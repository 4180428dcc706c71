//! Cursors: a position in a list, signed for one tenant, user and query, so
//! that a cursor of somebody else or of another query is refused.

use data_encoding::BASE64URL_NOPAD;

use crate::caller::Caller;
use crate::digest;
use crate::problem::{Code, Problem};

/// Seals positions with the deployment's secret.
#[derive(Clone)]
pub struct CursorKey(Vec<u8>);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

const SIGNATURE: usize = 26;

impl CursorKey {
    pub fn new(secret: &str) -> Self {
        Self(secret.as_bytes().to_vec())
    }

    fn sign(&self, caller: &Caller, query: &str, position: &str) -> String {
        let parts = [
            "cursor",
            caller.tenant.as_str(),
            caller.user.as_str(),
            query,
            position,
        ];
        digest::keyed(&self.0, &parts, SIGNATURE)
    }

    /// Makes a cursor. `query` names the list and all of its filters.
    pub fn seal(&self, caller: &Caller, query: &str, position: &str) -> String {
        let signature = self.sign(caller, query, position);
        BASE64URL_NOPAD.encode(format!("{signature}{position}").as_bytes())
    }

    /// Opens a cursor, or 400 `bad_cursor`.
    pub fn open(&self, caller: &Caller, query: &str, cursor: &str) -> Result<String, Problem> {
        let bad = || {
            Problem::new(Code::BadCursor).field(
                "after",
                "bad_cursor",
                "This cursor does not belong to this list.",
            )
        };
        let text = BASE64URL_NOPAD
            .decode(cursor.as_bytes())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(bad)?;
        let (signature, position) = text.split_at_checked(SIGNATURE).ok_or_else(bad)?;
        if digest::same(signature, &self.sign(caller, query, position)) {
            Ok(position.to_owned())
        } else {
            Err(bad())
        }
    }
}
