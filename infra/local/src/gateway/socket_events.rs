//! The events of a WebSocket API, as AWS sends them.

use axum::http::header::HeaderMap;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use domain::Timestamp;
use serde_json::{Map, Value, json};

use super::event::{clf, host, latin1, query, text};
use super::{ACCOUNT, REGION, SOCKET_API, request_id};

/// What stays the same for the life of a socket.
#[derive(Debug, Clone)]
pub(super) struct Socket {
    pub(super) id: String,
    pub(super) stage: String,
    pub(super) host: String,
    pub(super) user_agent: String,
    pub(super) connected_at: Timestamp,
    /// The authorizer's context with its principal, once there is one.
    pub(super) authorizer: Option<Value>,
}

impl Socket {
    pub(super) fn new(parts: &Parts, stage: &str, now: Timestamp) -> Self {
        Self {
            id: URL_SAFE.encode(rand::random::<[u8; 11]>()),
            stage: stage.to_owned(),
            host: host(&parts.headers),
            user_agent: text(&parts.headers, "user-agent"),
            connected_at: now,
            authorizer: None,
        }
    }

    pub(super) fn method_arn(&self) -> String {
        format!(
            "arn:aws:execute-api:{REGION}:{ACCOUNT}:{SOCKET_API}/{}/$connect",
            self.stage
        )
    }

    pub(super) fn authorizer_event(&self, parts: &Parts, now: Timestamp) -> Value {
        let mut event = self.handshake(parts, now);
        event["type"] = json!("REQUEST");
        event["methodArn"] = json!(self.method_arn());
        event["stageVariables"] = json!({});
        event
    }

    pub(super) fn connect_event(&self, parts: &Parts, now: Timestamp) -> Value {
        let mut event = self.handshake(parts, now);
        event["isBase64Encoded"] = json!(false);
        event
    }

    pub(super) fn message_event(&self, route: &str, body: &str, now: Timestamp) -> Value {
        let mut context = self.context(route, "MESSAGE", now);
        context["messageId"] = json!(request_id());
        json!({ "requestContext": context, "body": body, "isBase64Encoded": false })
    }

    pub(super) fn disconnect_event(&self, code: u16, reason: &str, now: Timestamp) -> Value {
        let mut context = self.context("$disconnect", "DISCONNECT", now);
        context["disconnectStatusCode"] = json!(code);
        context["disconnectReason"] = json!(reason);
        json!({
            "headers": { "Host": self.host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
            "multiValueHeaders": { "Host": [self.host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] },
            "requestContext": context,
            "isBase64Encoded": false,
        })
    }

    fn handshake(&self, parts: &Parts, now: Timestamp) -> Value {
        let (single, multiple) = headers(&parts.headers, &self.host);
        let mut event = json!({
            "headers": single,
            "multiValueHeaders": multiple,
            "requestContext": self.context("$connect", "CONNECT", now),
        });
        let raw = parts.uri.query().unwrap_or_default();
        let single = query(raw);
        if !single.is_empty() {
            let mut multiple: Map<String, Value> = single
                .keys()
                .map(|name| (name.clone(), json!([])))
                .collect();
            let mut last = Map::new();
            for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
                if let Some(Value::Array(values)) = multiple.get_mut(name.as_ref()) {
                    values.push(json!(value));
                }
                // A repeated parameter keeps its last value here, and all of
                // them in the other map.
                last.insert(name.into_owned(), json!(value));
            }
            event["queryStringParameters"] = Value::Object(last);
            event["multiValueQueryStringParameters"] = Value::Object(multiple);
        }
        event
    }

    fn context(&self, route: &str, kind: &str, now: Timestamp) -> Value {
        let id = request_id();
        let mut context = json!({
            "routeKey": route,
            "eventType": kind,
            "extendedRequestId": id,
            "requestTime": clf(now),
            "messageDirection": "IN",
            "stage": self.stage,
            "connectedAt": self.connected_at.as_millisecond(),
            "requestTimeEpoch": now.as_millisecond(),
            "identity": { "sourceIp": "127.0.0.1", "userAgent": self.user_agent },
            "requestId": id,
            "domainName": self.host,
            "connectionId": self.id,
            "apiId": SOCKET_API,
        });
        if let Some(authorizer) = &self.authorizer {
            context["authorizer"] = authorizer.clone();
        }
        context
    }
}

/// Headers in one map by their last value and in the other with all of them.
fn headers(headers: &HeaderMap, host: &str) -> (Map<String, Value>, Map<String, Value>) {
    let mut single = Map::new();
    let mut multiple = Map::new();
    for name in headers
        .keys()
        .filter(|name| !matches!(name.as_str(), "connection" | "upgrade" | "host"))
    {
        let values: Vec<String> = headers
            .get_all(name)
            .iter()
            .map(|value| latin1(value.as_bytes()))
            .collect();
        let name = conventional(name.as_str());
        single.insert(name.clone(), json!(values.last()));
        multiple.insert(name, json!(values));
    }
    let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
    let added = [
        ("Host", host),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Port", port),
        ("X-Forwarded-Proto", "http"),
    ];
    for (name, value) in added {
        single.insert(name.to_owned(), json!(value));
        multiple.insert(name.to_owned(), json!([value]));
    }
    (single, multiple)
}

/// A WebSocket API keeps the case that clients write, mostly this one; the
/// server underneath has already lower-cased it.
fn conventional(name: &str) -> String {
    if name == "sec-websocket-protocol" {
        return "Sec-WebSocket-Protocol".to_owned();
    }
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_uppercase())
    });
    words.collect::<Vec<_>>().join("-")
}
