//! One announcement to a whole school, in three channels, while everything goes
//! wrong, and what became of it.

use std::fmt::Write;
use std::sync::Arc;

use futures::{StreamExt, stream};
use it::{Actor, World};
use local::aws::mailbox::Item;
use local::aws::sqs::NewMessage;
use reqwest::Method;
use serde_json::{Value, json};

use crate::trouble::Trouble;

const TITLE: &str = "School is closed tomorrow";
/// As long as things go wrong, in seconds of the stack's time.
const TROUBLE: i64 = 3_600;
/// Then nothing goes wrong any more, and whatever waits comes to its end.
const CALM: i64 = 24 * 3_600;
/// Functions whose work an operator gives back, with their queues.
const GIVEN_BACK: [&str; 5] = [
    "PlanSend",
    "DeliverInApp",
    "DeliverEmail",
    "DeliverSms",
    "RecordFeedback",
];
/// Requests of a client that does not give up.
const REQUESTS: usize = 50;

/// What one run came to.
#[derive(Debug, Default, Clone)]
pub struct Outcome {
    pub deliveries: usize,
    /// E-mails and texts of which the provider accepted two or more copies.
    pub duplicated: usize,
    /// Deliveries of which the log says that they may have left.
    pub unknown: usize,
    /// Deliveries of which the log says that they did not.
    pub failed: usize,
    /// E-mails and texts that the log calls sent and the provider never saw, and
    /// people who do not have the announcement in the feed.
    pub lost: usize,
    /// Tasks that five deliveries without luck had set aside.
    pub set_aside: usize,
    pub fired: Vec<(String, u64)>,
}

pub async fn run(people: usize, rate: f64, seed: u64) -> Outcome {
    let (world, head) = World::school().await;
    world.expects_dead_letters();
    import(&world, &head, people).await;
    let path = draft(&head).await;
    let trouble = Trouble::begin(&world, rate, seed);
    let send = publish(&world, &head, &path).await;
    world.settle_for(TROUBLE).await;
    let fired = trouble.fired(&world);
    world.clear_faults();
    world.settle_for(CALM).await;
    let set_aside = give_back(&world);
    world.settle_for(CALM).await;
    let head = world.actor("school", "head");
    world.assert_consistent(&head, &send).await;
    let mut outcome = counted(&world, &head, &send).await;
    outcome.lost += unseen(&world, people).await;
    outcome.set_aside = set_aside;
    outcome.fired = fired;
    outcome
}

/// Puts what was set aside back on its queue, as an operator does.
fn give_back(world: &World) -> usize {
    let mut count = 0;
    for function in GIVEN_BACK {
        let dead = world.dead_letters(function).expect("a dead-letter queue");
        let queue = format!("{function}DeadLetters");
        world.sqs().purge(&queue).expect("the queue is emptied");
        count += dead.len();
        for message in dead {
            let queue = format!("{function}Queue");
            let message = NewMessage::text(message.body);
            world
                .sqs()
                .send(&queue, message)
                .expect("the queue takes it");
        }
    }
    count
}

async fn import(world: &World, head: &Actor, people: usize) {
    let mut csv = "id,name,email,phone,roles\n".to_owned();
    for n in 0..people {
        writeln!(
            csv,
            "s{n:05},Pupil {n},s{n:05}@pupils.example,+447700{n:06},student"
        )
        .expect("a text grows");
    }
    let created = head
        .raw(Method::POST, "/v1/directory/imports", "text/csv", csv)
        .await;
    let import = created.accepted();
    world.settle().await;
    let path = format!("/v1/directory/imports/{}", text(&import, "id"));
    let import = head.get(&path).await.ok();
    assert_eq!(import["status"], "completed", "{import}");
}

async fn draft(head: &Actor) -> String {
    let body = json!({
        "title": TITLE,
        "body": "Because of the snow, the school stays closed tomorrow.",
        "audience": "role:student",
        "channels": ["email", "sms"],
    });
    let announcement = head.post("/v1/announcements", body).await.created();
    format!("/v1/announcements/{}/publish", text(&announcement, "id"))
}

/// Asks until it is accepted, with the same key each time, as clients do.
async fn publish(world: &World, head: &Actor, path: &str) -> String {
    let client = reqwest::Client::builder().no_proxy().build();
    let client = client.expect("a client");
    for _ in 0..REQUESTS {
        let request = client
            .post(format!("{}{path}", world.url()))
            .bearer_auth(head.token())
            .header("idempotency-key", "soak")
            .header("content-type", "application/json")
            .body("{}");
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap_or_default();
        match status {
            202 => return text(&body, "send_id"),
            // What the API says to ask again for.
            409 | 429 | 500..=599 => world.later(1).await,
            other => panic!("publishing answered {other}: {body}"),
        }
    }
    panic!("it could not be published in {REQUESTS} requests");
}

async fn counted(world: &World, head: &Actor, send: &str) -> Outcome {
    let path = format!("/v1/sends/{send}/deliveries?page_size=100");
    let rows = head.all(&path).await;
    let copies = |row: &Value| -> Vec<Arc<Item>> {
        let to = row["recipient"].as_str().unwrap_or_default();
        match row["channel"].as_str() {
            Some("sms") => world.texts_to(to),
            _ => world.emails_to(to),
        }
    };
    // That an e-mail left more often than its row admits was looked at before;
    // here each number belongs to one person, who gets one text.
    for row in rows.iter().filter(|row| row["channel"] == "sms") {
        let most = 1 + usize::from(row["resent_ambiguous"] == true);
        assert!(copies(row).len() <= most, "more copies left of {row}");
    }
    let duplicated = rows.iter().filter(|row| copies(row).len() > 1).count();
    let with = |status: &str| rows.iter().filter(|row| row["status"] == status).count();
    let gone = |row: &&Value| {
        let accepted = ["sent", "delivered"]
            .iter()
            .any(|status| row["status"] == *status);
        accepted && copies(row).is_empty()
    };
    Outcome {
        deliveries: rows.len(),
        duplicated,
        unknown: with("unknown"),
        failed: with("failed"),
        lost: rows.iter().filter(gone).count(),
        ..Outcome::default()
    }
}

/// People whose feed does not show the announcement exactly once.
async fn unseen(world: &World, people: usize) -> usize {
    let feeds = stream::iter(0..people).map(|n| async move {
        let person = format!("s{n:05}");
        let feed = world.actor("school", &person).feed().await;
        let wrong = feed.iter().filter(|title| *title == TITLE).count() != 1;
        if wrong {
            println!("{person} has {feed:?} in the feed");
        }
        wrong
    });
    let wrong = feeds.buffer_unordered(8);
    wrong
        .filter(|wrong| std::future::ready(*wrong))
        .count()
        .await
}

fn text(body: &Value, field: &str) -> String {
    let value = body[field].as_str();
    value
        .unwrap_or_else(|| panic!("no {field} in {body}"))
        .to_owned()
}
