//! Who is told of what happens in a community, with where to look and by whom.

use it::Actor;
use serde_json::{Value, json};

use super::{Course, HOME, act, id, post, reply};

/// The notifications of somebody, newest first.
async fn told(c: &Course, who: &Actor) -> Vec<Value> {
    c.world.settle().await;
    who.all("/v1/notifications").await
}

fn kinds(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .filter_map(|item| item["type"].as_str())
        .collect()
}

#[tokio::test]
async fn a_reply_is_told_to_who_is_replied_to() {
    let c = Course::open().await;
    let path = post(&c.mia, "Lifetimes").await;
    let mut live = c.mia.live().await;
    let answer = reply(&c.leo, &path, "Borrow it.").await;
    let items = told(&c, &c.mia).await;
    assert_eq!(kinds(&items), ["post.replied"]);
    let item = &items[0];
    assert_eq!(item["title"], "Name of leo replied to “Lifetimes”");
    assert_eq!(item["body"], "Borrow it.");
    assert_eq!(item["actor"], "leo");
    assert_eq!(
        item["redirect_url"],
        format!("/communities/com_7/posts/{}", id(&answer))
    );
    assert_eq!(
        item["reference"],
        json!({"kind": "post", "id": id(&answer)})
    );
    let frame = live.next_of("notification.created").await;
    assert_eq!(frame["notification"]["type"], "post.replied");
    // A reply to the reply is told to leo, not to mia.
    reply(&c.ben, &answer, "How?").await;
    assert_eq!(kinds(&told(&c, &c.leo).await), ["post.replied"]);
    assert_eq!(told(&c, &c.mia).await.len(), 1);
}

#[tokio::test]
async fn nobody_is_told_of_a_reply_of_their_own() {
    let c = Course::open().await;
    let path = post(&c.mia, "Lifetimes").await;
    reply(&c.mia, &path, "Found it.").await;
    assert!(told(&c, &c.mia).await.is_empty());
}

#[tokio::test]
async fn who_can_no_longer_look_is_told_nothing() {
    let c = Course::open().await;
    let path = post(&c.mia, "Lifetimes").await;
    let body = json!({"role": "student", "status": "suspended"});
    c.head.put("/v1/groups/7/members/mia", body).await.ok();
    reply(&c.leo, &path, "Borrow it.").await;
    assert!(told(&c, &c.mia).await.is_empty());
}

#[tokio::test]
async fn moderators_are_told_what_waits_and_authors_what_became_of_it() {
    let c = Course::approving().await;
    let role = json!({"role": "moderator"});
    c.tia.put(&format!("{HOME}/members/leo"), role).await.ok();
    let path = post(&c.mia, "Question").await;
    for who in [&c.tia, &c.leo] {
        let items = told(&c, who).await;
        assert_eq!(kinds(&items), ["post.pending"]);
        assert_eq!(
            items[0]["title"],
            "Name of mia waits for approval of “Question”"
        );
    }
    assert!(told(&c, &c.ben).await.is_empty());
    let notes = json!({"notes": "Show the code."});
    c.tia.post(&format!("{path}/reject"), notes).await.ok();
    let items = told(&c, &c.mia).await;
    assert_eq!(kinds(&items), ["post.rejected"]);
    assert_eq!(
        (&items[0]["body"], &items[0]["level"], &items[0]["actor"]),
        (&json!("Show the code."), &json!("warning"), &json!("tia"))
    );
    act(&c.mia, &path, "submit").await.ok();
    act(&c.leo, &path, "approve").await.ok();
    let items = told(&c, &c.mia).await;
    assert_eq!(kinds(&items), ["post.approved", "post.rejected"]);
    assert_eq!(
        (
            &items[0]["title"],
            &items[0]["actor"],
            &items[0]["redirect_url"]
        ),
        (
            &json!("“Question” was approved"),
            &json!("leo"),
            &json!(format!("/communities/com_7/posts/{}", id(&path)))
        )
    );
}

#[tokio::test]
async fn a_reply_that_waits_is_told_once_it_is_out() {
    let c = Course::approving().await;
    let path = post(&c.tia, "Lecture").await;
    let waiting = reply(&c.mia, &path, "May I?").await;
    assert_eq!(kinds(&told(&c, &c.tia).await), ["post.pending"]);
    act(&c.sue, &waiting, "approve").await.ok();
    let items = told(&c, &c.tia).await;
    assert_eq!(kinds(&items), ["post.replied", "post.pending"]);
    assert_eq!(items[0]["actor"], "mia");
    // Coming out again after an edit is no new reply.
    c.mia
        .patch(&waiting, json!({"body": "May I, please?"}))
        .await
        .ok();
    act(&c.sue, &waiting, "approve").await.ok();
    let items = told(&c, &c.tia).await;
    assert_eq!(
        kinds(&items),
        ["post.pending", "post.replied", "post.pending"]
    );
}
