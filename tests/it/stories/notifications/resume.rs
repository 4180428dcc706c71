//! NTF-8: nothing is lost on whoever was away.

use std::collections::BTreeSet;

use it::{Actor, World};
use serde_json::{Value, json};

use super::{notify_all, school, titles};

const MANY: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

async fn cursor(who: &Actor) -> String {
    who.get("/v1/notifications").await.ok()["cursor"]
        .as_str()
        .expect("a cursor")
        .to_owned()
}

#[tokio::test]
async fn what_was_made_while_a_person_was_away_comes_by_the_socket() {
    let (world, head, mia) = school().await;
    let socket = mia.live().await;
    let since = cursor(&mia).await;
    socket.close().await;
    world.later(120).await;
    notify_all(&world, &head, "all", &MANY).await;

    let mut socket = mia.live().await;
    socket
        .send(json!({"action": "resume", "id": "r1", "since": since}))
        .await;
    let frame = socket.next_of("resumed").await;
    assert_eq!(titles(&frame["items"]), MANY, "oldest first");
    assert_eq!(
        (&frame["id"], &frame["more"], &frame["unread_count"]),
        (&json!("r1"), &json!(false), &json!(12))
    );
    assert!(
        frame["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["read"] == false)
    );
}

#[tokio::test]
async fn a_client_without_sockets_polls_the_same_cursor() {
    let (world, head, mia) = school().await;
    let mut since = cursor(&mia).await;
    let mut known: Vec<(String, String)> = Vec::new();
    for round in MANY.chunks(3) {
        world.later(30).await;
        notify_all(&world, &head, "all", round).await;
        loop {
            let answer = mia
                .get(&format!("/v1/notifications?page_size=2&since={since}"))
                .await
                .ok();
            for item in answer["items"].as_array().unwrap() {
                let id = item["id"].as_str().unwrap().to_owned();
                if !known.iter().any(|(other, _)| *other == id) {
                    known.push((id, item["title"].as_str().unwrap().to_owned()));
                }
            }
            since = answer["cursor"].as_str().unwrap().to_owned();
            if answer["more"] == false {
                break;
            }
        }
    }
    let told: Vec<&str> = known.iter().map(|(_, title)| title.as_str()).collect();
    assert_eq!(told, MANY, "each once and in order");
}

#[tokio::test]
async fn an_answer_overlaps_by_a_minute_and_not_by_much_more() {
    let (world, head, mia) = school().await;
    notify_all(&world, &head, "all", &["long ago"]).await;
    world.later(3_700).await;
    let (head, mia) = (
        world.actor("school", "head"),
        world.actor("school", &mia.id),
    );
    notify_all(&world, &head, "all", &["just before"]).await;
    world.later(30).await;
    let since = cursor(&mia).await;
    world.later(30).await;
    notify_all(&world, &head, "all", &["after"]).await;
    let answer = mia
        .get(&format!("/v1/notifications?since={since}"))
        .await
        .ok();
    assert_eq!(titles(&answer["items"]), ["just before", "after"]);
}

#[tokio::test]
async fn polling_without_news_gives_nothing_and_a_cursor() {
    let (world, _head, mia) = school().await;
    let since = cursor(&mia).await;
    world.later(30).await;
    let answer = mia
        .get(&format!("/v1/notifications?since={since}"))
        .await
        .ok();
    assert_eq!(
        (&answer["items"], &answer["more"], &answer["unread_count"]),
        (&json!([]), &json!(false), &json!(0))
    );
    assert_ne!(answer["cursor"], json!(since));
}

#[tokio::test]
async fn what_was_read_or_deleted_meanwhile_says_so() {
    let (world, head, mia) = school().await;
    let since = cursor(&mia).await;
    notify_all(&world, &head, "all", &["read", "deleted", "new"]).await;
    let items = mia.get("/v1/notifications").await.ok()["items"].clone();
    let id = |at: usize| items[at]["id"].as_str().unwrap().to_owned();
    mia.post(&format!("/v1/notifications/{}/read", id(2)), json!({}))
        .await
        .ok();
    mia.delete(&format!("/v1/notifications/{}", id(1)))
        .await
        .gone();
    let answer = mia
        .get(&format!("/v1/notifications?since={since}"))
        .await
        .ok();
    let read: Vec<(String, bool)> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (
                item["title"].as_str().unwrap().to_owned(),
                item["read"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(read, [("read".to_owned(), true), ("new".to_owned(), false)]);
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused() {
    let (_world, _head, mia) = school().await;
    for since in ["", "zzz", "ntf_1", "ntf_01J00000000000000000000000~x"] {
        mia.get(&format!("/v1/notifications?since={since}"))
            .await
            .problem(400, "bad_cursor");
    }
    let since = cursor(&mia).await;
    mia.get(&format!("/v1/notifications?unread=true&since={since}"))
        .await
        .problem(400, "bad_query");
}

#[tokio::test]
async fn a_long_absence_comes_in_frames_that_the_gateway_carries() {
    let (world, head, mia) = school().await;
    let since = cursor(&mia).await;
    let body = "😀".repeat(4_000);
    let mut sent = BTreeSet::new();
    for n in 0..16 {
        let title = format!("n{n}");
        head.post(
            "/v1/notifications",
            json!({"audience": "user:mia", "title": title, "body": body}),
        )
        .await
        .accepted();
        sent.insert(title);
        world.later(1).await;
    }
    world.settle().await;
    let (frames, seen) = catch_up(&world, &mia, since).await;
    assert!(frames > 1, "250 KB do not fit into one frame");
    assert_eq!(seen, sent);
}

/// Asks for everything since a cursor, as a client does; how many frames it
/// took and what was in them.
async fn catch_up(world: &World, who: &Actor, mut since: String) -> (usize, BTreeSet<String>) {
    let mut socket = who.live().await;
    let (mut frames, mut seen) = (0, BTreeSet::new());
    loop {
        socket
            .send(json!({"action": "resume", "since": since}))
            .await;
        let frame: Value = socket.next_of("resumed").await;
        assert!(frame.to_string().len() <= 128 * 1024);
        frames += 1;
        seen.extend(titles(&frame["items"]));
        since = frame["cursor"].as_str().unwrap().to_owned();
        if frame["more"] == false {
            return (frames, seen);
        }
        assert!(frames < 50, "it comes to an end");
        world.later(1).await;
    }
}
