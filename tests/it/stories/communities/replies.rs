//! COM-3: replies to replies, in the order of reading.

use it::Actor;
use serde_json::{Value, json};

use super::{Course, HOME, act, id, post, reply, texts};

async fn thread(who: &Actor, path: &str) -> Vec<Value> {
    who.all(&format!("{path}/replies?page_size=3")).await
}

fn outline(replies: &[Value]) -> Vec<String> {
    let lines = replies.iter().map(|reply| {
        let depth = usize::try_from(reply["depth"].as_u64().unwrap()).unwrap();
        format!("{}{}", "-".repeat(depth), reply["body"].as_str().unwrap())
    });
    lines.collect()
}

/// A post with two replies, the first of which has replies of its own.
async fn talk(c: &Course) -> (String, Vec<String>) {
    let top = post(&c.mia, "Top").await;
    let mut made: Vec<String> = Vec::new();
    for (who, below, body) in [
        (&c.leo, None, "a"),
        (&c.ben, None, "b"),
        (&c.mia, Some(0), "a1"),
        (&c.ben, Some(0), "a2"),
        (&c.leo, Some(2), "a1x"),
    ] {
        let to = below.map_or(top.clone(), |at: usize| made[at].clone());
        made.push(reply(who, &to, body).await);
        c.world.later(1).await;
    }
    (top, made)
}

#[tokio::test]
async fn a_thread_is_read_top_down_page_by_page() {
    let c = Course::open().await;
    let (top, made) = talk(&c).await;
    let all = thread(&c.ben, &top).await;
    assert_eq!(outline(&all), ["-a", "--a1", "---a1x", "--a2", "-b"]);
    assert_eq!(all[2]["parent"], id(&made[2]));
    assert_eq!(
        outline(&thread(&c.ben, &made[0]).await),
        ["--a1", "---a1x", "--a2"]
    );
    // Counts are of direct replies; the list of posts has no replies in it.
    let counts = |post: &Value| post["counts"]["replies"].as_u64().unwrap();
    assert_eq!(counts(&c.ben.get(&top).await.ok()), 2);
    assert_eq!(counts(&c.ben.get(&made[0]).await.ok()), 2);
    assert_eq!(super::titles(&c.ben, "").await, ["Top"]);
    assert_eq!(c.ben.get(HOME).await.ok()["counts"]["posts"], 1);
}

#[tokio::test]
async fn replies_end_at_the_fifth_level() {
    let c = Course::open().await;
    let mut path = post(&c.mia, "Top").await;
    for depth in 1..=5 {
        path = reply(&c.leo, &path, &format!("Level {depth}")).await;
    }
    let deeper = json!({"parent": id(&path), "body": "Level 6"});
    c.leo
        .post(&format!("{HOME}/posts"), deeper)
        .await
        .refuses("parent", "too_deep");
}

#[tokio::test]
async fn what_has_replies_leaves_a_tombstone() {
    let c = Course::open().await;
    let (top, made) = talk(&c).await;
    c.leo.delete(&made[0]).await.gone();
    c.mia.delete(&top).await.gone();
    let stone = c.ben.get(&top).await.ok();
    assert_eq!(
        (&stone["deleted"], &stone["title"], &stone["body"]),
        (&json!(true), &json!(""), &json!(""))
    );
    assert_eq!(
        outline(&thread(&c.ben, &top).await),
        ["-", "--a1", "---a1x", "--a2", "-b"]
    );
    // Nothing of it takes anything any more, what stands below still does.
    for (who, path) in [(&c.mia, &top), (&c.leo, &made[0])] {
        who.patch(path, json!({"body": "Back"}))
            .await
            .problem(409, "conflict");
        who.delete(path).await.problem(409, "conflict");
        who.put(&format!("{path}/reactions"), json!({"kind": "like"}))
            .await
            .problem(409, "conflict");
        let body = json!({"parent": id(path), "body": "More"});
        who.post(&format!("{HOME}/posts"), body)
            .await
            .problem(409, "conflict");
    }
    reply(&c.leo, &made[2], "a1y").await;
    // A tombstone counts as nothing.
    assert_eq!(stone["counts"]["replies"], 1);
    assert_eq!(c.ben.get(HOME).await.ok()["counts"]["posts"], 0);
}

#[tokio::test]
async fn a_reply_without_replies_goes_and_its_count_with_it() {
    let c = Course::open().await;
    let (top, made) = talk(&c).await;
    c.ben.delete(&made[1]).await.gone();
    assert_eq!(c.mia.get(&top).await.ok()["counts"]["replies"], 1);
    assert_eq!(
        outline(&thread(&c.mia, &top).await),
        ["-a", "--a1", "---a1x", "--a2"]
    );
}

#[tokio::test]
async fn where_replies_are_off_there_are_none() {
    let c = Course::open().await;
    let top = post(&c.mia, "Top").await;
    let off = json!({"settings": {"allow_replies": false}});
    c.tia.patch(HOME, off).await.ok();
    let body = json!({"parent": id(&top), "body": "No"});
    c.leo
        .post(&format!("{HOME}/posts"), body)
        .await
        .problem(403, "not_allowed");
    post(&c.leo, "Another").await;
}

#[tokio::test]
async fn a_reply_that_waits_is_neither_listed_nor_counted() {
    let c = Course::approving().await;
    let top = post(&c.tia, "Top").await;
    let waiting = reply(&c.mia, &top, "May I?").await;
    assert!(thread(&c.leo, &top).await.is_empty());
    assert_eq!(c.leo.get(&top).await.ok()["counts"]["replies"], 0);
    let queue = c.tia.all(&format!("{HOME}/posts?status=pending")).await;
    assert_eq!(texts(&queue, "parent"), [id(&top)]);
    act(&c.tia, &waiting, "approve").await.ok();
    assert_eq!(outline(&thread(&c.leo, &top).await), ["-May I?"]);
    assert_eq!(c.leo.get(&top).await.ok()["counts"]["replies"], 1);
}

#[tokio::test]
async fn a_reply_cannot_come_out_below_what_is_gone() {
    let c = Course::approving().await;
    let top = post(&c.tia, "Top").await;
    let waiting = reply(&c.mia, &top, "May I?").await;
    c.tia.delete(&top).await.gone();
    act(&c.tia, &waiting, "approve")
        .await
        .problem(409, "conflict");
    let notes = json!({"notes": "What you replied to is gone."});
    c.tia.post(&format!("{waiting}/reject"), notes).await.ok();
    act(&c.mia, &waiting, "submit").await.ok();
    c.mia.delete(&waiting).await.gone();
    assert!(super::titles(&c.tia, "?status=pending").await.is_empty());
}
