//! WebSocket events of API Gateway.

use std::collections::{BTreeSet, HashMap};

use domain::caller::Credential;
use domain::ids::ConnectionId;
use domain::{Caller, Problem, Role};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rest::caller_of;

/// `$connect`, a message, or `$disconnect`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SocketEvent {
    pub request_context: SocketContext,
    #[serde(default)]
    pub headers: HashMap<String, String>,
    #[serde(default)]
    pub query_string_parameters: Option<HashMap<String, String>>,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    pub is_base64_encoded: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SocketContext {
    pub connection_id: ConnectionId,
    pub event_type: String,
    pub route_key: String,
    #[serde(default)]
    pub request_id: String,
    /// Epoch milliseconds at which the socket was opened.
    #[serde(default)]
    pub connected_at: i64,
    #[serde(default)]
    pub authorizer: Option<Value>,
}

impl SocketEvent {
    /// Who opened the socket, as the authorizer of `$connect` established it.
    pub fn caller(&self) -> Result<Caller, Problem> {
        caller_of(
            self.request_context
                .authorizer
                .as_ref()
                .unwrap_or(&Value::Null),
        )
    }

    /// A header by name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// The answer to a socket event; for `$connect` a status other than 2xx
/// refuses the socket.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SocketAnswer {
    pub status_code: u16,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    pub headers: HashMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

impl SocketAnswer {
    pub fn ok() -> Self {
        Self::status(200)
    }

    pub fn status(status_code: u16) -> Self {
        Self {
            status_code,
            headers: HashMap::new(),
            body: None,
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// The fields of an authorizer's context, which API Gateway carries as texts.
pub(crate) fn caller_from_texts(get: impl Fn(&str) -> Option<String>) -> Option<Caller> {
    let roles: BTreeSet<Role> = get("roles")?
        .split(',')
        .filter(|role| !role.is_empty())
        .map(Role::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let credential = match get("credential")?.as_str() {
        "token" => Credential::Token,
        "live_key" => Credential::LiveKey,
        "test_key" => Credential::TestKey,
        _ => return None,
    };
    Some(Caller {
        tenant: get("tenant")?.parse().ok()?,
        user: get("user")?.parse().ok()?,
        roles,
        credential,
        expires_at: get("expires_at")?.parse().ok()?,
    })
}
