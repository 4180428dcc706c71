//! A WebSocket as a client holds it.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A frame that does not come within this never does.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open socket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The sub-protocol that the server agreed to.
    pub protocol: Option<String>,
}

impl Socket {
    /// Opens a socket; a refused handshake is the HTTP status.
    pub async fn open(url: &str) -> Result<Self, u16> {
        Self::open_with(url, &[]).await
    }

    /// The same with headers.
    pub async fn open_with(url: &str, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let mut request = url.into_client_request().expect("a socket address");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value).expect("a header value"));
        }
        match connect_async(request).await {
            Ok((stream, response)) => {
                let protocol = response.headers().get("sec-websocket-protocol");
                let protocol = protocol
                    .and_then(|value| value.to_str().ok())
                    .map(str::to_owned);
                Ok(Self { stream, protocol })
            }
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{url}: {error}"),
        }
    }

    pub async fn send(&mut self, frame: Value) {
        self.text(&frame.to_string()).await;
    }

    pub async fn text(&mut self, text: &str) {
        self.stream
            .send(Message::text(text))
            .await
            .expect("the frame leaves");
    }

    pub async fn binary(&mut self, bytes: Vec<u8>) {
        self.stream
            .send(Message::binary(bytes))
            .await
            .expect("the frame leaves");
    }

    /// The next frame; fails when none comes or the socket is closed.
    pub async fn next(&mut self) -> Value {
        match self.event().await {
            Some(frame) => frame,
            None => panic!("the socket was closed"),
        }
    }

    /// The next frame of a type, passing over others.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next frame, or nothing once the socket is closed.
    pub async fn event(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match message.expect("a frame comes") {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).expect("a frame is JSON"));
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Frames that are there already: a ping is answered behind all of them.
    pub async fn drain(&mut self) -> Vec<Value> {
        self.send(serde_json::json!({"action": "ping", "id": "drain"}))
            .await;
        let mut frames = Vec::new();
        loop {
            let frame = self.next().await;
            if frame["type"] == "pong" && frame["id"] == "drain" {
                return frames;
            }
            frames.push(frame);
        }
    }

    /// Frames until the server closes the socket.
    pub async fn until_closed(&mut self) -> Vec<Value> {
        let mut frames = Vec::new();
        while let Some(frame) = self.event().await {
            frames.push(frame);
        }
        frames
    }

    /// Sends a text; false once the socket is closed.
    pub async fn try_text(&mut self, text: &str) -> bool {
        self.stream.send(Message::text(text)).await.is_ok()
    }

    /// Closes it as a client does that leaves.
    pub async fn close(mut self) {
        let _already_closed = self.stream.close(None).await;
    }
}
