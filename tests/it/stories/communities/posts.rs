//! COM-3: posts: write, read, edit, pin, delete, count.

use futures::future::join_all;
use it::Actor;
use serde_json::json;

use super::{Course, HOME, act, id, post, reply, titles};

#[tokio::test]
async fn a_post_is_written_read_and_listed_newest_first() {
    let c = Course::open().await;
    let made = c
        .mia
        .post(
            &format!("{HOME}/posts"),
            json!({"title": " Lifetimes ", "body": "Why?\r\nHow?"}),
        )
        .await
        .created();
    assert_eq!(made["title"], "Lifetimes");
    assert_eq!(made["body"], "Why?\nHow?");
    assert_eq!(made["status"], "published");
    assert_eq!(
        (&made["author"], &made["depth"], &made["pinned"]),
        (&json!("mia"), &json!(0), &json!(false))
    );
    c.world.later(1).await;
    for title in ["Second", "Third", "Fourth", "Fifth"] {
        post(&c.leo, title).await;
        c.world.later(1).await;
    }
    assert_eq!(
        titles(&c.ben, "?page_size=2").await,
        ["Fifth", "Fourth", "Third", "Second", "Lifetimes"]
    );
    assert_eq!(c.ben.get(HOME).await.ok()["counts"]["posts"], 5);
    let cursor = c.ben.get(&format!("{HOME}/posts?page_size=2")).await.ok()["page"]["after"]
        .as_str()
        .unwrap()
        .to_owned();
    c.leo
        .get(&format!("{HOME}/posts?page_size=2&after={cursor}"))
        .await
        .problem(400, "bad_cursor");
}

#[tokio::test]
async fn the_pinned_come_first_the_latest_pin_above() {
    let c = Course::open().await;
    let mut paths = Vec::new();
    for title in ["One", "Two", "Three", "Four"] {
        paths.push(post(&c.mia, title).await);
        c.world.later(1).await;
    }
    act(&c.tia, &paths[2], "pin").await.ok();
    c.world.later(1).await;
    let pinned = act(&c.tia, &paths[0], "pin").await.ok();
    assert_eq!(pinned["pinned"], true);
    assert_eq!(titles(&c.leo, "").await, ["One", "Three", "Four", "Two"]);
    assert_eq!(
        titles(&c.leo, "?page_size=1").await,
        ["One", "Three", "Four", "Two"]
    );
    // Pinning twice changes nothing, not even the order.
    c.world.later(1).await;
    act(&c.tia, &paths[2], "pin").await.ok();
    assert_eq!(titles(&c.leo, "").await, ["One", "Three", "Four", "Two"]);
    act(&c.tia, &paths[0], "unpin").await.ok();
    assert_eq!(titles(&c.leo, "").await, ["Three", "Four", "Two", "One"]);
    let below = reply(&c.leo, &paths[0], "Below").await;
    act(&c.tia, &below, "pin").await.problem(409, "conflict");
}

#[tokio::test]
async fn an_author_edits_and_nobody_else() {
    let c = Course::open().await;
    let path = post(&c.mia, "First").await;
    let edited = c
        .mia
        .patch(&path, json!({"body": "Better words.", "version": 1}))
        .await
        .ok();
    assert_eq!(edited["body"], "Better words.");
    assert_eq!(edited["title"], "First");
    assert!(edited["edited_at"].is_string());
    c.mia
        .patch(&path, json!({"body": "Late", "version": 1}))
        .await
        .problem(409, "conflict");
    for who in [&c.leo, &c.tia, &c.head] {
        who.patch(&path, json!({"body": "Not mine"}))
            .await
            .problem(403, "forbidden");
    }
    c.mia
        .patch(&path, json!({"author": "leo"}))
        .await
        .refuses("author", "unknown_field");
    assert_eq!(c.leo.get(&path).await.ok()["body"], "Better words.");
}

