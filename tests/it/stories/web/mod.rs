//! The web client as browsers get it: its page, its files, what it may do.

mod caching;
mod files;
mod policy;

use it::World;
use reqwest::header::HeaderMap;
use reqwest::{Client, StatusCode};

/// What came back, byte by byte.
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.get(name);
        found
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("text")
    }
}

/// Nobody is signed in yet when a browser asks for these.
async fn get(world: &World, path: &str, headers: &[(&str, &str)]) -> Got {
    let client = Client::builder().no_proxy().build().expect("a client");
    let mut request = client.get(format!("{}{path}", world.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    Got {
        status: answer.status(),
        headers: answer.headers().clone(),
        bytes: answer.bytes().await.expect("a body").to_vec(),
    }
}
