//! Counters are exact however many people are at it at once.

use futures::future::join_all;
use it::Actor;
use serde_json::{Value, json};

use super::{Course, HOME, act, enrol, id, post, reply};

/// Twenty more students who have joined.
async fn crowd(c: &Course) -> Vec<Actor> {
    let mut crowd = Vec::new();
    for n in 0..20 {
        let user = format!("s{n:02}");
        let who = c.world.add(&c.head, &user, &["student"]).await;
        enrol(&c.head, "7", &user, "student").await;
        who.post(&format!("{HOME}/join"), json!({})).await.ok();
        crowd.push(who);
    }
    crowd
}

async fn counts(who: &Actor, path: &str) -> Value {
    let listed = who.all(&format!("{HOME}/posts")).await;
    let found = listed.iter().find(|post| post["id"] == id(path));
    found.expect("the post")["counts"].clone()
}

#[tokio::test]
async fn twenty_people_react_look_and_reply_at_once_and_all_are_counted() {
    let c = Course::open().await;
    let crowd = crowd(&c).await;
    let path = post(&c.mia, "Popular").await;
    join_all(crowd.iter().map(|who| async {
        let body = json!({"kind": "like"});
        who.put(&format!("{path}/reactions"), body).await.ok();
    }))
    .await;
    join_all(crowd.iter().map(|who| async {
        who.get(&path).await.ok();
    }))
    .await;
    join_all(crowd.iter().map(|who| reply(who, &path, "Me too"))).await;
    assert_eq!(
        counts(&c.tia, &path).await,
        json!({"views": 20, "replies": 20, "reactions": {"like": 20}})
    );
    // All of them take it back, half of them twice.
    join_all(crowd.iter().chain(&crowd[..10]).map(|who| async {
        let kind = format!("{path}/reactions/like");
        who.delete(&kind).await.ok();
    }))
    .await;
    assert_eq!(counts(&c.tia, &path).await["reactions"], json!({}));
}

#[tokio::test]
async fn one_person_who_reacts_twenty_times_at_once_counts_once() {
    let c = Course::open().await;
    let path = post(&c.mia, "Popular").await;
    join_all((0..20).map(|_| async {
        let body = json!({"kind": "love"});
        c.leo.put(&format!("{path}/reactions"), body).await.ok();
    }))
    .await;
    assert_eq!(counts(&c.tia, &path).await["reactions"], json!({"love": 1}));
}

#[tokio::test]
async fn of_moderators_who_decide_at_once_one_decides() {
    let c = Course::approving().await;
    let path = post(&c.mia, "Waits").await;
    let decisions = join_all((0..10).map(|n| {
        let (who, path) = ([&c.tia, &c.sue][n % 2].clone(), path.clone());
        async move {
            if n < 5 {
                act(&who, &path, "approve").await.status
            } else {
                let notes = json!({"notes": "No."});
                who.post(&format!("{path}/reject"), notes).await.status
            }
        }
    }))
    .await;
    assert_eq!(decisions.iter().filter(|status| **status == 200).count(), 1);
    c.world.settle().await;
    let told = c.mia.all("/v1/notifications").await;
    assert_eq!(told.len(), 1, "{told:?}");
    let trail = c.head.all("/v1/audit").await;
    let decided = trail.iter().filter(|entry| {
        let act = entry["act"].as_str().unwrap_or_default();
        matches!(act, "post.approved" | "post.rejected")
    });
    assert_eq!(decided.count(), 1);
}

#[tokio::test]
async fn a_reply_and_the_deletion_of_its_parent_at_once_leave_nothing_hanging() {
    let c = Course::open().await;
    for n in 0..6 {
        let path = post(&c.mia, &format!("Round {n}")).await;
        let body = json!({"parent": id(&path), "body": "Quick"});
        let posts = format!("{HOME}/posts");
        let (replied, deleted) = futures::join!(c.leo.post(&posts, body), c.mia.delete(&path));
        assert_eq!(deleted.status, 204);
        let left = c.ben.get(&path).await;
        if replied.status == 201 {
            assert_eq!(left.ok()["deleted"], true);
            let thread = c.ben.all(&format!("{path}/replies")).await;
            assert_eq!(thread.len(), 1);
        } else {
            assert!([409, 422].contains(&replied.status), "{}", replied.text);
            left.problem(404, "not_found");
        }
    }
}
