//! Frames over sockets: from sending to receipt.

use std::time::{Duration, Instant};

use it::{Actor, Socket, World};
use serde_json::{Value, json};

use crate::job::{Job, measure};

/// How long frames took, shortest first.
#[derive(Debug)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    pub fn new(mut each: Vec<Duration>) -> Self {
        each.sort_unstable();
        Self(each)
    }

    /// Milliseconds that so many per cent of the frames took at most.
    pub fn percentile(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = (self.0.len() * percent / 100).min(last);
        self.0.get(at).map_or(0.0, |took| took.as_secs_f64() * 1e3)
    }
}

/// Frames that a socket may send before time must pass, and the seconds then.
const PACE: usize = 15;
const REST: i64 = 3;
const MINUTE: i64 = 60;
/// Changes that a person may make before a minute must pass.
const CHANGES: usize = 250;

/// What every frame costs whatever it is for: `ping` to `pong`.
pub async fn ping(world: &World, socket: &mut Socket, frames: usize) -> Latencies {
    let mut each = Vec::with_capacity(frames);
    socket.drain().await;
    for n in 0..frames {
        rest(world, n).await;
        let began = Instant::now();
        socket
            .send(json!({"action": "ping", "id": n.to_string()}))
            .await;
        socket.next_of("pong").await;
        each.push(began.elapsed());
    }
    Latencies::new(each)
}

/// From one person to another, with nobody else there.
pub async fn pair(world: &World, head: &Actor, frames: usize) -> Latencies {
    let tom = world.add(head, "tom", &["teacher"]).await;
    let mia = world.add(head, "mia", &["student"]).await;
    let invited = tom
        .post("/v1/chat/invitations", json!({"user": "mia"}))
        .await
        .created();
    let path = format!(
        "/v1/chat/invitations/{}/accept",
        invited["id"].as_str().expect("an id")
    );
    let accepted = mia.post(&path, json!({})).await.ok();
    let room = accepted["room"].as_str().expect("a room").to_owned();
    let (mut toms, mut mias) = (tom.live().await, mia.live().await);
    let mut each = Vec::with_capacity(frames);
    for n in 0..frames {
        rest(world, n).await;
        let began = Instant::now();
        toms.send(message(&room, n)).await;
        mias.next_of("message.created").await;
        each.push(began.elapsed());
        toms.next_of("message.sent").await;
    }
    Latencies::new(each)
}

/// A room in which every socket is.
#[derive(Debug)]
pub struct Room {
    /// Calls and CPU of all messages.
    pub job: Job,
    /// Frames that came, the answers to the author among them.
    pub deliveries: usize,
    /// From sending to each receipt.
    pub latencies: Latencies,
}

/// The live chat of a course: the first socket writes, all others listen.
pub async fn room(world: &World, head: &Actor, sockets: Vec<Socket>, messages: usize) -> Room {
    let body = json!({"group": "live", "name": "Live"});
    let community = head.post("/v1/communities", body).await.created();
    let room = community["room"].as_str().expect("a room").to_owned();
    let path = format!(
        "/v1/communities/{}/join",
        community["id"].as_str().expect("an id")
    );
    let mut inside = Vec::with_capacity(sockets.len());
    for (n, mut socket) in sockets.into_iter().enumerate() {
        if n % CHANGES == CHANGES - 1 {
            world.later(MINUTE).await;
        }
        let pupil = world.actor("school", &format!("s{n:06}"));
        pupil.post(&path, json!({})).await.ok();
        socket
            .send(json!({"action": "room.sync", "id": "in", "room": room}))
            .await;
        socket.next_of("room.synced").await;
        inside.push(socket);
    }
    for socket in &mut inside {
        socket.drain().await;
    }
    // Who belongs to the room is remembered for half a minute.
    world.later(MINUTE).await;
    let mut author = inside.remove(0);
    let took = std::sync::Mutex::new(Vec::with_capacity(inside.len() * messages));
    let job = measure(world, "chat", async {
        for n in 0..messages {
            rest(world, n).await;
            let began = Instant::now();
            author.send(message(&room, n)).await;
            let receipts = inside.iter_mut().map(|socket| async {
                socket.next_of("message.created").await;
                began.elapsed()
            });
            let each = futures::future::join_all(receipts).await;
            took.lock().expect("no panic").extend(each);
            author.next_of("message.sent").await;
        }
    })
    .await;
    Room {
        job,
        deliveries: (inside.len() + 1) * messages,
        latencies: Latencies::new(took.into_inner().expect("no panic")),
    }
}

fn message(room: &str, n: usize) -> Value {
    json!({
        "action": "message.send", "id": n.to_string(), "room": room,
        "client_msg_id": format!("bench-{n}"), "text": "Shall we go through question 3 tomorrow?",
    })
}

/// Lets the stack's clock pass before a socket has sent too much.
async fn rest(world: &World, n: usize) {
    if n > 0 && n.is_multiple_of(PACE) {
        world.later(REST).await;
    }
}
