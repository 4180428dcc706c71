//! What the client asks for first.

use serde::Serialize;

/// `/config.json`: where to sign in, and what this deployment has.
#[derive(Debug, Serialize)]
pub(crate) struct Config {
    /// The OpenID provider; its endpoints are below `/.well-known/openid-configuration`.
    pub(crate) authority: String,
    pub(crate) client_id: String,
    pub(crate) scope: String,
    /// Some providers need to be told for whom an access token is to be.
    pub(crate) audience: String,
    /// Where to read what "left"; only a local stack has that.
    pub(crate) mailbox: Option<String>,
}
