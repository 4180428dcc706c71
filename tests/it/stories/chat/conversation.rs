//! I7, I8: fifty people in one room, whose wires are cut without a word while
//! they talk. In the end everybody shows every message once and in order, and
//! the table knows no socket that is not there.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use it::{Actor, Socket, World};
use local::gateway::SocketFaults;
use serde_json::{Value, json};

use super::course::course;

const PEOPLE: usize = 50;
const ROUNDS: usize = 8;

/// The same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}

/// A client as the reference describes it: it shows what comes in order, asks
/// again from where it stands when something is missing, and sends again what
/// was not acknowledged, under the same name.
struct Client {
    actor: Actor,
    room: String,
    socket: Option<(Socket, String)>,
    shown: BTreeMap<u64, String>,
    through: u64,
    waiting: BTreeMap<String, String>,
    written: usize,
}

impl Client {
    fn new(actor: Actor, room: &str) -> Self {
        Self {
            actor,
            room: room.to_owned(),
            socket: None,
            shown: BTreeMap::new(),
            through: 0,
            waiting: BTreeMap::new(),
            written: 0,
        }
    }

    async fn connect(&mut self, world: &World) {
        let before: BTreeSet<String> = world.sockets().ids().into_iter().collect();
        let socket = self.actor.live().await;
        let after = world.sockets().ids();
        let new = after.into_iter().find(|id| !before.contains(id));
        self.socket = Some((socket, new.expect("a socket")));
        self.sync().await;
        for (name, text) in self.waiting.clone() {
            self.send(&name, &text).await;
        }
    }

    fn socket(&mut self) -> &mut Socket {
        &mut self.socket.as_mut().expect("a socket").0
    }

    async fn write(&mut self) {
        self.written += 1;
        let name = format!("{}-{}", self.actor.id, self.written);
        let text = format!("{} says {}", self.actor.id, self.written);
        self.waiting.insert(name.clone(), text.clone());
        if self.socket.is_some() {
            self.send(&name, &text).await;
        }
    }

    async fn send(&mut self, name: &str, text: &str) {
        let frame = json!({"action": "message.send", "room": self.room, "client_msg_id": name, "text": text});
        self.socket().send(frame).await;
    }

    /// Asks for everything behind the last place, page by page. Pushes that
    /// come in between are left out: the pages bring them too.
    async fn sync(&mut self) {
        loop {
            let frame = json!({"action": "room.sync", "id": "sync", "room": self.room, "after_seq": self.through});
            self.socket().send(frame).await;
            let page = loop {
                let frame = self.socket().next().await;
                self.acknowledged(&frame);
                if frame["id"] == "sync" {
                    break frame;
                }
            };
            assert_eq!(page["type"], "room.synced", "{page}");
            for item in page["items"].as_array().expect("items") {
                self.show(item["seq"].as_u64().expect("a seq"), &item["message"]);
            }
            self.through = page["through_seq"].as_u64().expect("a seq");
            if page["more"] == false {
                return;
            }
        }
    }

    fn show(&mut self, seq: u64, message: &Value) {
        let text = message["text"].as_str().expect("a text").to_owned();
        let before = self.shown.insert(seq, text.clone());
        assert!(before.is_none_or(|before| before == text), "{seq} changed");
        self.through = self.through.max(seq);
    }

    fn acknowledged(&mut self, frame: &Value) {
        if frame["type"] == "message.sent" {
            let name = frame["client_msg_id"].as_str().expect("a name");
            self.waiting.remove(name);
        }
    }

    /// Takes in what has come.
    async fn catch_up(&mut self) {
        if self.socket.is_none() {
            return;
        }
        let mut missing = false;
        for frame in self.socket().drain().await {
            let seq = frame["seq"].as_u64().unwrap_or_default();
            match frame["type"].as_str() {
                // Its own message has a place, which the socket is not told of again.
                Some("message.sent") => {
                    let name = frame["client_msg_id"].as_str().expect("a name");
                    if let Some(text) = self.waiting.remove(name)
                        && seq == self.through + 1
                    {
                        self.show(seq, &json!({"text": text}));
                    }
                    missing |= seq > self.through;
                }
                Some("message.created") if seq == self.through + 1 => {
                    self.show(seq, &frame["message"]);
                }
                Some("message.created") => missing |= seq > self.through,
                _ => {}
            }
        }
        if missing {
            self.sync().await;
        }
    }
}

