//! Cursors: a position in a list, signed for one tenant, user and query, so
//! that a cursor of somebody else or of another query is refused.

use data_encoding::BASE64URL_NOPAD;

use crate::caller::Caller;
use crate::problem::{Code, Problem};
use crate::secrets::Secrets;

/// Seals positions with the deployment's secret.
#[derive(Debug, Clone)]
pub struct CursorKey(Secrets);

const SIGNATURE: usize = 26;

impl CursorKey {
    pub fn new(secrets: Secrets) -> Self {
        Self(secrets)
    }

    /// Makes a cursor. `query` names the list and all of its filters.
    pub fn seal(&self, caller: &Caller, query: &str, position: &str) -> String {
        let signature = self.0.sign(&parts(caller, query, position), SIGNATURE);
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
        if self
            .0
            .signed(&parts(caller, query, position), signature, SIGNATURE)
        {
            Ok(position.to_owned())
        } else {
            Err(bad())
        }
    }
}

/// What a signature is over.
fn parts<'a>(caller: &'a Caller, query: &'a str, position: &'a str) -> [&'a str; 5] {
    let (tenant, user) = (caller.tenant.as_str(), caller.user.as_str());
    ["cursor", tenant, user, query, position]
}
