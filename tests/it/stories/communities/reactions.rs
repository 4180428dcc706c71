//! COM-4: reactions, one of each kind for each person.

use it::Actor;
use serde_json::{Value, json};

use super::{Course, HOME, post};

async fn react(who: &Actor, path: &str, kind: &str) -> it::Answer {
    who.put(&format!("{path}/reactions"), json!({"kind": kind}))
        .await
}

fn reactions(post: &Value) -> &Value {
    &post["counts"]["reactions"]
}

#[tokio::test]
async fn everybody_reacts_once_in_each_kind() {
    let c = Course::open().await;
    let path = post(&c.mia, "Nice").await;
    for _ in 0..3 {
        react(&c.leo, &path, "like").await.ok();
    }
    react(&c.leo, &path, "celebrate").await.ok();
    let seen = react(&c.ben, &path, "like").await.ok();
    assert_eq!(reactions(&seen), &json!({"like": 2, "celebrate": 1}));
    assert_eq!(seen["my_reactions"], json!(["like"]));
    let listed = c.leo.all(&format!("{HOME}/posts")).await;
    assert_eq!(listed[0]["my_reactions"], json!(["like", "celebrate"]));
    let who = c.mia.all(&format!("{path}/reactions?page_size=1")).await;
    assert_eq!(
        who,
        [
            json!({"user": "ben", "kinds": ["like"]}),
            json!({"user": "leo", "kinds": ["like", "celebrate"]}),
        ]
    );
}

#[tokio::test]
async fn a_reaction_is_taken_back_by_kind_or_all_at_once() {
    let c = Course::open().await;
    let path = post(&c.mia, "Nice").await;
    for kind in ["like", "love", "sad"] {
        react(&c.leo, &path, kind).await.ok();
    }
    for _ in 0..2 {
        let now = c.leo.delete(&format!("{path}/reactions/sad")).await.ok();
        assert_eq!(reactions(&now), &json!({"like": 1, "love": 1}));
    }
    let now = c.ben.delete(&format!("{path}/reactions/like")).await.ok();
    assert_eq!(reactions(&now), &json!({"like": 1, "love": 1}));
    let now = c.leo.delete(&format!("{path}/reactions")).await.ok();
    assert_eq!(reactions(&now), &json!({}));
    assert!(c.mia.all(&format!("{path}/reactions")).await.is_empty());
    react(&c.leo, &path, "love").await.ok();
    assert_eq!(reactions(&c.leo.get(&path).await.ok()), &json!({"love": 1}));
}

#[tokio::test]
async fn unknown_kinds_and_posts_that_are_not_out_take_none() {
    let c = Course::open().await;
    let path = post(&c.mia, "Nice").await;
    react(&c.leo, &path, "banana").await.problem(422, "invalid");
    c.leo
        .delete(&format!("{path}/reactions/banana"))
        .await
        .problem(404, "not_found");
    let body = json!({"title": "Half", "body": "Words.", "draft": true});
    let draft = c.mia.post(&format!("{HOME}/posts"), body).await.created();
    react(&c.mia, &super::path(&draft), "like")
        .await
        .problem(409, "conflict");
    react(&c.leo, &super::path(&draft), "like")
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn where_reactions_are_off_there_are_none_but_one_can_take_back() {
    let c = Course::open().await;
    let path = post(&c.mia, "Nice").await;
    react(&c.leo, &path, "like").await.ok();
    let off = json!({"settings": {"allow_reactions": false}});
    c.tia.patch(HOME, off).await.ok();
    react(&c.ben, &path, "like")
        .await
        .problem(403, "not_allowed");
    let now = c.leo.delete(&format!("{path}/reactions/like")).await.ok();
    assert_eq!(reactions(&now), &json!({}));
}
