//! The WebSocket API with the real functions behind it.

use std::time::Duration;

use domain::ids::{TenantId, UserId};
use futures::{SinkExt, StreamExt};
use jiff::SignedDuration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::aws::connections::{Connections, PostOutcome};
use crate::demo;
use crate::{Mappings, Stack, StackOptions};

type Wire = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A stack with the demonstration's first administrator, and her token.
async fn stack() -> (Stack, String) {
    let options = StackOptions {
        mappings: Mappings::Manual,
        ..StackOptions::for_test()
    };
    let stack = Stack::start(options).await.unwrap();
    demo::seed(&stack, |_, _| {}).await.unwrap();
    let tenant: TenantId = "hillside".parse().unwrap();
    let user: UserId = "head".parse().unwrap();
    let token = stack.token(&tenant, &user, &[]).unwrap();
    (stack, token)
}

async fn open(stack: &Stack, token: &str) -> Wire {
    let url = format!("{}?token={token}", stack.socket_url());
    connect_async(url).await.unwrap().0
}

async fn closed_with(wire: &mut Wire) -> u16 {
    let end = tokio::time::timeout(Duration::from_secs(5), async {
        while let Some(Ok(message)) = wire.next().await {
            if let Message::Close(Some(frame)) = message {
                return frame.code.into();
            }
        }
        CloseCode::Abnormal.into()
    });
    end.await.unwrap()
}

#[tokio::test]
async fn sockets_are_held_to_the_limits_of_the_gateway() {
    let (stack, token) = stack().await;

    let refused = connect_async(stack.socket_url()).await.unwrap_err();
    assert!(matches!(refused, Error::Http(response) if response.status() == 401));

    let mut request = stack.socket_url().into_client_request().unwrap();
    let protocols = format!("bearer, {token}").parse().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocols);
    let (wire, response) = connect_async(request).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "bearer");
    drop(wire);

    let mut binary = open(&stack, &token).await;
    binary.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert_eq!(closed_with(&mut binary).await, 1003);

    let mut frame = open(&stack, &token).await;
    frame
        .send(Message::text("x".repeat(33 * 1024)))
        .await
        .unwrap();
    assert_eq!(closed_with(&mut frame).await, 1009);

    assert!(stack.sockets().wait_for(0).await);
    let mut idle = open(&stack, &token).await;
    stack.advance(SignedDuration::from_mins(9)).await;
    assert_eq!(stack.sockets().count(), 1);
    stack.advance(SignedDuration::from_mins(2)).await;
    assert_eq!(closed_with(&mut idle).await, 1001);
}

#[tokio::test]
async fn posts_reach_a_socket_until_it_is_gone() {
    let (stack, token) = stack().await;
    let mut wire = open(&stack, &token).await;
    let id = stack.sockets().ids().pop().unwrap();

    assert_eq!(
        stack.sockets().post(&id, "hello".into()).await,
        PostOutcome::Sent
    );
    let received = loop {
        match wire.next().await.unwrap().unwrap() {
            Message::Text(text) if text.as_str() == "hello" => break text,
            _ => {}
        }
    };
    assert_eq!(received.as_str(), "hello");
    assert!(stack.sockets().info(&id).await.is_some());

    stack.sockets().cut(Some(&id));
    assert!(stack.sockets().wait_for(0).await);
    assert_eq!(
        stack.sockets().post(&id, "lost".into()).await,
        PostOutcome::Gone
    );
    assert!(!stack.sockets().delete(&id).await);
}