fn faults(no_disconnect: bool) -> SocketFaults {
    SocketFaults {
        no_disconnect,
        ..SocketFaults::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_people_lose_nothing_when_their_wires_are_cut() {
    let ids: Vec<String> = (0..PEOPLE).map(|n| format!("s{n:02}")).collect();
    let (world, _head, _tia, students, room) = course(&ids, json!({})).await;
    let mut dice = Dice(20_261_120);
    let mut clients: Vec<Client> = Vec::new();
    for student in students {
        let mut client = Client::new(student, &room);
        client.connect(&world).await;
        clients.push(client);
    }
    world.sockets().set_faults(faults(true));
    let mut cuts = 0;
    for _ in 0..ROUNDS {
        let mut writers = Vec::new();
        for client in &mut clients {
            if dice.below(3) == 0 {
                writers.push(client.write());
            }
        }
        join_all(writers).await;
        for client in &mut clients {
            match &client.socket {
                Some((_, id)) if dice.below(6) == 0 => {
                    assert_eq!(world.sockets().cut(Some(id)), 1);
                    client.socket = None;
                    cuts += 1;
                }
                Some(_) => {}
                None if dice.below(2) == 0 => client.connect(&world).await,
                None => {}
            }
        }
        pause(&world).await;
        join_all(clients.iter_mut().map(Client::catch_up)).await;
    }
    assert!(cuts >= 30, "{cuts} wires were cut");
    settle(&world, &mut clients).await;
    everybody_shows_the_same(&clients, &room).await;

    // Half of them go without a word, and then everybody else with one.
    let (gone, stay) = clients.split_at_mut(PEOPLE / 2);
    for client in gone.iter_mut() {
        let (_, id) = client.socket.take().expect("a socket");
        world.sockets().cut(Some(&id));
    }
    assert!(world.sockets().wait_for(PEOPLE / 2).await);
    world.later(120).await;
    assert_eq!(listed(&world, &room).await, (PEOPLE / 2, PEOPLE / 2));
    world.sockets().set_faults(faults(false));
    for client in stay.iter_mut() {
        client.socket.take().expect("a socket").0.close().await;
    }
    assert!(world.sockets().wait_for(0).await);
    world.settle().await;
    assert_eq!(listed(&world, &room).await, (0, 0));
}

/// Everybody is back, and everything is acknowledged.
async fn settle(world: &World, clients: &mut [Client]) {
    for _ in 0..10 {
        pause(world).await;
        for client in clients.iter_mut() {
            if client.socket.is_none() {
                client.connect(world).await;
            }
        }
        pause(world).await;
        join_all(clients.iter_mut().map(Client::catch_up)).await;
        if clients.iter().all(|client| client.waiting.is_empty()) {
            break;
        }
        for client in clients.iter_mut() {
            for (name, text) in client.waiting.clone() {
                client.send(&name, &text).await;
            }
        }
    }
    join_all(clients.iter_mut().map(Client::catch_up)).await;
    join_all(clients.iter_mut().map(Client::sync)).await;
}

/// Whatever was said is dealt with, and a while goes by.
async fn pause(world: &World) {
    world.settle().await;
    world.later(7).await;
}

async fn everybody_shows_the_same(clients: &[Client], room: &str) {
    let written: usize = clients.iter().map(|client| client.written).sum();
    assert!(written > 60, "{written} were written");
    for client in clients {
        assert!(client.waiting.is_empty(), "{:?}", client.waiting);
        let seqs: Vec<u64> = client.shown.keys().copied().collect();
        let gapless: Vec<u64> = (1..=u64::try_from(written).expect("a number")).collect();
        assert_eq!(seqs, gapless, "{} has gaps", client.actor.id);
        assert_eq!(client.shown, clients[0].shown);
    }
    let texts: BTreeSet<&String> = clients[0].shown.values().collect();
    assert_eq!(texts.len(), written, "each once");
    let path = format!("/v1/chat/rooms/{room}/messages");
    let stored = clients[0].actor.all(&path).await;
    assert_eq!(stored.len(), written);
}

/// Sockets in the table: of the tenant, and in the room.
async fn listed(world: &World, room: &str) -> (usize, usize) {
    let all = rows(world, "T#school#CONNECTIONS").await;
    let here = rows(world, &format!("T#school#ROOM#{room}#SOCKETS")).await;
    (all, here)
}

async fn rows(world: &World, partition: &str) -> usize {
    let table = &world.plan().tables[0].name;
    let query = json!({
        "TableName": table, "Select": "COUNT", "ConsistentRead": true,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": partition}},
    });
    let answer = reqwest::Client::new()
        .post(world.aws_url())
        .header("x-amz-target", "DynamoDB_20120810.Query")
        .body(query.to_string())
        .send()
        .await
        .expect("an answer");
    let answer: Value =
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    let count = answer["Count"].as_u64().expect("a count");
    usize::try_from(count).expect("a number")
}
