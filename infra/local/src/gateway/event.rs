//! The event of an HTTP API, payload format 2.0.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use serde_json::{Map, Value, json};

use super::{ACCOUNT, HTTP_API, REGION};

/// What one request tells, before it is known whether it may come in.
#[derive(Debug)]
pub(super) struct Incoming<'a> {
    pub(super) parts: &'a Parts,
    pub(super) route_key: String,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) request_id: String,
    pub(super) now: Timestamp,
}

impl Incoming<'_> {
    /// The event for the function of the route.
    pub(super) fn event(&self, body: &Bytes, authorizer: Option<Value>) -> Value {
        let mut event = self.common("2.0");
        if let Some(context) = authorizer {
            event["requestContext"]["authorizer"] = json!({ "lambda": context });
        }
        if !self.parameters.is_empty() {
            event["pathParameters"] = json!(self.parameters);
        }
        event["isBase64Encoded"] = json!(false);
        if !body.is_empty() {
            match std::str::from_utf8(body) {
                Ok(text) if is_text(&self.parts.headers) => event["body"] = json!(text),
                _ => {
                    event["body"] = json!(STANDARD.encode(body));
                    event["isBase64Encoded"] = json!(true);
                }
            }
        }
        event
    }

    /// The event for a REQUEST authorizer.
    pub(super) fn authorizer_event(&self, identity: &[String]) -> Value {
        let mut event = self.common("2.0");
        let path = self.parts.uri.path();
        let method = self.parts.method.as_str();
        event["type"] = json!("REQUEST");
        event["routeArn"] = json!(format!(
            "arn:aws:execute-api:{REGION}:{ACCOUNT}:{HTTP_API}/$default/{method}{path}"
        ));
        event["identitySource"] = json!(identity);
        if !self.parameters.is_empty() {
            event["pathParameters"] = json!(self.parameters);
        }
        event
    }

    fn common(&self, version: &str) -> Value {
        let Parts {
            method,
            uri,
            headers,
            ..
        } = self.parts;
        let host = host(headers);
        let cookies = cookies(headers);
        let mut event = json!({
            "version": version,
            "routeKey": self.route_key,
            "rawPath": uri.path(),
            "rawQueryString": uri.query().unwrap_or_default(),
            "headers": joined(headers, &host),
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": HTTP_API,
                "domainName": host,
                "domainPrefix": host.split('.').next(),
                "http": {
                    "method": method.as_str(),
                    "path": uri.path(),
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": text(headers, header::USER_AGENT.as_str()),
                },
                "requestId": self.request_id,
                "routeKey": self.route_key,
                "stage": "$default",
                "time": clf(self.now),
                "timeEpoch": self.now.as_millisecond(),
            },
        });
        if !cookies.is_empty() {
            event["cookies"] = json!(cookies);
        }
        let query = query(uri.query().unwrap_or_default());
        if !query.is_empty() {
            event["queryStringParameters"] = Value::Object(query);
        }
        event
    }
}

/// `12/Mar/2020:19:03:58 +0000`, as access logs write it.
pub(super) fn clf(at: Timestamp) -> String {
    at.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

/// The host, if it can be one; functions build URLs from it.
pub(super) fn host(headers: &HeaderMap) -> String {
    let shown = text(headers, header::HOST.as_str());
    shown
        .parse::<Authority>()
        .map_or_else(|_| "localhost".to_owned(), |_| shown.clone())
}

pub(super) fn text(headers: &HeaderMap, name: &str) -> String {
    headers
        .get(name)
        .map(|value| latin1(value.as_bytes()))
        .unwrap_or_default()
}

/// Header bytes are no UTF-8; each stands for one character.
pub(super) fn latin1(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().map(|b| char::from(*b)).collect(),
        str::to_owned,
    )
}

/// Headers by lower-case name, repeated ones joined by commas; cookies apart.
fn joined(headers: &HeaderMap, host: &str) -> Map<String, Value> {
    let mut map: BTreeMap<String, String> = BTreeMap::new();
    let hop = [
        "connection",
        "upgrade",
        "keep-alive",
        "transfer-encoding",
        "te",
        "trailer",
        "cookie",
        "host",
    ];
    for (name, value) in headers
        .iter()
        .filter(|(name, _)| !hop.contains(&name.as_str()))
    {
        let value = latin1(value.as_bytes());
        map.entry(name.as_str().to_owned())
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert(value);
    }
    map.insert("host".to_owned(), host.to_owned());
    let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
    for (name, value) in [
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-port", port),
        ("x-forwarded-proto", "http"),
    ] {
        map.insert(name.to_owned(), value.to_owned());
    }
    map.into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect()
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .map(|value| latin1(value.as_bytes()));
    all.flat_map(|line| line.split("; ").map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// Decoded parameters, repeated ones joined by commas.
pub(super) fn query(raw: &str) -> Map<String, Value> {
    let mut map: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
        map.entry(name.into_owned())
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    map.into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect()
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = text(headers, header::CONTENT_TYPE.as_str()).to_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/")
        || kind.ends_with("+json")
        || matches!(
            kind,
            "" | "application/json" | "application/xml" | "application/javascript"
        )
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn event(request: axum::http::request::Builder, body: &'static str) -> Value {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let incoming = Incoming {
            parts: &parts,
            route_key: "PUT /v1/users/{id}".to_owned(),
            parameters: BTreeMap::from([("id".to_owned(), "10".to_owned())]),
            request_id: "abc=".to_owned(),
            now: "2020-03-12T19:03:58Z".parse().unwrap(),
        };
        incoming.event(
            &Bytes::from_static(body.as_bytes()),
            Some(json!({ "user": "10" })),
        )
    }

    #[test]
    fn an_event_is_as_aws_sends_it() {
        let request = Request::put("/v1/users/10?a=1&b=x%20y&a=2")
            .header("Host", "localhost:4700")
            .header("X-Many", "one")
            .header("x-many", "two")
            .header("Cookie", "a=b; c=d")
            .header("Content-Type", "application/json");
        let event = event(request, "{}");
        assert_eq!(event["rawQueryString"], "a=1&b=x%20y&a=2");
        assert_eq!(
            event["queryStringParameters"],
            json!({ "a": "1,2", "b": "x y" })
        );
        assert_eq!(event["headers"]["x-many"], "one,two");
        assert_eq!(event["headers"].get("cookie"), None);
        assert_eq!(event["cookies"], json!(["a=b", "c=d"]));
        assert_eq!(event["pathParameters"], json!({ "id": "10" }));
        assert_eq!(
            event["requestContext"]["authorizer"]["lambda"]["user"],
            "10"
        );
        assert_eq!(
            event["requestContext"]["time"],
            "12/Mar/2020:19:03:58 +0000"
        );
        assert_eq!(event["requestContext"]["timeEpoch"], 1_584_039_838_000_i64);
        assert_eq!(
            (&event["body"], &event["isBase64Encoded"]),
            (&json!("{}"), &json!(false))
        );
    }

    #[test]
    fn other_content_travels_as_base64() {
        let request =
            Request::put("/v1/users/10").header("Content-Type", "application/octet-stream");
        let event = event(request, "hi");
        assert_eq!(
            (&event["body"], &event["isBase64Encoded"]),
            (&json!("aGk="), &json!(true))
        );
        assert_eq!(event.get("queryStringParameters"), None);
    }
}
