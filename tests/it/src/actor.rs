//! Somebody who calls the API.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::Value;

use crate::{Answer, Socket};

/// A person (or a service, or nobody) with a credential.
#[derive(Debug, Clone)]
pub struct Actor {
    client: Client,
    url: String,
    socket_url: String,
    token: Option<String>,
    pub id: String,
    headers: HeaderMap,
}

impl Actor {
    pub(crate) fn new(url: String, socket_url: String, token: Option<String>, id: &str) -> Self {
        let client = Client::builder().no_proxy().build().expect("a client");
        Self {
            client,
            url,
            socket_url,
            token,
            id: id.to_owned(),
            headers: HeaderMap::new(),
        }
    }

    /// The access token.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    pub fn socket_url(&self) -> &str {
        &self.socket_url
    }

    /// The same person with one more header on every request.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        other
            .headers
            .insert(name, HeaderValue::from_str(value).expect("a header value"));
        other
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(
            Method::POST,
            path,
            Some(("application/json", body.to_string())),
        )
        .await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(
            Method::PUT,
            path,
            Some(("application/json", body.to_string())),
        )
        .await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(
            Method::PATCH,
            path,
            Some(("application/json", body.to_string())),
        )
        .await
    }

    /// A body as it is, of any type.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: impl Into<String>,
    ) -> Answer {
        self.send(method, path, Some((content_type, body.into())))
            .await
    }

    /// All items of a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let (mut items, mut after) = (Vec::new(), None::<String>);
        loop {
            let sign = if path.contains('?') { '&' } else { '?' };
            let next = after
                .map(|after| format!("{sign}after={after}"))
                .unwrap_or_default();
            let page = self.get(&format!("{path}{next}")).await.ok();
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["page"]["after"].as_str() {
                Some(cursor) => after = Some(cursor.to_owned()),
                None => return items,
            }
        }
    }

    /// Notifies an audience, as staff do; it arrives when the world settles.
    pub async fn notify(&self, audience: &str, title: &str) -> String {
        let body = serde_json::json!({"audience": audience, "title": title});
        let accepted = self.post("/v1/notifications", body).await.accepted();
        accepted["send"].as_str().expect("a send").to_owned()
    }

    /// Titles of the own feed, newest first.
    pub async fn feed(&self) -> Vec<String> {
        let items = self.all("/v1/notifications").await;
        let titles = items
            .iter()
            .map(|item| item["title"].as_str().expect("a title"));
        titles.map(str::to_owned).collect()
    }

    /// Opens a socket with a single-use ticket, as the web client does.
    pub async fn live(&self) -> Socket {
        let ticket = self
            .post("/v1/realtime/tickets", serde_json::json!({}))
            .await
            .created();
        let ticket = ticket["ticket"].as_str().expect("a ticket");
        Socket::open(&format!("{}?ticket={ticket}", self.socket_url))
            .await
            .expect("the socket opens")
    }

    async fn send(&self, method: Method, path: &str, body: Option<(&str, String)>) -> Answer {
        let what = format!("{method} {path}");
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .headers(self.headers.clone());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some((content_type, body)) = body {
            request = request.header("content-type", content_type).body(body);
        }
        let response = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        Answer::read(what, response).await
    }
}