#[tokio::test]
async fn a_draft_is_its_authors_until_it_is_submitted() {
    let c = Course::open().await;
    let body = json!({"title": "Half", "body": "Words.", "draft": true});
    let made = c.mia.post(&format!("{HOME}/posts"), body).await.created();
    assert_eq!(made["status"], "draft");
    let path = super::path(&made);
    for who in [&c.leo, &c.tia, &c.head] {
        who.get(&path).await.problem(404, "not_found");
    }
    assert_eq!(titles(&c.mia, "?status=draft").await, ["Half"]);
    assert!(titles(&c.tia, "?status=draft").await.is_empty());
    assert!(titles(&c.mia, "").await.is_empty());
    assert_eq!(c.mia.get(&path).await.ok()["counts"]["views"], 0);
    let out = act(&c.mia, &path, "submit").await.ok();
    assert_eq!(out["status"], "published");
    assert_eq!(titles(&c.leo, "").await, ["Half"]);
    assert!(titles(&c.mia, "?status=draft").await.is_empty());
    act(&c.mia, &path, "submit").await.problem(409, "conflict");
}

#[tokio::test]
async fn a_view_counts_once_for_each_person() {
    let c = Course::open().await;
    let path = post(&c.mia, "Seen").await;
    let views = |who: &Actor| {
        let (who, path) = (who.clone(), path.clone());
        async move { who.get(&path).await.ok()["counts"]["views"].clone() }
    };
    assert_eq!(views(&c.leo).await, 1);
    assert_eq!(views(&c.leo).await, 1);
    assert_eq!(views(&c.ben).await, 2);
    let listed = c.tia.all(&format!("{HOME}/posts")).await;
    assert_eq!(listed[0]["counts"]["views"], 2, "listing is not opening");
    join_all((0..20).map(|_| views(&c.tia))).await;
    assert_eq!(views(&c.leo).await, 3);
}

#[tokio::test]
async fn a_post_without_replies_is_deleted_without_a_trace() {
    let c = Course::open().await;
    let path = post(&c.mia, "Gone").await;
    c.leo.get(&path).await.ok();
    c.leo.delete(&path).await.problem(403, "forbidden");
    c.mia.delete(&path).await.gone();
    c.mia.get(&path).await.problem(404, "not_found");
    c.mia.delete(&path).await.problem(404, "not_found");
    assert!(titles(&c.mia, "").await.is_empty());
    assert_eq!(c.mia.get(HOME).await.ok()["counts"]["posts"], 0);
}

#[tokio::test]
async fn a_repeated_request_writes_one_post() {
    let c = Course::open().await;
    let once = c.mia.with("idempotency-key", "one");
    let body = json!({"title": "Once", "body": "Words."});
    let path = format!("{HOME}/posts");
    let first = once.post(&path, body.clone()).await.created();
    let again = once.post(&path, body.clone()).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.created()["id"], first["id"]);
    join_all((0..10).map(|_| {
        let other = c.leo.with("idempotency-key", "two");
        let (path, body) = (path.clone(), body.clone());
        async move { other.post(&path, body).await.status }
    }))
    .await;
    assert_eq!(titles(&c.mia, "").await.len(), 2);
}

#[tokio::test]
async fn posts_of_another_tenant_or_community_do_not_mix() {
    let c = Course::open().await;
    let path = post(&c.mia, "Ours").await;
    super::course(&c.head, "8").await;
    super::enrol(&c.head, "8", "tia", "teacher").await;
    let body = json!({"group": "8", "name": "Other"});
    c.tia.post("/v1/communities", body).await.created();
    let across = json!({"body": "Across", "parent": id(&path)});
    c.tia
        .post("/v1/communities/com_8/posts", across.clone())
        .await
        .refuses("parent", "unknown_post");
    let rival = c.world.tenant("rival").await;
    super::course(&rival, "7").await;
    let body = json!({"group": "7", "name": "Theirs"});
    rival.post("/v1/communities", body).await.created();
    rival
        .post(&format!("{HOME}/posts"), across)
        .await
        .refuses("parent", "unknown_post");
    rival.get(&path).await.problem(404, "not_found");
    rival.delete(&path).await.problem(404, "not_found");
    assert!(rival.all(&format!("{HOME}/posts")).await.is_empty());
}
