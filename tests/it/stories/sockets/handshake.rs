//! SEC-1, W1–W3: tickets, tokens and origins.

use it::{Actor, Socket, World};
use serde_json::json;

use super::school;

/// Opens a socket with headers and whatever stands behind the address.
async fn open(world: &World, query: &str, headers: &[(&str, &str)]) -> Result<Socket, u16> {
    Socket::open_with(&format!("{}{query}", world.socket_url()), headers).await
}

async fn refused(world: &World, query: &str, headers: &[(&str, &str)]) -> u16 {
    match open(world, query, headers).await {
        Ok(_) => panic!("{query} {headers:?} was let in"),
        Err(status) => status,
    }
}

async fn ticket(who: &Actor) -> String {
    let made = who.post("/v1/realtime/tickets", json!({})).await.created();
    made["ticket"].as_str().expect("a ticket").to_owned()
}

async fn works(socket: &mut Socket) {
    socket.send(json!({"action": "ping", "id": "p"})).await;
    assert_eq!(socket.next().await["type"], "pong");
}

#[tokio::test]
async fn a_ticket_opens_one_socket_once() {
    let (world, _head, mia) = school().await;
    let made = mia.post("/v1/realtime/tickets", json!({})).await.created();
    let until: domain::Timestamp = made["expires_at"].as_str().unwrap().parse().unwrap();
    let seconds = until.duration_since(world.now()).as_secs();
    assert!((28..=30).contains(&seconds), "{seconds}");
    let url = made["url"].as_str().expect("an address");
    let mut socket = Socket::open(url)
        .await
        .expect("the address of the answer works");
    works(&mut socket).await;
    assert_eq!(Socket::open(url).await.err(), Some(401));
    works(&mut socket).await;
}

#[tokio::test]
async fn a_ticket_tells_how_to_come_back() {
    let (_world, _head, mia) = school().await;
    let made = mia.post("/v1/realtime/tickets", json!({})).await.created();
    assert_eq!(
        made["reconnect"],
        json!({"min_seconds": 3, "max_seconds": 24})
    );
}

#[tokio::test]
async fn of_two_sockets_with_one_ticket_one_is_let_in() {
    let (world, _head, mia) = school().await;
    let query = format!("?ticket={}", ticket(&mia).await);
    let tries = (0..4).map(|_| open(&world, &query, &[]));
    let outcomes = futures::future::join_all(tries).await;
    let refused: Vec<u16> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().err().copied())
        .collect();
    assert_eq!(refused, [401, 401, 401]);
}

#[tokio::test]
async fn a_ticket_is_good_for_half_a_minute() {
    let (world, _head, mia) = school().await;
    let query = format!("?ticket={}", ticket(&mia).await);
    world.later(30).await;
    assert_eq!(refused(&world, &query, &[]).await, 401);
}

#[tokio::test]
async fn tickets_are_made_for_people_who_are_known() {
    let (world, _head, _mia) = school().await;
    world
        .anonymous()
        .post("/v1/realtime/tickets", json!({}))
        .await
        .problem(401, "unauthorized");
    for made_up in ["x", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(
            refused(&world, &format!("?ticket={made_up}"), &[]).await,
            401
        );
    }
}

#[tokio::test]
async fn a_token_comes_in_the_query_as_sub_protocol_or_as_header() {
    let (world, head, mia) = school().await;
    let token = mia.token();
    let mut query = open(&world, &format!("?token={token}"), &[])
        .await
        .expect("by query");
    let offer = format!("bearer, {token}");
    let mut offered = open(&world, "", &[("sec-websocket-protocol", &offer)])
        .await
        .expect("by sub-protocol");
    assert_eq!(
        offered.protocol.as_deref(),
        Some("bearer"),
        "a browser insists on the echo"
    );
    let header = format!("Bearer {token}");
    let mut native = open(&world, "", &[("authorization", &header)])
        .await
        .expect("by header");
    assert_eq!(
        (query.protocol.clone(), native.protocol.clone()),
        (None, None)
    );
    head.notify("user:mia", "To all three").await;
    world.settle().await;
    for socket in [&mut query, &mut offered, &mut native] {
        assert_eq!(socket.next().await["notification"]["title"], "To all three");
    }
}

#[tokio::test]
async fn without_a_good_credential_there_is_no_upgrade() {
    let (world, _head, mia) = school().await;
    let token = mia.token();
    let ticket = ticket(&mia).await;
    let ended = world.actor_for("school", "mia", -60);
    let stranger = world.actor("school", "nobody");
    let bare = format!("bearer {token}, x");
    let basic = format!("Basic {token}");
    for (query, headers) in [
        (String::new(), vec![]),
        ("?token=".to_owned(), vec![]),
        ("?token=a.b.c".to_owned(), vec![]),
        (format!("?token={}", ended.token()), vec![]),
        (format!("?token={}", stranger.token()), vec![]),
        (format!("?token={token}x"), vec![]),
        (format!("?token={token}&ticket={ticket}"), vec![]),
        (String::new(), vec![("authorization", basic.as_str())]),
        (String::new(), vec![("authorization", "Bearer ")]),
        (String::new(), vec![("sec-websocket-protocol", "bearer")]),
        (
            String::new(),
            vec![("sec-websocket-protocol", "bearer, a.b.c")],
        ),
        (String::new(), vec![("authorization", bare.as_str())]),
    ] {
        assert_eq!(
            refused(&world, &query, &headers).await,
            401,
            "{query} {headers:?}"
        );
    }
    assert_eq!(world.sockets().count(), 0);
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_and_use_up_nothing() {
    let (world, _head, mia) = school().await;
    let own = world.url();
    let ticket = ticket(&mia).await;
    let query = format!("?ticket={ticket}");
    let alike = format!("{own}.evil.example");
    let port = format!("{own}1");
    let scheme = own.replace("http:", "https:");
    for origin in [
        "https://evil.example",
        "null",
        &alike,
        &port,
        &scheme,
        "http://sub.127.0.0.1",
    ] {
        assert_eq!(
            refused(&world, &query, &[("origin", origin)]).await,
            403,
            "{origin}"
        );
    }
    let browser = [("user-agent", "Mozilla/5.0 (X11; Linux x86_64)")];
    assert_eq!(
        refused(&world, &query, &browser).await,
        403,
        "a browser names its origin"
    );
    let page = [("origin", own.as_str()), browser[0]];
    let mut socket = open(&world, &query, &page)
        .await
        .expect("our own page comes in");
    works(&mut socket).await;
}

#[tokio::test]
async fn opening_sockets_in_a_loop_is_stopped() {
    let (world, _head, mia) = school().await;
    let query = format!("?token={}", mia.token());
    let mut refusals = Vec::new();
    // Two minutes' worth, should a minute end meanwhile.
    for _ in 0..21 {
        match open(&world, &query, &[]).await {
            Ok(socket) => socket.close().await,
            Err(status) => refusals.push(status),
        }
    }
    assert!(
        !refusals.is_empty() && refusals.iter().all(|status| *status == 429),
        "{refusals:?}"
    );
    world.later(60).await;
    works(&mut open(&world, &query, &[]).await.expect("a minute later")).await;
}
